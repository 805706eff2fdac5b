"""For which inputs the layers of a network have something left to see (Richter et al., "Should You Go Deeper?", 2021).

    >>> feasible(graph)["H"]    # of ResNet-50: (75, 427)

A convolution whose input has seen more than the whole image, even along the path that sees least, can learn nothing
from a larger part of the image. In the smallest feasible image there is none of these; in the largest, the last map
still sees all of it. Counted in positions, by the letter of the axis.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cnndsl.graph import Graph, Step, steps
from cnndsl.passes.receptive import fields, network_field
from cnndsl.trace import Value


class Sight(NamedTuple):
    """Along an axis of an input of ``size`` positions: how many of them what a convolution reads has seen, at least."""

    step: Step
    axis: str
    seen: int
    size: int


def sights(graph: Graph) -> Iterator[Sight]:
    """Of all convolutions, in the order of the text; of those that read a whole map at once, as gates do, nothing."""
    known = fields(graph)
    for step in steps(graph):
        if step.node.kind not in ("conv", "conv1d"):
            continue
        for name, axes in known[step.operands[0]].inputs.items():
            shape = graph.shapes[Value(name)]
            for axis, extents in axes.items():
                if extents.smallest.axis is not None:
                    yield Sight(step, axis, extents.smallest.size, shape.size(axis) or 1)


def feasible(graph: Graph) -> dict[str, tuple[int, int]]:
    """The smallest and the largest feasible size along each axis; nothing where no convolution reads a map."""
    smallest: dict[str, int] = {}
    for _, axis, seen, _ in sights(graph):
        smallest[axis] = max(seen, smallest.get(axis, 1))
    field = network_field(graph)
    return {axis: (size, field[axis].largest.size) for axis, size in smallest.items() if field and axis in field.axes}
