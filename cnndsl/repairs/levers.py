"""The steps before a fault, nearest first, and where their numbers are written."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from cnndsl.graph import Graph, Node
from cnndsl.site import Around, Site
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Argument, Value

REACH = 48
"""Steps before a fault that are looked at."""


class Caller(NamedTuple):
    """A call of a block: the graph that it stands in, what it gives, and the instance that it makes."""

    graph: Graph
    span: Span
    arguments: dict[str, Argument]
    inner: Graph


class Lever(NamedTuple):
    """A step before a fault.

    ``slot`` is the operand of the fault that it leads to, ``calls`` are the blocks around the step, ``level`` counts
    the blocks around the fault that do not hold it.
    """

    node: Node
    graph: Graph
    distance: int
    slot: int
    calls: tuple[Caller, ...] = ()
    level: int = 0


class _At(NamedTuple):
    graph: Graph
    value: Value
    distance: int
    slot: int
    calls: tuple[Caller, ...]
    outside: tuple[Around, ...]
    level: int


def levers(site: Site) -> list[Lever]:
    """Inputs of the network and operations before a fault; each once, those of all operands in turn."""
    found: list[Lever] = []
    seen: set[tuple[int, int]] = set()
    around = callers(site)
    pending = deque(
        _At(site.graph, value, 0, slot, around, site.around, 0) for slot, value in enumerate(site.operands) if value
    )
    while pending and len(found) < REACH:
        graph, value, distance, slot, calls, outside, level = pending.popleft()
        node = graph.nodes.get(value.node)
        if node is None or (id(graph), id(node)) in seen:
            continue
        if node.graph is not None:
            inner = node.graph.result(value.output)
            if inner is not None:
                call = Caller(graph, node.span, node.arguments, node.graph)
                inside = (_around(graph, node), *outside)
                pending.append(_At(node.graph, inner, distance, slot, (call, *calls), inside, level))
            continue
        seen.add((id(graph), id(node)))
        if node.operation is None:
            pending.extend(_outward(graph, value, distance, slot, calls, outside, level, len(site.around)))
            if not outside:
                found.append(Lever(node, graph, distance, slot, calls, level))
            continue
        found.append(Lever(node, graph, distance, slot, calls, level))
        for operand in node.operands:
            pending.append(_At(graph, operand, distance + 1, slot, calls, outside, level))
    return found


def callers(site: Site) -> tuple[Caller, ...]:
    """The calls on the way to a fault, innermost first."""
    found: list[Caller] = []
    inner = site.graph
    for one in site.around:
        node = one.graph.nodes.get(one.node) if one.node is not None else None
        found.append(Caller(one.graph, one.span, node.arguments if node is not None else {}, inner))
        inner = one.graph
    return tuple(found)


def _around(graph: Graph, node: Node) -> Around:
    return Around(graph, node.operands, node.span)


def _outward(
    graph: Graph,
    value: Value,
    distance: int,
    slot: int,
    calls: tuple[Caller, ...],
    outside: tuple[Around, ...],
    level: int,
    blocks: int,
) -> Iterator[_At]:
    """What the caller hands in for an input of a block."""
    if not outside or value.node not in graph.inputs:
        return
    operands = outside[0].operands
    place = graph.inputs.index(value.node)
    handed = operands[place] if place < len(operands) else None
    if handed is not None:
        level = max(level, blocks - len(outside[1:]))
        yield _At(outside[0].graph, handed, distance, slot, calls[1:], outside[1:], level)


def is_plain(expression: tree.Expression) -> bool:
    """Whether a value is written as numbers, with no name in it."""
    if isinstance(expression, tree.Literal | tree.Size):
        return True
    if isinstance(expression, tree.List):
        return all(is_plain(item) for item in expression.items)
    if isinstance(expression, tree.Unary):
        return is_plain(expression.operand)
    if isinstance(expression, tree.Binary):
        return is_plain(expression.left) and is_plain(expression.right)
    return False
