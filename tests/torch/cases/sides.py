import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Unit(nn.Sequential):
    def __init__(
        self, in_channels: int, width: int, kernel: int, padding: int = 0
    ) -> None:
        super().__init__(
            nn.Conv2d(in_channels, width, kernel, padding=padding, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        )


class Unit2(nn.Sequential):
    def __init__(self, in_channels: int, width: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, width, (1, 7), padding=(0, 3), bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        )


class Unit3(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(
            nn.Conv2d(4, 6, (7, 1), padding=(3, 0), bias=False),
            nn.BatchNorm2d(6),
            nn.ReLU(inplace=True),
        )


class Unit4(nn.ModuleList):
    def __init__(self) -> None:
        super().__init__(
            [nn.Conv2d(4, 8, 2, bias=False), nn.BatchNorm2d(8), nn.ReLU(inplace=True)]
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self[0](F.pad(x, (0, 1, 0, 1)))
        x = self[1](x)
        return self[2](x)


class Factored(nn.ModuleList):
    def __init__(self) -> None:
        super().__init__(
            [
                Unit(3, 4, 1),
                nn.Sequential(Unit2(4, 4), Unit3()),
                nn.Sequential(Unit3(), Unit2(6, 8)),
                Unit(4, 8, 3, padding=1),
                Unit4(),
                nn.Conv2d(30, 8, 3, padding=(1, 0)),
                nn.ReLU(inplace=True),
                nn.Conv2d(8, 8, 3, padding=(0, 1)),
                nn.ReLU(inplace=True),
            ],
        )

    def forward(self, image: Tensor) -> Tensor:
        x = self[0](image)
        x = torch.cat([self[1](x), self[2](x), self[3](x), self[4](x)], 1)
        x = self[5](x)
        x = self[6](x)
        x = self[7](x)
        return self[8](x)


def factored() -> Factored:
    return Factored()
