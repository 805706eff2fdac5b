"""A map as a solid: height from H, depth from W, thickness from C, all below scale so that 224 and 7 can be seen."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from matplotlib.colors import to_hex, to_rgb

from cnndsl.shape import Shape

Point = tuple[float, float]

TALLEST = 104.0
"""Of the largest map, in points."""
_EXPONENT = 0.56
_LEAN = (0.27, 0.20)
"""How far the back of a solid stands to the right and above, a point of the depth."""
_APART = 3.5
_ROUND = 15.0
_SLABS = 3
_MANY = 3
_THIN = 1.5


class Face(NamedTuple):
    """A polygon and the shade of the solid's colour: 0 as it is, above lighter, below darker."""

    corners: tuple[Point, ...]
    color: str


class Solid(NamedTuple):
    """Faces from back to front, from (0, 0) to (width, height); ``round``: a circle with a sign."""

    width: float
    height: float
    faces: tuple[Face, ...]
    round: bool = False


class Scale(NamedTuple):
    """Lengths in points; ``largest`` is the longest spatial axis of the network, and is drawn ``tallest``."""

    largest: int
    tallest: float = TALLEST

    def side(self, size: int) -> float:
        """Of H or W."""
        return max(6.0, self.tallest * float((size / self.largest) ** _EXPONENT))

    def thickness(self, channels: int) -> float:
        """Of C."""
        return min(2.0 + 0.75 * sqrt(channels), 60.0)

    def column(self, features: int) -> float:
        """The length of a vector."""
        return min(9.0 + 1.4 * sqrt(features), self.tallest)


def scale_of(shapes: list[Shape], lanes: int) -> Scale:
    """The scale on which the largest map is ``TALLEST``, or lower where many stand above one another."""
    largest = max((size for shape in shapes for size in sides(shape)), default=1)
    return Scale(largest, TALLEST if lanes < _MANY else 0.6 * TALLEST)


def sides(shape: Shape) -> tuple[int, ...]:
    """H and W; of a sequence L, of a vector nothing."""
    return tuple(shape.sizes[1:][-2:])


def solid(shape: Shape | None, scale: Scale, color: str, times: int, filling: tuple[tuple[int, str], ...]) -> Solid:
    """``times`` slabs side by side, three at most; ``filling`` are the channels of each part and its colour."""
    if shape is None:
        return _slabs(12.0, 24.0, (4.0, 3.0), ((1.0, color),), 1)
    around = sides(shape)
    channels = shape.sizes[0] if shape.sizes else 1
    if max(around, default=1) == 1:
        return _slabs(6.0, scale.column(channels), (3.0, 2.2), ((1.0, color),), min(times, _SLABS))
    high = scale.side(around[0])
    deep = scale.side(around[1]) if len(around) > 1 else 12.0
    lean = (_LEAN[0] * deep, _LEAN[1] * deep)
    parts = tuple((part / channels, shade) for part, shade in filling) or ((1.0, color),)
    thick = scale.thickness(channels)
    if len(parts) > thick / _THIN:
        parts = ((1.0, color),)
    return _slabs(thick, high, lean, parts, min(times, _SLABS))


def lying(upright: Solid) -> Solid:
    """The same with the channels from top to bottom."""
    faces = tuple(Face(tuple((y, upright.width - x) for x, y in face.corners), face.color) for face in upright.faces)
    return Solid(upright.height, upright.width, faces, upright.round)


def circle() -> Solid:
    """Around the sign of a sum or product."""
    return Solid(_ROUND, _ROUND, (), True)


def shaded(color: str, amount: float) -> str:
    """Towards white for a positive amount, towards black for a negative one."""
    towards = 1.0 if amount > 0 else 0.0
    red, green, blue = (part + (towards - part) * abs(amount) for part in to_rgb(color))
    return str(to_hex((red, green, blue)))


def _slabs(thick: float, high: float, lean: Point, parts: tuple[tuple[float, str], ...], times: int) -> Solid:
    faces: list[Face] = []
    for index in range(times):
        start = index * (thick + _APART)
        for share, color in parts:
            end = start + share * thick
            faces += _cuboid(start, end, high, lean, color)
            start = end
    return Solid(times * thick + (times - 1) * _APART + lean[0], high + lean[1], tuple(faces))


def _cuboid(left: float, right: float, high: float, lean: Point, color: str) -> tuple[Face, ...]:
    x, y = lean
    top = ((left, high), (right, high), (right + x, high + y), (left + x, high + y))
    side = ((right, 0.0), (right + x, y), (right + x, high + y), (right, high))
    front = ((left, 0.0), (right, 0.0), (right, high), (left, high))
    return (Face(top, shaded(color, 0.45)), Face(side, shaded(color, -0.14)), Face(front, color))
