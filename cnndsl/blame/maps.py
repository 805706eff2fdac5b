"""The map that may have been meant where features are reshaped to another number of values."""

from __future__ import annotations

from math import isqrt

from cnndsl.shape import Shape


def square(sizes: tuple[int, ...], x: Shape) -> tuple[int, ...] | None:
    """The channels of ``sizes`` and equal sides, for as many values as the features ``x``; None: there are none."""
    elements = x.elements
    if x.rank != 1 or len(sizes) != 3 or sizes[0] < 1 or sizes[1] != sizes[2] or elements % sizes[0]:
        return None
    side = isqrt(elements // sizes[0])
    return (sizes[0], side, side) if side * side * sizes[0] == elements and side != sizes[1] else None
