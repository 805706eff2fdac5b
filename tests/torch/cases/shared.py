from typing import NamedTuple

from torch import Tensor, nn
from torch.nn import functional as F


class Head(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(
            nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(16, 12, 1)
        )


class DetectorOutput(NamedTuple):
    one: Tensor
    two: Tensor


class Detector(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(3, 16, 3, stride=2, padding=1)
        self.p1 = nn.Conv2d(16, 16, 3, stride=2, padding=1)
        self.p2 = nn.Conv2d(16, 16, 3, stride=2, padding=1)
        self.box = Head()

    def forward(self, image: Tensor) -> DetectorOutput:
        x = F.relu(self.c1(image), inplace=True)
        p1 = self.p1(x)
        x = F.relu(p1)
        p2 = self.p2(x)
        x = F.relu(p2)
        one = self.box(p1)
        del p1
        two = self.box(p2)
        return DetectorOutput(one, two)


def detector() -> Detector:
    return Detector()
