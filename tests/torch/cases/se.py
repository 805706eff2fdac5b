import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Squeeze(nn.ModuleList):
    def __init__(self, in_channels: int) -> None:
        super().__init__(
            [
                nn.Sequential(
                    nn.AdaptiveAvgPool2d(1),
                    nn.Conv2d(in_channels, max(1, in_channels // 4), 1),
                    nn.ReLU(inplace=True),
                    nn.Conv2d(max(1, in_channels // 4), in_channels, 1),
                    nn.Sigmoid(),
                ),
            ],
        )

    def forward(self, x: Tensor) -> Tensor:
        return x * self[0](x)


class ChannelShuffle(nn.Module):
    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.in_channels = in_channels

    def forward(self, x: Tensor) -> Tensor:
        x = x.unflatten(1, (2, self.in_channels // 2)).transpose(1, 2)
        return torch.flatten(x, 1, 2)


class Unit(nn.Module):
    def __init__(self, in_channels: int, width: int, hidden: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, hidden, 1, bias=False)
        self.bn = nn.BatchNorm2d(hidden)
        self.conv_2 = nn.Conv2d(hidden, hidden, 3, padding=1, groups=hidden, bias=False)
        self.bn_2 = nn.BatchNorm2d(hidden)
        self.squeeze = Squeeze(hidden)
        self.conv_3 = nn.Conv2d(hidden, width, 1, bias=False)
        self.bn_3 = nn.BatchNorm2d(width)
        self.channel_shuffle = ChannelShuffle(width)

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv(x)
        out = F.relu6(self.bn(out), inplace=True)
        out = self.conv_2(out)
        out = F.relu6(self.bn_2(out), inplace=True)
        out = self.squeeze(out)
        out = self.conv_3(out)
        out = self.bn_3(out)
        out += x
        return self.channel_shuffle(out)


class Unit2(nn.Module):
    def __init__(self, in_channels: int, width: int, hidden: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, hidden, 1, bias=False)
        self.bn = nn.BatchNorm2d(hidden)
        self.conv_2 = nn.Conv2d(
            hidden, hidden, 3, stride=2, padding=1, groups=hidden, bias=False
        )
        self.bn_2 = nn.BatchNorm2d(hidden)
        self.squeeze = Squeeze(hidden)
        self.conv_3 = nn.Conv2d(hidden, width, 1, bias=False)
        self.bn_3 = nn.BatchNorm2d(width)
        self.pool = nn.AvgPool2d(2)
        self.proj = nn.Conv2d(in_channels, width, 1)
        self.channel_shuffle = ChannelShuffle(width)

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv(x)
        out = F.relu6(self.bn(out), inplace=True)
        out = self.conv_2(out)
        out = F.relu6(self.bn_2(out), inplace=True)
        out = self.squeeze(out)
        out = self.conv_3(out)
        out = self.bn_3(out)
        out += self.proj(self.pool(x))
        return self.channel_shuffle(out)


class Mobile(nn.Sequential):
    def __init__(self, classes: int = 7, rate: float = 0.1) -> None:
        super().__init__(
            nn.Conv2d(3, 8, 3, stride=2, padding=1),
            nn.ReLU(inplace=True),
            Unit(8, 8, 32),
            Unit2(8, 16, 32),
            Unit(16, 16, 64),
            Unit(16, 16, 64),
            Unit2(16, 24, 64),
            Unit(24, 24, 96),
            Unit(24, 24, 96),
            Unit(24, 24, 96),
            Unit(24, 24, 96),
            Unit(24, 24, 96),
            Unit(24, 24, 96),
            Unit(24, 24, 96),
            Unit(24, 24, 96),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Dropout(rate),
            nn.Linear(24, classes),
        )


def mobile(classes: int = 7, rate: float = 0.1) -> Mobile:
    return Mobile(classes=classes, rate=rate)
