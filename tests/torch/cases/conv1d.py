from torch import Tensor, nn


class Wave(nn.Module):
    def __init__(self, classes: int = 4) -> None:
        super().__init__()
        self.add_module("0", nn.Conv1d(1, 16, 9, stride=4))
        self.add_module("1", nn.BatchNorm1d(16))
        self.add_module("2", nn.LeakyReLU(0.1, inplace=True))
        self.add_module("3", nn.MaxPool1d(2))
        for i in range(12):
            self.add_module(f"{3 * i + 4}", nn.Conv1d(16, 16, 3, padding=1))
            self.add_module(f"{3 * i + 5}", nn.BatchNorm1d(16))
            self.add_module(f"{3 * i + 6}", nn.ReLU(inplace=True))
        self.add_module("41", nn.Linear(16, classes))
        self.add_module("42", nn.Softmax(1))

    def forward(self, signal: Tensor) -> Tensor:
        x = self.get_submodule("0")(signal)
        x = self.get_submodule("1")(x)
        x = self.get_submodule("2")(x)
        x = self.get_submodule("3")(x)
        for i in range(12):
            out = self.get_submodule(f"{3 * i + 4}")(x)
            out = self.get_submodule(f"{3 * i + 5}")(out)
            x = self.get_submodule(f"{3 * i + 6}")(out) + x
        x = x.mean(2)
        x = self.get_submodule("41")(x)
        return self.get_submodule("42")(x)


def wave(classes: int = 4) -> Wave:
    return Wave(classes=classes)
