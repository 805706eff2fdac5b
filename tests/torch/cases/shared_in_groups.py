"""Groups that begin elsewhere, and groups that apply what is shared."""

import torch
from torch import Tensor, nn


class Siamese(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.tower = nn.Conv2d(4, 4, 3, padding=1)
        self.first = nn.Module()
        self.first.add_module("0", nn.ReLU(inplace=True))
        self.second = nn.Module()
        self.second.add_module("0", nn.ReLU(inplace=True))
        self.third = nn.Sequential(nn.ReLU(), nn.Conv2d(4, 4, 1))
        self.last = nn.Module()
        self.last.add_module("0", nn.ReLU(inplace=True))

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        x = self.tower(left)
        relu = self.first.get_submodule("0")(x)
        x = self.tower(right)
        relu_2 = self.second.get_submodule("0")(x)
        third = self.third(right)
        x = self.last.get_submodule("0")(self.tower(third)) + third
        x = self.tower(x)
        return torch.cat([x, relu, relu_2, third], 1)


def siamese() -> Siamese:
    return Siamese()
