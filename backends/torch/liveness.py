"""Which values may be written over.

An activation may work in place on a value that nobody else reads, that is not the block's input, and that the
operation before it does not need for its own backward pass.
"""

from __future__ import annotations

from collections import Counter
from weakref import WeakKeyDictionary

from cnndsl.graph import Graph
from cnndsl.trace import Value

_PASSING = frozenset({"dropout", "dropout2d", "stochastic_depth", "identity"})
"""Operations that hand their operand on in evaluation."""
_KEEPING_IN_PLACE = frozenset({"relu6", "leaky_relu", "elu"})
"""Activations that need their result for the backward pass, but only where they work in place."""
_UNTOUCHABLE = frozenset({"split"})
"""Operations whose results PyTorch does not let anybody write over."""
_users: WeakKeyDictionary[Graph, dict[str, list[tuple[str, Value]]]] = WeakKeyDictionary()
_counts: WeakKeyDictionary[Graph, Counter[Value]] = WeakKeyDictionary()


def readers(graph: Graph, value: Value) -> int:
    """How often ``value`` is read inside its graph, as operand or as declared output."""
    if graph not in _counts:
        operands = (_one(graph, operand) for node in graph for operand in node.operands)
        _counts[graph] = Counter(operands) + Counter(_one(graph, output.value) for output in graph.outputs)
    return _counts[graph][_one(graph, value)]


def users(graph: Graph) -> dict[str, list[tuple[str, Value]]]:
    """For each node that is read, who reads which value of it."""
    if graph not in _users:
        found: dict[str, list[tuple[str, Value]]] = {}
        for node in graph:
            for value in node.operands:
                found.setdefault(value.node, []).append((node.name, value))
        _users[graph] = found
    return _users[graph]


def _one(graph: Graph, value: Value) -> Value:
    """The flow out of a block has one name, also where the block declares it as an output."""
    inner = graph[value.node].graph if value.output else None
    return Value(value.node) if inner is not None and inner.result(value.output) == inner.result() else value


def writable(graph: Graph, value: Value) -> bool:
    """Whether the one reader of ``value`` inside ``graph`` may write over it."""
    kept = False
    while readers(graph, value) <= 1:
        node = graph[value.node]
        inner = node.graph.result(value.output) if node.graph is not None else None
        if node.graph is not None and inner is not None:
            graph, value = node.graph, inner
        elif node.operation is None or node.operation.keeps == "output" or node.kind in _UNTOUCHABLE:
            return kept
        elif node.operation.view or node.kind in _PASSING:
            value = node.operands[0]
        elif node.kind in _KEEPING_IN_PLACE:
            kept, value = not kept, node.operands[0]
        else:
            return not kept
    return kept
