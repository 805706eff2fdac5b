"""Steps and shapes at one place of a body, in every world."""

from __future__ import annotations

from collections.abc import Sequence

from cnndsl.backends.torch.code import World
from cnndsl.backends.torch.context import CannotShare
from cnndsl.shape import Shape
from cnndsl.trace import Item


def inside(worlds: Sequence[World], items: Sequence[Item]) -> list[World]:
    """The worlds of the first body of a step."""
    return [world.inside(item.bodies[0]) for world, item in zip(worlds, items, strict=True)]


def items_at(worlds: Sequence[World], row: int, column: int) -> list[Item]:
    """The step at one place of a body, in each world."""
    items = [world.trace.lines[row][column] for world in worlds]
    if any(type(item.step) is not type(items[0].step) for item in items):
        raise CannotShare(None)
    return items


def flow_shapes(worlds: Sequence[World], items: Sequence[Item]) -> list[Shape | None]:
    """The shape of the flow before a step, in each world."""
    return [w.graph.shapes.get(i.before) if i.before is not None else None for w, i in zip(worlds, items, strict=True)]


def channels_of(shapes: Sequence[Shape | None]) -> list[int | None]:
    """Their channels."""
    return [None if shape is None else shape.channels for shape in shapes]


def channels_before(worlds: Sequence[World]) -> list[int | None]:
    """The channels that flow into a body."""
    return channels_of([w.graph.shapes.get(w.trace.before) if w.trace.before else None for w in worlds])


def channels_after_bodies(worlds: Sequence[World]) -> list[int | None]:
    """The channels that flow out of a body."""
    return channels_of([w.graph.shapes.get(w.trace.after) if w.trace.after else None for w in worlds])


def channels_after(worlds: Sequence[World], items: Sequence[Item]) -> list[int | None]:
    """The channels that flow out of a step."""
    return channels_of([w.graph.shapes.get(i.after) if i.after else None for w, i in zip(worlds, items, strict=True)])
