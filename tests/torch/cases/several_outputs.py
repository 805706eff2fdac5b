from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class HeadOutput(NamedTuple):
    aux: Tensor | None
    mid: Tensor
    output: Tensor


class Head(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)
        self.aux = nn.Linear(3, 3)
        self.conv_2 = nn.Conv2d(4, 5, 1)

    def forward(self, x: Tensor) -> HeadOutput:
        out = self.conv(x)
        if self.training:
            aux = self.aux(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))
        mid = self.conv_2(out)
        output = F.relu(mid)
        if self.training:
            return HeadOutput(aux, mid, output)
        return HeadOutput(None, mid, output)


class MOutput(NamedTuple):
    first: Tensor
    aux: Tensor | None
    second: Tensor
    x: Tensor


class M(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)
        self.a = nn.ReLU(inplace=True)
        self.conv_2 = nn.Conv2d(4, 3, 3)
        self.bn = nn.BatchNorm2d(3)
        self.conv_3 = nn.Conv2d(3, 2, 1)
        self.aux = nn.ReLU(inplace=True)
        self.second = nn.Conv2d(4, 5, 1)

    def forward(self, x: Tensor) -> MOutput:
        x = self.conv(x)
        first = self.a(x)
        x = self.conv_2(first)
        x = self.bn(x)
        if self.training:
            aux = self.aux(self.conv_3(x))
        second = self.second(first)
        if self.training:
            return MOutput(first, aux, second, x)
        return MOutput(first, None, second, x)


class NOutput(NamedTuple):
    m: Tensor
    output_z: Tensor
    output_1: Tensor


class N(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.h = Head()
        self.add_module("1", nn.ReLU())

    def forward(self, x: Tensor) -> NOutput:
        h = self.h(x)
        _1 = self.get_submodule("1")(h.output)
        return NOutput(h.mid, h.output, _1)


def n() -> N:
    return N()


def m() -> M:
    return M()
