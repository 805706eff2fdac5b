from torch import Tensor, nn


class BodyUnit(nn.ModuleList):
    def __init__(self) -> None:
        super().__init__(
            [nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(inplace=True)]
        )

    def forward(self, x: Tensor) -> Tensor:
        out = self[1](self[0](x))
        out += x
        return self[2](out)


class Stage(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Conv2d(8, 8, 1)
        self.b = nn.Conv2d(8, 8, 3, padding=1)
        self.add_module("2", nn.Sigmoid())
        self.add_module("3", nn.ReLU(inplace=True))
        self.add_module("4", nn.Conv2d(8, 4, 1))

    def forward(self, x: Tensor) -> Tensor:
        x = self.a(x)
        x = self.get_submodule("2")(self.b(x)) + x
        x = self.get_submodule("3")(x)
        return self.get_submodule("4")(x)


class Tail(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.add_module("1", nn.Linear(4, 6))

    def forward(self, x: Tensor) -> Tensor:
        x = x.permute(0, 2, 3, 1)
        return self.get_submodule("1")(x)


class Body(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(*(BodyUnit() for _ in range(12)))


class Groups(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = Body()
        self.stage = Stage()
        self.tail = Tail()

    def forward(self, x: Tensor) -> Tensor:
        x = self.body(x)
        x = self.stage(x)
        return self.tail(x)


def groups() -> Groups:
    return Groups()
