"""From a size back over the steps that made it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from cnndsl.graph import Graph, Node
from cnndsl.ops.operation import Cause, Misfit, Operation
from cnndsl.passes.provenance.numbers import Number, Reading, reading
from cnndsl.shape import Shape
from cnndsl.site import Around
from cnndsl.trace import Value

MOST = 10_000
"""Links of one trail; what lies before is left out."""

UNKNOWN = Cause(formula="?")
"""Of a size that is known though a mistake hides what the step reads."""


class Link(NamedTuple):
    """A step that set a size or computed it from others, or an input of the network (``cause`` None).

    ``name`` is its dotted name in the network. ``axis`` counts from 0, without the batch; ``letter`` is its name.
    ``before`` are the sizes that it is made of. ``around`` are the calls on the way to the graph, innermost first.
    """

    name: str
    graph: Graph
    node: Node
    axis: int
    letter: str
    size: int
    cause: Cause | None
    around: tuple[Around, ...]
    before: tuple[int, ...] = ()

    @property
    def keeps(self) -> bool:
        """Whether it computes the size that was there before, as a 3x3 convolution with padding 1 does."""
        return self.cause is not None and bool(self.cause.formula) and self.before == (self.size,)


class Trail:
    """A link and where the sizes come from that it is made of. Within a network equal ones are one object.

    The first ``operands`` of the sources are what the step reads; the rest are sizes that its arguments name, as
    ``in.channels`` does. ``numbers`` are the other names in its arguments. ``cut``: what lies before is left out.
    """

    __slots__ = ("cut", "link", "numbers", "operands", "sources")

    def __init__(
        self,
        link: Link,
        sources: tuple[Trail, ...] = (),
        operands: int = 0,
        numbers: tuple[Number, ...] = (),
        cut: bool = False,
    ) -> None:
        self.link = link
        self.sources = sources
        self.operands = operands
        self.numbers = numbers
        self.cut = cut

    def __repr__(self) -> str:
        return f"<why {self.link.letter} of {self.link.name} is {self.link.size}>"


def trail(graph: Graph, value: Value, axis: int, around: tuple[Around, ...] = ()) -> Trail | None:
    """Why ``axis`` of a value of ``graph`` has its size; None where the size is unknown.

    ``around`` are the calls on the way to ``graph``, as a ``Site`` has them. Steps that leave a size as it is, and
    borders of blocks, are passed through.
    """
    return Tracer().trail(graph, value, axis, around)


def changes(trail: Trail) -> Iterator[Link]:
    """The steps that set or changed the size, and the inputs: the nearest first, each once."""
    pending = deque([trail])
    seen = {id(trail)}
    while pending:
        current = pending.popleft()
        if not current.link.keeps:
            yield current.link
        for source in current.sources:
            if id(source) not in seen:
                seen.add(id(source))
                pending.append(source)


class Place(NamedTuple):
    """An axis of a value somewhere in a network."""

    graph: Graph
    value: Value
    axis: int
    around: tuple[Around, ...]

    @property
    def path(self) -> tuple[str, ...]:
        """The names of the calls on the way, outermost first."""
        return tuple(call.node or call.graph.name for call in reversed(self.around))

    @property
    def name(self) -> str:
        """The dotted name of what makes the value."""
        return ".".join((*self.path, self.value.node))

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for equal places of one network."""
        return (*self.path, self.value, self.axis)


