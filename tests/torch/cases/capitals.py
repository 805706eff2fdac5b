from typing import NamedTuple

from torch import Tensor, nn


class Net2(nn.Sequential):
    def __init__(self, in_channels: int, w: int) -> None:
        super().__init__(nn.Conv2d(in_channels, w, 1), nn.ReLU(inplace=True))


class ResNet(nn.Sequential):
    def __init__(self, in_channels: int) -> None:
        super().__init__(nn.Conv2d(in_channels, 3, 1), nn.BatchNorm2d(3))


class ResNetOutput2Output(NamedTuple):
    first: Tensor
    second: Tensor


class ResNetOutput2(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Conv2d(3, 3, 1)
        self.b = nn.Conv2d(3, 3, 1)

    def forward(self, x: Tensor) -> ResNetOutput2Output:
        first = self.a(x)
        second = self.b(first)
        return ResNetOutput2Output(first, second)


class Net3(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = Net2(3, 4)
        self.a = Net2(4, 8)
        self.ResNet = ResNet(8)

    def forward(self, x: Tensor) -> Tensor:
        x = self.net(x)
        x = self.a(x)
        return self.ResNet(x)


class ResNet2Output(NamedTuple):
    first: Tensor
    second: Tensor


class ResNet2(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a = Net3()
        self.b = ResNet(3)

    def forward(self, x: Tensor) -> ResNet2Output:
        first = self.a(x)
        second = self.b(first)
        return ResNet2Output(first, second)


def Net() -> Net3:
    return Net3()


def ResNetOutput() -> ResNetOutput2:
    return ResNetOutput2()


def resnet() -> ResNet2:
    return ResNet2()
