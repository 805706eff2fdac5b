"""A file with "quotes", a backslash and a triple: '''"""

import torch
from torch import Tensor, nn


class BLK(nn.Sequential):
    def __init__(self, in_channels: int, type_: int, lambda_: int = 2) -> None:
        super().__init__()
        self.add_module("0", nn.Conv2d(in_channels, type_, 3, padding=lambda_ // 2))
        self.add_module("class", nn.ReLU(inplace=True))
        self._modules["train"] = nn.BatchNorm2d(type_)
        self.add_module("a-b", nn.Conv2d(type_, type_, 1))


class Odd(nn.Module):
    def __init__(self, self_: int = 3) -> None:
        super().__init__()
        self.nn = BLK(3, 4)
        self.torch = BLK(4, 8, lambda_=3)
        self.x = nn.Conv2d(8, self_, 1)
        self.F = nn.ReLU(inplace=True)
        self._modules["type"] = nn.ReLU()
        self.in_channels = nn.BatchNorm2d(self_)
        self.gamma = nn.Parameter(torch.full((self_, 1, 1), 1e-06))
        self.delta = nn.Parameter(torch.zeros(self_, 1, 1))

    def forward(self, forward: Tensor) -> Tensor:
        x = self.nn(forward)
        x = self.torch(x)
        x = self.x(x)
        x = self.F(x)
        x = self._modules["type"](x)
        x = self.in_channels(x)
        x = x * self.gamma
        x = x + self.delta
        x = x + 1.5
        return x * 0.5


def odd(self_: int = 3) -> Odd:
    return Odd(self_=self_)
