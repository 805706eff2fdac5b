"""Receptive field: which part of the input a position of a map sees, how far the next one's lies, and where they begin.

    >>> field = fields(graph)["layer4.2.conv3"]
    >>> field["H"].largest.size, field["H"].largest.jump, field["H"].largest.start    # through the longest path
    >>> field["H"].smallest.size                                                      # through the shortest
    >>> network_field(graph)["H"].largest.size, last_map(graph)

Sizes are in positions of the input, over the axes that it calls H, W or L; ``field.inputs`` tells several inputs apart.
Maps are taken to go on beyond their borders, as padding has it: a field may be larger than the input, and begin before
it. An operation that reads all positions (global pooling, ``flatten``, a gate of squeeze-and-excitation, a norm with
statistics over positions) sees the whole input, and no more.

Equal block instances are one graph, so a block is analysed once, relative to its inputs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from cnndsl.graph import Graph
from cnndsl.ops.reach import Reach
from cnndsl.passes.maps import last_maps
from cnndsl.passes.paths import Path, Seen, Sight, Table, through, traced
from cnndsl.shape import SPATIAL, Shape
from cnndsl.trace import Value


class Extent(NamedTuple):
    """What a position of a map sees along one axis of an input.

    ``size``: from the first to the last input position, of the position that sees most. ``jump``: how far the next
    position's lies, the product of the strides (a fraction after upsampling); 0: all see the same; None: they are
    spread unevenly. ``start``: the first input position that position 0 sees, negative in the padding. ``axis``: which
    axis of the map the positions are counted along; None where all see the same.
    """

    size: int
    jump: Fraction | None
    start: int
    axis: int | None
    reach: Reach

    @property
    def centre(self) -> Fraction:
        """The middle of what position 0 sees, in input positions (the first pixel is 0)."""
        first, last = self.reach.window(0)
        return Fraction(first + last, 2)

    def window(self, position: int) -> tuple[int, int]:
        """The first and the last input position that ``position`` sees."""
        return self.reach.window(position)


class Extents(NamedTuple):
    """Along one axis of an input: through all paths together, and through the one that sees least."""

    largest: Extent
    smallest: Extent


@dataclass(frozen=True)
class Field:
    """The receptive field of a map: by input, then by the letter of the input's axis."""

    inputs: dict[str, dict[str, Extents]]

    def __getitem__(self, axis: str) -> Extents:
        """Of the input that is seen most along ``axis``; KeyError where none has it."""
        found = [axes[axis] for axes in self.inputs.values() if axis in axes]
        if not found:
            raise KeyError(axis)
        return max(found, key=lambda extents: extents.largest.size)

    @property
    def axes(self) -> tuple[str, ...]:
        """The letters of all axes that are seen, in the order of the inputs."""
        return tuple(dict.fromkeys(axis for axes in self.inputs.values() for axis in axes))

    @property
    def whole(self) -> bool:
        """Whether every position sees all positions of the input: through a gate, or statistics over positions."""
        return bool(self.axes) and all(self[axis].largest.axis is None for axis in self.axes)


def fields(graph: Graph) -> dict[str, Field]:
    """The field of every step, by its dotted name, blocks opened; of an input it is one position."""
    return {name: _field(graph, seen) for name, seen in _named(graph, "", [], traced(graph))}


def network_field(graph: Graph) -> Field | None:
    """That of ``last_map``; None where there is none."""
    return next(iter(_last(graph).values()), None)


def last_map(graph: Graph) -> str | None:
    """The step whose field is the network's: the last map before global pooling, an adaptive pool or ``flatten``.

    Of several, the one that sees most; None where no map is computed.
    """
    return next(iter(_last(graph)), None)


def _last(graph: Graph) -> dict[str, Field]:
    """The last map and its field; only the blocks that it is in are looked into."""
    names = last_maps(graph)
    found = {name: _field(graph, seen) for name, seen in _named(graph, "", [], traced(graph), names)}
    sizes = {name: max((found[name][axis].largest.size for axis in found[name].axes), default=0) for name in names}
    most = max(sizes, key=lambda name: sizes[name], default=None)
    return {most: found[most]} if most is not None else {}


def _named(
    graph: Graph, prefix: str, outside: list[Seen], table: Table, wanted: Collection[str] | None = None
) -> Iterator[tuple[str, Seen]]:
    """``outside``: what the operands of the block see; nothing for a network. ``wanted``: of these steps alone."""
    relative, seen = table[graph], dict[Value, Seen]()
    for value, own in relative.items():
        seen[value] = through(own, graph, outside, graph.shapes[value]) if prefix else own
    for node in graph:
        operands = [seen.get(value, {}) for value in node.operands]
        name = prefix + node.name
        if node.graph is not None:
            inner = wanted if wanted is None else [one for one in wanted if one.startswith(f"{name}.")]
            if inner is None or inner:
                yield from _named(node.graph, f"{name}.", operands, table, inner)
        elif (node.operation is not None or not prefix) and (wanted is None or name in wanted):
            yield name, seen.get(Value(node.name), {})


def _field(graph: Graph, seen: Seen) -> Field:
    shapes = {name: graph.shapes[Value(name)] for name in seen}
    return Field({name: _extents(shapes[name], sights) for name, sights in seen.items()})


def _extents(shape: Shape, sights: tuple[Sight, ...]) -> dict[str, Extents]:
    return {
        letter: Extents(_extent(sight.largest, size), _extent(sight.smallest, size))
        for letter, size, sight in zip(shape.axes, shape.sizes, sights, strict=True)
        if letter in SPATIAL
    }


def _extent(path: Path, size: int) -> Extent:
    reach = path.reach.within(size)
    jump = Fraction(reach.step, len(reach.windows)) if reach.step is not None else None
    return Extent(reach.size, jump, reach.window(0)[0], path.axis if reach.step != 0 else None, reach)
