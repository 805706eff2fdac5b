"""The way from an input of the network to an operand at fault, run by itself: much less than the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cnndsl.blame.trials import Place, Spent
from cnndsl.blame.walk import way
from cnndsl.graph import Graph, Node
from cnndsl.ops.operation import Misfit
from cnndsl.shape import Shape
from cnndsl.site import Site
from cnndsl.trace import Value

_WORK = 1_500
"""Steps that may be run for one finding."""


class _Leg(NamedTuple):
    graph: Graph
    node: Node
    slot: int


class Route:
    """Of several ways to an operand the first; what is joined on it is taken to have the same height and width."""

    def __init__(self, site: Site, slot: int, axis: int) -> None:
        found = way(site, slot, axis)
        self.start = found[-1].node.name if found and found[-1].slot is None else None
        self.legs = [_Leg(leg.graph, leg.node, leg.slot) for leg in reversed(found) if leg.slot is not None]
        self.shape = found[-1].graph.shapes[Value(found[-1].node.name)] if self.start is not None else None

    def end(self, sizes: Mapping[Place, int]) -> Shape | None:
        """What arrives where axes of the input have other sizes; None where a step on the way does not take them."""
        if self.shape is None or self.start is None:
            return None
        axes = enumerate(self.shape.sizes)
        shape = self.shape.resized(*(sizes.get((self.start, axis), size) for axis, size in axes))
        for graph, node, slot in self.legs:
            inputs = [graph.shapes[value] for value in node.operands]
            own = inputs[slot]
            inputs = [
                one.resized(*one.sizes[:1], *shape.sizes[1:])
                if one.rank == own.rank and one.sizes[1:] == own.sizes[1:]
                else one
                for one in inputs
            ]
            inputs[slot] = shape
            try:
                shape = node.operation.infer(*inputs) if node.operation is not None else shape
            except Misfit:
                return None
        return shape


class Routes:
    """The ways to all operands of a site."""

    def __init__(self, site: Site, axis: int) -> None:
        self.routes = [Route(site, slot, axis) for slot in range(len(site.operands))]
        self.left = _WORK

    def ends(self, sizes: Mapping[Place, int]) -> tuple[Shape, ...] | None:
        """What arrives at all operands; raises ``Spent``."""
        found = []
        for route in self.routes:
            self.left -= len(route.legs)
            if self.left < 0:
                raise Spent
            shape = route.end(sizes)
            if shape is None:
                return None
            found.append(shape)
        return tuple(found)
