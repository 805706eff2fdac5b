"""From a size at fault back over all steps that its axis went through, those too that left it as it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from cnndsl.graph import Graph, Node
from cnndsl.passes.provenance import Link
from cnndsl.passes.provenance.trails import Place, named
from cnndsl.shape import SPATIAL
from cnndsl.site import Around, Site
from cnndsl.trace import Value

_REACH = 48
"""Steps before a fault that are looked at."""
_LONGEST = 300
"""No longer way back to an input is followed."""


class Found(NamedTuple):
    """A step and how many operations stand between it and the fault."""

    link: Link
    distance: int


def behind(site: Site, slot: int, axis: int) -> Iterator[Found]:
    """The operations that an axis of an operand went through, and inputs: the nearest first, each once."""
    value = site.operands[slot]
    if value is None:
        return
    pending = deque([(Place(site.graph, value, axis, named(site.graph, site.around)), 0)])
    seen: set[tuple[str, int]] = set()
    arrived: set[int] = set()
    while pending and len(seen) < _REACH:
        start, distance = pending.popleft()
        place = _opened(start)
        if place is None or (place.name, place.axis) in seen:
            continue
        seen.add((place.name, place.axis))
        link = _link(place)
        if link.cause is None and link.node.operation is not None:
            continue  # what flows into it is in doubt
        arrived |= {link.axis} if link.cause is None else set()
        yield Found(link, distance)
        for operand, before in _before(link):
            pending.append((place._replace(value=link.node.operands[operand], axis=before), distance + 1))
    if len(seen) >= _REACH:
        yield from _sources(site, slot, axis, arrived)


def _sources(site: Site, slot: int, axis: int, known: set[int]) -> Iterator[Found]:
    """The input at the end of a long way; both height and width where they were merged."""
    legs = way(site, slot, axis)
    if not legs:
        return
    end = legs[-1]
    merged = any(leg.slot is not None and len(leg.merged) > 1 for leg in legs)
    shape = end.graph.shapes[Value(end.node.name)]
    for place, letter in enumerate(shape.axes):
        if place not in known and (place == end.axis or (merged and letter in SPATIAL)):
            yield Found(_link(Place(end.graph, Value(end.node.name), place, ())), len(legs))


class Leg(NamedTuple):
    """A step on the way, and the operand by which the way comes in; None: an input of the network."""

    graph: Graph
    node: Node
    slot: int | None
    axis: int
    merged: tuple[int, ...] = ()


def way(site: Site, slot: int, axis: int) -> list[Leg]:
    """One way back from an operand to an input, or as far as it is known; the last step first."""
    found: list[Leg] = []
    value = site.operands[slot]
    place = Place(site.graph, value, axis, named(site.graph, site.around)) if value is not None else None
    while place is not None and len(found) < _LONGEST:
        place = _opened(place)
        if place is None:
            break
        link = _link(place)
        before = _before(link)
        if link.cause is None and link.node.operation is None:
            return [*found, Leg(link.graph, link.node, None, place.axis)]
        if not before:
            break
        operand, axis = before[-1]  # of axes that are merged the last is one of positions
        merged = tuple(dict.fromkeys(one for own, one in before if own == operand))
        found.append(Leg(link.graph, link.node, operand, axis, merged))
        place = place._replace(value=link.node.operands[operand], axis=axis)
    return []


def starts(site: Site) -> Iterator[Place | None]:
    """What makes each operand of a site; None where that is unknown."""
    for value in site.operands:
        place = Place(site.graph, value, 0, named(site.graph, site.around)) if value is not None else None
        yield _opened(place)


def back(place: Place, value: Value) -> Place | None:
    """What makes another value of the same graph."""
    return _opened(place._replace(value=value))


def _opened(place: Place | None) -> Place | None:
    """The operation or input that makes a value, through borders of blocks; None where it is unknown."""
    while place is not None:
        graph, value, axis, around = place
        if value not in graph.shapes:
            return None
        node = graph[value.node]
        if node.graph is not None:
            result = node.graph.result(value.output)
            call = Around(graph, node.operands, node.span, node.name)
            place = Place(node.graph, result, axis, (call, *around)) if result is not None else None
        elif node.operation is None and around:
            operand = around[0].operands[graph.inputs.index(node.name)]
            place = Place(around[0].graph, operand, axis, around[1:]) if operand is not None else None
        else:
            return place
    return None


def _before(link: Link) -> tuple[tuple[int, int], ...]:
    """The sizes that a size is made of, or the one that it repeats."""
    if link.cause is None:
        return ()
    return ((0, link.axis),) if not link.cause.operands and link.before else link.cause.operands


def _link(place: Place) -> Link:
    graph, value, axis, around = place
    node = graph[value.node]
    shape = graph.shapes[value]
    inputs = graph.operand_shapes(node)
    cause = node.operation.causes(inputs, shape)[axis] if node.operation is not None and inputs is not None else None
    sizes = tuple(graph.shapes[node.operands[slot]].sizes[at] for slot, at in cause.operands) if cause else ()
    if cause is not None and inputs and not cause.operands and inputs[0].axes == shape.axes:
        sizes = tuple(size for size in inputs[0].sizes[axis : axis + 1] if size == shape.sizes[axis])
    return Link(place.name, graph, node, axis, shape.axes[axis], shape.sizes[axis], cause, around, sizes)


def is_change(link: Link) -> bool:
    """Whether the step set or changed the size; an input does."""
    cause = link.cause
    if cause is None or is_named(link):
        return True
    return bool(cause.formula or cause.arguments or not cause.operands) and link.before != (link.size,)


def is_named(link: Link) -> bool:
    """Whether an argument says which size it is, as ``permute`` and ``like`` do."""
    cause = link.cause
    return cause is not None and bool(cause.arguments and cause.operands) and not cause.formula


def has_window(node: Node) -> bool:
    """Whether a step could change positions: a convolution or a pool."""
    return node.operation is not None and "kernel_size" in node.operation.signature


def is_written(link: Link) -> bool:
    """Whether the size is a number in the text."""
    return link.cause is not None and bool(link.cause.arguments) and not link.cause.operands
