import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Dwsep(nn.Sequential):
    def __init__(
        self, in_channels: int, width: int, kernel: int | tuple[int, int]
    ) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(
            in_channels, in_channels, kernel, padding="same", groups=in_channels
        )
        self.pointwise = nn.Conv2d(in_channels, width, 1)
        self.relu = nn.ReLU(inplace=True)


class Stage(nn.Sequential):
    def __init__(
        self, in_channels: int, widths: list[int], kernel: int | tuple[int, int] = 3
    ) -> None:
        super().__init__()
        channels = in_channels
        for i, w in enumerate(widths):
            self.add_module(f"step{i}-a", Dwsep(channels, w, kernel))
            channels = w


class Nested(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = Stage(4, [8, 16, 16])
        self.second = Stage(16, [8] * 10, kernel=5)
        self.third = Stage(8, [24, 8], kernel=(1, 3))
        self.conv = nn.Conv2d(8, 1, 1)
        self.conv_2 = nn.Conv2d(8, 3, 3, padding=1)
        self.conv_3 = nn.Conv2d(8, 5, 5, padding=2)
        self.linear = nn.Linear(17408, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        x = self.second(x)
        x = self.third(x)
        x = torch.cat(
            [
                self.conv(x),
                self.conv_2(x),
                self.conv_3(x),
                F.max_pool2d(x, 3, stride=1, padding=1),
            ],
            1,
        )
        x = torch.flatten(x, 1)
        x = self.linear(x)
        return F.log_softmax(x, 1)


def nested() -> Nested:
    return Nested()
