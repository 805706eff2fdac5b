"""Shapes: sizes of axes that have names. The batch axis is never written."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

SPATIAL = "HWDL"
"""Axes that run over positions rather than over features."""

MEASURES = {"channels": "C", "depth": "D", "height": "H", "width": "W", "length": "L"}
"""What the sizes are called where they are asked for: ``in.channels``, ``cnn why net stem.height``."""

_AXES = {0: "", 1: "C", 2: "CL", 3: "CHW", 4: "CDHW"}


class Shape(NamedTuple):
    """Sizes and, letter by letter, the names of the axes: C features, H and W (or L) positions, ``?`` unknown."""

    sizes: tuple[int, ...]
    axes: str

    @classmethod
    def of(cls, *sizes: int) -> Shape:
        """A shape with the usual names for its rank: C, C x L, C x H x W, C x D x H x W."""
        return cls(sizes, _AXES.get(len(sizes), "?" * len(sizes)))

    @property
    def rank(self) -> int:
        """Number of axes, without the batch."""
        return len(self.sizes)

    @property
    def elements(self) -> int:
        """Number of values."""
        return prod(self.sizes)

    def size(self, axis: str) -> int | None:
        """The size of the axis with this name, None where there is none."""
        index = self.axes.find(axis)
        return self.sizes[index] if index >= 0 else None

    @property
    def channels(self) -> int | None:
        """The size of axis C."""
        return self.size("C")

    def resized(self, *sizes: int) -> Shape:
        """The same axes with other sizes."""
        return Shape(sizes, self.axes)

    def __str__(self) -> str:
        return "x".join(map(str, self.sizes)) or "scalar"
