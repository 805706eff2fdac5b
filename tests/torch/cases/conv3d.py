"""Volumes, in the manner of C3D (Tran et al., 2015): convolutions, pools and norms over D, H and W."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def pad_same(
    x: Tensor,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...],
    dilation: int | tuple[int, ...] = 1,
    mode: str = "constant",
) -> Tensor:
    """Pads so that a window has ceil(size / stride) places; an odd value goes after."""
    pads: list[int] = []
    for axis, size in enumerate(x.shape[2:]):
        k, s, d = (
            value if isinstance(value, int) else value[axis]
            for value in (kernel_size, stride, dilation)
        )
        total = max((-(-size // s) - 1) * s + d * (k - 1) + 1 - size, 0)
        pads = [total // 2, total - total // 2, *pads]
    return F.pad(x, pads, mode=mode)


class Unit(nn.Sequential):
    def __init__(self, in_channels: int, width: int, times: int = 1) -> None:
        layers: list[nn.Module] = []
        channels = in_channels
        for _ in range(times):
            layers += [nn.Conv3d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
            channels = width
        super().__init__(*layers)


class Refined(nn.Module):
    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.low = nn.Conv3d(3, width, 3, stride=(1, 2, 2), bias=False)
        self.bn = nn.BatchNorm3d(width)
        self.conv_transpose3d = nn.ConvTranspose3d(
            width, width, (1, 2, 2), stride=(1, 2, 2)
        )

    def forward(self, clip: Tensor) -> Tensor:
        low = self.low(pad_same(clip, 3, (1, 2, 2)))
        x = F.relu(self.bn(low), inplace=True)
        x = self.conv_transpose3d(x)
        x = torch.cat(
            [x, F.interpolate(low, scale_factor=(1, 2, 2), mode="trilinear")], 1
        )
        return torch.flatten(F.adaptive_avg_pool3d(x, 1), 1)


class C3d(nn.Module):
    def __init__(self, classes: int = 5) -> None:
        super().__init__()
        self.unit = Unit(3, 4)
        self.stage2 = nn.Sequential(Unit(4, 6, times=2), nn.MaxPool3d(2))
        self.stage3 = nn.Sequential(
            Unit(6, 8, times=2), nn.MaxPool3d(2, padding=(0, 1, 1))
        )
        self.linear = nn.Linear(144, classes)

    def forward(self, clip: Tensor) -> Tensor:
        x = self.unit(clip)
        x = F.max_pool3d(x, (1, 2, 2))
        x = self.stage2(x)
        x = torch.flatten(self.stage3(x), 1)
        return self.linear(x)


def c3d(classes: int = 5) -> C3d:
    return C3d(classes=classes)


def refined(width: int = 8) -> Refined:
    return Refined(width=width)
