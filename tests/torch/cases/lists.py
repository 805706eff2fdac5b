"""Lists of numbers that vary from use to use, in whole or in part."""

import torch
from torch import Tensor, nn


class Shuffle(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        half = width // 2
        self.add_module("0", nn.Unflatten(1, (2, half)))
        self.add_module("2", nn.Flatten(1, 2))

    def forward(self, x: Tensor) -> Tensor:
        x = self.get_submodule("0")(x).transpose(1, 2)
        return self.get_submodule("2")(x)


class Square(nn.Sequential):
    def __init__(self, side: int) -> None:
        super().__init__(nn.Unflatten(1, (side, side)), nn.Flatten(1, 2))


class Pick(nn.Module):
    def __init__(self, in_channels: int, last: int) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.last = last

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat(
            [
                x[:, [0, self.last]],
                x.split((self.last, self.in_channels - self.last), 1)[1],
            ],
            1,
        )


class Lists(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(
            Shuffle(4),
            Square(2),
            nn.Conv2d(4, 16, 1),
            Shuffle(16),
            Square(4),
            Pick(16, 1),
            Pick(17, 3),
        )


def lists() -> Lists:
    return Lists()
