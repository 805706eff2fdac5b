from torch import Tensor, nn


class Wave(nn.Module):
    def __init__(self, classes: int = 4) -> None:
        super().__init__()
        self.add_module("0", nn.Conv1d(1, 16, 9, stride=4))
        self.add_module("1", nn.BatchNorm1d(16))
        self.add_module("2", nn.LeakyReLU(0.1, inplace=True))
        self.add_module("3", nn.MaxPool1d(2))
        self.add_module("4", nn.Conv1d(16, 16, 3, padding=1))
        self.add_module("5", nn.BatchNorm1d(16))
        self.add_module("6", nn.ReLU(inplace=True))
        self.add_module("7", nn.Conv1d(16, 16, 3, padding=1))
        self.add_module("8", nn.BatchNorm1d(16))
        self.add_module("9", nn.ReLU(inplace=True))
        self.add_module("10", nn.Conv1d(16, 16, 3, padding=1))
        self.add_module("11", nn.BatchNorm1d(16))
        self.add_module("12", nn.ReLU(inplace=True))
        self.add_module("13", nn.Conv1d(16, 16, 3, padding=1))
        self.add_module("14", nn.BatchNorm1d(16))
        self.add_module("15", nn.ReLU(inplace=True))
        self.add_module("16", nn.Conv1d(16, 16, 3, padding=1))
        self.add_module("17", nn.BatchNorm1d(16))
        self.add_module("18", nn.ReLU(inplace=True))
        self.add_module("19", nn.Conv1d(16, 16, 3, padding=1))
        self.add_module("20", nn.BatchNorm1d(16))
        self.add_module("21", nn.ReLU(inplace=True))
        self.add_module("22", nn.Conv1d(16, 16, 3, padding=1))
        self.add_module("23", nn.BatchNorm1d(16))
        self.add_module("24", nn.ReLU(inplace=True))
        self.add_module("25", nn.Conv1d(16, 16, 3, padding=1))
        self.add_module("26", nn.BatchNorm1d(16))
        self.add_module("27", nn.ReLU(inplace=True))
        self.add_module("28", nn.Conv1d(16, 16, 3, padding=1))
        self.add_module("29", nn.BatchNorm1d(16))
        self.add_module("30", nn.ReLU(inplace=True))
        self.add_module("31", nn.Conv1d(16, 16, 3, padding=1))
        self.add_module("32", nn.BatchNorm1d(16))
        self.add_module("33", nn.ReLU(inplace=True))
        self.add_module("34", nn.Conv1d(16, 16, 3, padding=1))
        self.add_module("35", nn.BatchNorm1d(16))
        self.add_module("36", nn.ReLU(inplace=True))
        self.add_module("37", nn.Conv1d(16, 16, 3, padding=1))
        self.add_module("38", nn.BatchNorm1d(16))
        self.add_module("39", nn.ReLU(inplace=True))
        self.add_module("41", nn.Linear(16, classes))
        self.add_module("42", nn.Softmax(1))

    def forward(self, signal: Tensor) -> Tensor:
        x = self.get_submodule("0")(signal)
        x = self.get_submodule("1")(x)
        x = self.get_submodule("2")(x)
        x = self.get_submodule("3")(x)
        out = self.get_submodule("4")(x)
        out = self.get_submodule("5")(out)
        x = self.get_submodule("6")(out) + x
        out = self.get_submodule("7")(x)
        out = self.get_submodule("8")(out)
        x = self.get_submodule("9")(out) + x
        out = self.get_submodule("10")(x)
        out = self.get_submodule("11")(out)
        x = self.get_submodule("12")(out) + x
        out = self.get_submodule("13")(x)
        out = self.get_submodule("14")(out)
        x = self.get_submodule("15")(out) + x
        out = self.get_submodule("16")(x)
        out = self.get_submodule("17")(out)
        x = self.get_submodule("18")(out) + x
        out = self.get_submodule("19")(x)
        out = self.get_submodule("20")(out)
        x = self.get_submodule("21")(out) + x
        out = self.get_submodule("22")(x)
        out = self.get_submodule("23")(out)
        x = self.get_submodule("24")(out) + x
        out = self.get_submodule("25")(x)
        out = self.get_submodule("26")(out)
        x = self.get_submodule("27")(out) + x
        out = self.get_submodule("28")(x)
        out = self.get_submodule("29")(out)
        x = self.get_submodule("30")(out) + x
        out = self.get_submodule("31")(x)
        out = self.get_submodule("32")(out)
        x = self.get_submodule("33")(out) + x
        out = self.get_submodule("34")(x)
        out = self.get_submodule("35")(out)
        x = self.get_submodule("36")(out) + x
        out = self.get_submodule("37")(x)
        out = self.get_submodule("38")(out)
        x = self.get_submodule("39")(out) + x
        x = x.mean(2)
        x = self.get_submodule("41")(x)
        return self.get_submodule("42")(x)


def wave(classes: int = 4) -> Wave:
    return Wave(classes=classes)