class Tracer:
    """Trails of one network: what is found once is known. ``asked`` are the arguments that the user gave it."""

    def __init__(self, asked: Iterable[str] = ()) -> None:
        self.asked = frozenset(asked)
        self._trails: dict[tuple[object, ...], Trail] = {}
        self._settled: dict[Graph, dict[tuple[Value, int], tuple[Value, int]]] = {}
        self._orders: dict[Graph, dict[str, int]] = {}
        self._causes: dict[Graph, dict[str, tuple[Cause, ...]]] = {}

    def trail(self, graph: Graph, value: Value, axis: int, around: tuple[Around, ...] = ()) -> Trail | None:
        """As the function of this name."""
        start = self._back(Place(graph, value, axis, named(graph, around)))
        if start is None:
            return None
        pending, most = [start], len(self._trails) + MOST
        while pending:
            place = pending[-1]
            if place.key in self._trails:
                pending.pop()
                continue
            link, before, read, numbers = self._link(place)
            full = len(self._trails) + len(pending) > most
            waiting = [one for one in (*before, *read) if one.key not in self._trails]
            if waiting and not full:
                pending.extend(reversed(waiting))
                continue
            sources = [self._trails[one.key] for one in before if one.key in self._trails]
            reads = [self._trails[one.key] for one in read if one.key in self._trails]
            self._trails[place.key] = Trail(link, (*sources, *reads), len(sources), numbers, full and bool(waiting))
            pending.pop()
        return self._trails[start.key]

    def _link(self, place: Place) -> tuple[Link, list[Place], list[Place], tuple[Number, ...]]:
        """The link, where its operands and what its arguments read were made, and the names in them."""
        graph, node = place.graph, place.graph[place.value.node]
        shape = graph.shapes[place.value]
        size = shape.sizes[place.axis]
        cause = self._cause(graph, node, place.axis)
        operands = cause.operands if cause is not None else ()
        if cause is not None:
            read = reading(graph, node, cause, place.around, self.asked)
        else:
            symbols = [symbol for symbol, axis in graph.axes.items() if axis == (node.name, place.axis)]
            read = Reading(tuple(Number(one, size, "asked") for one in symbols if one in self.asked))
        sizes = tuple(graph.shapes[node.operands[slot]].sizes[axis] for slot, axis in operands)
        link = Link(place.name, graph, node, place.axis, shape.axes[place.axis], size, cause, place.around, sizes)
        places = (place._replace(value=node.operands[slot], axis=axis) for slot, axis in operands)
        return link, self._known(places), self._known(Place(*one) for one in read.sizes), read.numbers

    def _known(self, places: Iterable[Place]) -> list[Place]:
        """Where these sizes were made, as far as they are known."""
        return [found for one in places if (found := self._back(one)) is not None]

    def _back(self, place: Place) -> Place | None:
        """The place where the size was made, through all that leaves it as it is; None where it is unknown."""
        while True:
            graph, value, axis, around = place
            if value not in graph.shapes:
                return None
            value, axis = self.settled(graph, value, axis)
            node = graph[value.node]
            if node.graph is not None:
                result = node.graph.result(value.output)
                if result is None:
                    return None
                call = Around(graph, node.operands, node.span, node.name)
                place = Place(node.graph, result, axis, (call, *around))
            elif node.operation is None and around:
                operand = around[0].operands[graph.inputs.index(node.name)]
                if operand is None or not _has(around[0].graph, operand, axis, graph.shapes[value].sizes[axis]):
                    return Place(graph, value, axis, around)
                place = Place(around[0].graph, operand, axis, around[1:])
            else:
                return Place(graph, value, axis, around)

    def settled(self, graph: Graph, value: Value, axis: int) -> tuple[Value, int]:
        """Where in the same graph the size was made: no step between leaves it other than it is.

        Of branches that agree the one is followed that is the earliest: a shortcut where there is one.
        """
        known = self._settled.setdefault(graph, {})
        pending = [(value, axis)]
        while pending:
            current = pending[-1]
            if current in known:
                pending.pop()
                continue
            before = self._unchanged(graph, *current)
            waiting = [one for one in before if one not in known]
            if waiting:
                pending.extend(waiting)
                continue
            order = self._order(graph)
            ends = [known[one] for one in before]
            known[current] = min(ends, key=lambda end: order[end[0].node]) if ends else current
            pending.pop()
        return known[value, axis]

    def _unchanged(self, graph: Graph, value: Value, axis: int) -> list[tuple[Value, int]]:
        """The operands of a step that leaves a size as it is: what has that size before it."""
        node = graph[value.node]
        if node.graph is not None:
            result = node.graph.result(value.output)
            if result is None or result not in node.graph.shapes:
                return []
            (inner, inner_axis) = self.settled(node.graph, result, axis)
            source = node.graph[inner.node]
            if source.operation is not None or source.graph is not None:
                return []
            operand = node.operands[node.graph.inputs.index(source.name)]
            return [(operand, inner_axis)] if _has(graph, operand, inner_axis, graph.shapes[value].sizes[axis]) else []
        if node.operation is not None and node.operation.elementwise and len(node.operands) == 1:
            return [(node.operands[0], axis)]
        cause = self._cause(graph, node, axis)
        if cause is None or cause.formula or cause.arguments:
            return []
        return [(node.operands[slot], operand_axis) for slot, operand_axis in cause.operands]

    def _cause(self, graph: Graph, node: Node, axis: int) -> Cause | None:
        """None for an input."""
        output = graph.shapes.get(Value(node.name))
        if node.operation is None or output is None:
            return None
        known = self._causes.setdefault(graph, {})
        found = known.get(node.name)
        if found is None:
            shapes = graph.operand_shapes(node)
            if shapes is None:  # behind a mistake
                return _alone(node.operation, output, len(node.operands), axis)
            found = known[node.name] = node.operation.causes(shapes, output)
        return found[axis]

    def _order(self, graph: Graph) -> dict[str, int]:
        if graph not in self._orders:
            self._orders[graph] = {name: place for place, name in enumerate(graph.nodes)}
        return self._orders[graph]


def named(graph: Graph, around: tuple[Around, ...]) -> tuple[Around, ...]:
    """The calls on the way to ``graph`` with their names, where they have nodes."""
    found = []
    inner = graph
    for call in around:
        if call.node is None:
            nodes = [node for node in call.graph if node.graph is inner and node.span == call.span]
            exact = [node.name for node in nodes if node.operands == call.operands]
            call = call._replace(node=exact[0] if exact else None)
        found.append(call)
        inner = call.graph
    return tuple(found)


def _has(graph: Graph, value: Value | None, axis: int, size: int) -> bool:
    """Whether a value is known to have the size; a network that is applied may declare another one than it is given."""
    shape = graph.shapes.get(value) if value is not None else None
    return shape is not None and shape.sizes[axis : axis + 1] == (size,)


def _alone(operation: Operation, output: Shape, operands: int, axis: int) -> Cause:
    """The cause of a size that needs no operand to be known: that of a number that is written."""
    with suppress(Misfit):
        cause = operation.causes((output,) * operands, output)[axis]
        if not cause.operands and not cause.formula:
            return cause
    return UNKNOWN
