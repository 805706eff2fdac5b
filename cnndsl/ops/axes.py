"""Axes by letter, or by number as PyTorch counts them: the batch, which is never written, is 0."""

from __future__ import annotations

from cnndsl.ops.operation import Misfit
from cnndsl.shape import Shape


def locate(x: Shape, axis: int | str, field: str) -> int:
    """The index, from 0 and without the batch, of an axis of ``x``; raises ``Misfit``."""
    if isinstance(axis, str):
        index = x.axes.find(axis) if axis != "?" else -1
        if index < 0:
            letters = ", ".join(letter for letter in x.axes if letter != "?")
            there = f"only the axis {letters}" if len(letters) == 1 else f"the axes {letters}" if letters else "none"
            raise Misfit(f"{field} is {axis}, and {x} has {there}", field, "E0410")
        return index
    index = axis - 1 if axis >= 0 else x.rank + axis
    if axis == 0 or axis == -x.rank - 1:
        why = f"{field} is {axis}, the axis of the batch"
        raise Misfit(why, field, "E0410", "axes are counted from 1, which is C")
    if not 0 <= index < x.rank:
        last = f"only the axes 1 to {x.rank}" if x.rank > 1 else "only axis 1" if x.rank else "no axis"
        raise Misfit(f"{field} is {axis}, and {x} has {last}", field, "E0410")
    return index


def locate_all(x: Shape, axes: str | tuple[int, ...], field: str) -> tuple[int, ...]:
    """The indices of several different axes of ``x``; raises ``Misfit``."""
    indices = tuple(locate(x, axis, field) for axis in axes)
    if len(set(indices)) != len(indices):
        raise Misfit(f"{field} names an axis twice", field, "E0410")
    return indices
