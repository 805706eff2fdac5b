"""Two lists that several networks are given by name, one of which cannot be the name of a constant."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Stack(nn.Module):
    def __init__(
        self, stages: list[list[int]], norm: bool = False, classes: int = 10
    ) -> None:
        super().__init__()
        features: list[nn.Module] = []
        in_channels = 3
        for widths in stages:
            for w in widths:
                features.append(nn.Conv2d(in_channels, w, 3, padding=1))
                if norm:
                    features.append(nn.BatchNorm2d(w))
                features.append(nn.ReLU(inplace=True))
                in_channels = w
            features.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*features)
        self.head = nn.Linear(in_channels, classes)

    def forward(self, image: Tensor) -> Tensor:
        x = self.features(image)
        x = torch.flatten(F.adaptive_avg_pool2d(x, 1), 1)
        return self.head(x)


DEEP = [[8, 8, 8], [16, 16, 16], [32, 32, 32]]


def stack_f(classes: int = 10) -> Stack:
    return Stack([[8, 8], [16, 16], [32, 32]], classes=classes)


def stack_f_norm(classes: int = 10) -> Stack:
    return Stack([[8, 8], [16, 16], [32, 32]], norm=True, classes=classes)


def stack_deep(classes: int = 10) -> Stack:
    return Stack(DEEP, classes=classes)


def stack_deep_norm(classes: int = 10) -> Stack:
    return Stack(DEEP, norm=True, classes=classes)


def stack_short(classes: int = 10) -> Stack:
    return Stack([[8]], classes=classes)
