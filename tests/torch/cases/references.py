"""Values that are read again, from inside and outside of loops, and values that are the same tensor."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Chain(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.l0 = nn.Conv2d(8, 8, 1)
        self.l1 = nn.Conv2d(8, 8, 3, padding=1)
        self.l2 = nn.Conv2d(8, 8, 3, padding=1)
        self.l3 = nn.Conv2d(8, 8, 3, padding=1)
        self.l4 = nn.Conv2d(8, 8, 3, padding=1)
        self.l5 = nn.Conv2d(8, 8, 3, padding=1)
        self.l6 = nn.Conv2d(8, 8, 3, padding=1)
        self.l7 = nn.Conv2d(8, 8, 3, padding=1)
        self.l8 = nn.Conv2d(8, 8, 3, padding=1)
        self.l9 = nn.Conv2d(8, 8, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        l0 = self.l0(x)
        l1 = self.l1(l0)
        x = F.relu(l1)
        x = l0 + x
        l2 = self.l2(x)
        x = F.relu(l2)
        x = l1 + x
        del l1
        l3 = self.l3(x)
        x = F.relu(l3)
        x = l2 + x
        del l2
        l4 = self.l4(x)
        x = F.relu(l4)
        x = l3 + x
        del l3
        l5 = self.l5(x)
        x = F.relu(l5)
        x = l4 + x
        del l4
        l6 = self.l6(x)
        x = F.relu(l6)
        x = l5 + x
        l7 = self.l7(x)
        x = F.relu(l7)
        x = l6 + x
        del l6
        l8 = self.l8(x)
        x = F.relu(l8)
        x = l7 + x
        del l7
        x = F.relu(self.l9(x))
        x = l8 + x
        return torch.cat([l0, l5, x], 1)


class Skip(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.start = nn.Conv2d(8, 8, 1)
        for i in range(12):
            self.add_module(
                f"conv_{2 * i + 1}" if i else "conv", nn.Conv2d(8, 8, 3, padding=1)
            )
            self.add_module(f"bn_{i + 1}" if i else "bn", nn.BatchNorm2d(8))
            self.add_module(f"conv_{2 * i + 2}", nn.Conv2d(8, 8, 1))

    def forward(self, x: Tensor) -> Tensor:
        start = self.start(x)
        x = start
        for i in range(12):
            out = self.get_submodule(f"conv_{2 * i + 1}" if i else "conv")(x)
            out = self.get_submodule(f"bn_{i + 1}" if i else "bn")(out)
            out += x
            x = start + self.get_submodule(f"conv_{2 * i + 2}")(out)
        return F.relu(start)


class Same(nn.Sequential):
    pass


class Nothing(nn.ModuleList):
    def __init__(self) -> None:
        super().__init__([nn.Dropout(0.5)])

    def forward(self, x: Tensor) -> Tensor:
        return self[0](x) + x


class Pick(nn.Module):
    def __init__(self, i: int) -> None:
        super().__init__()
        self.i = i
        self.add_module("1", nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        x = x.chunk(2, 1)[self.i]
        return self.get_submodule("1")(x)


class InnerOutput(NamedTuple):
    low: Tensor
    output: Tensor


class Inner(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.c = nn.Conv2d(8, 8, 1)

    def forward(self, x: Tensor) -> InnerOutput:
        low = self.c(x)
        output = F.relu(low)
        return InnerOutput(low, output)


class Aliases(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 1)
        self.same = Same()
        self.nothing = Nothing()
        self.pick = Pick(0)
        self.pick_2 = Pick(1)
        self.a = Inner()
        self.b = Same()

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = F.relu(self.same(x))
        x = F.relu(self.nothing(x), inplace=True)
        x = torch.cat([self.pick(x), self.pick_2(x)], 1)
        a = self.a(x)
        b = self.b(a.output)
        x = F.relu(b)
        x = F.elu(F.relu((a.low + b + x)[:, :4], inplace=True).transpose(2, 3))
        relu = F.relu(F.relu6(F.leaky_relu(x, inplace=True)), inplace=True)
        x = relu + F.relu(relu)
        return torch.maximum(x, relu)


def chain() -> Chain:
    return Chain()


def skip() -> Skip:
    return Skip()


def aliases() -> Aliases:
    return Aliases()
