"""The steps before a fault, nearest first, and where their numbers are written."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from cnndsl.graph import Graph, Node
from cnndsl.site import Around, Site
from cnndsl.syntax import tree
from cnndsl.trace import Argument, Value

REACH = 48
"""Steps before a fault that are looked at."""


class Caller(NamedTuple):
    """A call of a block, with what it gives, and the graph that it stands in."""

    graph: Graph
    start: int
    arguments: dict[str, Argument]


class Lever(NamedTuple):
    """A step before a fault; ``slot`` is the operand of the fault that it leads to, ``calls`` the blocks around it."""

    node: Node
    graph: Graph
    distance: int
    slot: int
    calls: tuple[Caller, ...] = ()


def levers(site: Site) -> list[Lever]:
    """Inputs of the network and operations before a fault; each once, those of all operands in turn."""
    found: list[Lever] = []
    seen: set[tuple[int, int]] = set()
    around = tuple(_caller(one) for one in site.around)
    pending: deque[tuple[Graph, Value, int, int, tuple[Caller, ...], tuple[Around, ...]]] = deque(
        (site.graph, value, 0, slot, around, site.around) for slot, value in enumerate(site.operands) if value
    )
    while pending and len(found) < REACH:
        graph, value, distance, slot, calls, outside = pending.popleft()
        node = graph.nodes.get(value.node)
        if node is None or (id(graph), id(node)) in seen:
            continue
        if node.graph is not None:
            inner = node.graph.result(value.output)
            if inner is not None:
                call = Caller(graph, node.span.start, node.arguments)
                pending.append((node.graph, inner, distance, slot, (call, *calls), (_around(graph, node), *outside)))
            continue
        seen.add((id(graph), id(node)))
        if node.operation is None:
            pending.extend(_outward(graph, value, distance, slot, calls, outside))
            if not outside:
                found.append(Lever(node, graph, distance, slot, calls))
            continue
        found.append(Lever(node, graph, distance, slot, calls))
        for operand in node.operands:
            pending.append((graph, operand, distance + 1, slot, calls, outside))
    return found


def _caller(one: Around) -> Caller:
    node = next((node for node in one.graph if node.span.start == one.span.start), None)
    return Caller(one.graph, one.span.start, node.arguments if node is not None else {})


def _around(graph: Graph, node: Node) -> Around:
    return Around(graph, node.operands, node.span)


def _outward(
    graph: Graph, value: Value, distance: int, slot: int, calls: tuple[Caller, ...], outside: tuple[Around, ...]
) -> Iterator[tuple[Graph, Value, int, int, tuple[Caller, ...], tuple[Around, ...]]]:
    """What the caller hands in for an input of a block."""
    if not outside or value.node not in graph.inputs:
        return
    operands = outside[0].operands
    place = graph.inputs.index(value.node)
    handed = operands[place] if place < len(operands) else None
    if handed is not None:
        yield outside[0].graph, handed, distance, slot, calls[1:], outside[1:]


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
