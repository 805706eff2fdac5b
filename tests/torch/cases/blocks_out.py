from typing import NamedTuple

from torch import Tensor, nn
from torch.nn import functional as F


class BackboneOutput(NamedTuple):
    low: Tensor
    mid: Tensor
    output: Tensor


class Backbone(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.c2 = nn.Conv2d(8, 16, 3, stride=2, padding=1)
        self.c3 = nn.Conv2d(16, 32, 3, stride=2, padding=1)

    def forward(self, x: Tensor) -> BackboneOutput:
        low = F.relu(self.c1(x), inplace=True)
        mid = F.relu(self.c2(low), inplace=True)
        output = F.relu(self.c3(mid), inplace=True)
        return BackboneOutput(low, mid, output)


class FPN(nn.Module):
    def __init__(self, classes: int = 5) -> None:
        super().__init__()
        self.body = Backbone()
        self.top = nn.Conv2d(32, 16, 1)
        self.up = nn.Upsample(scale_factor=2)
        self.lateral = nn.Conv2d(16, 16, 1)
        self.head = nn.Conv2d(16, classes, 1)

    def forward(self, image: Tensor) -> Tensor:
        body = self.body(image)
        x = self.top(body.output)
        up = self.up(x)
        out = self.lateral(body.mid)
        out += up
        return self.head(out)


def fpn(classes: int = 5) -> FPN:
    return FPN(classes=classes)
