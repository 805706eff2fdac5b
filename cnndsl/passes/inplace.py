"""Which steps write over what they read, instead of making a new value.

An activation, or the sum of two branches, may work in place on a value that nobody else reads, that is not the
block's or the group's input, and that the operation before it does not need for its own backward pass. A step of the
text does so everywhere or nowhere, as it becomes one line of code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from cnndsl.graph import Graph, Node, instances
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Trace, Value

_users: WeakKeyDictionary[Graph, dict[str, list[tuple[str, Value]]]] = WeakKeyDictionary()
_counts: WeakKeyDictionary[Graph, Counter[Value]] = WeakKeyDictionary()
_groups: WeakKeyDictionary[Graph, dict[str, tuple[int, ...]]] = WeakKeyDictionary()


def overwriting(networks: Iterable[Graph]) -> frozenset[Span]:
    """The steps of the text that write over their first operand, wherever ``networks`` take them."""
    found: dict[Span, bool] = {}
    for graph in dict.fromkeys(graph for network in networks for graph in instances(network)):
        for node in graph:
            if may_overwrite(node):
                found[node.span] = found.get(node.span, True) and writable(graph, node)
    return frozenset(span for span, all_of_them in found.items() if all_of_them)


def may_overwrite(node: Node) -> bool:
    """Whether there is a form that writes over the first operand; of joins only for two branches."""
    operation = node.operation
    if operation is None or not operation.overwrites:
        return False
    return len(node.operands) == 2 if operation.inputs is None else len(node.operands) == 1


def writable(graph: Graph, reader: Node) -> bool:
    """Whether ``reader`` may write over its first operand, as far as this one place is concerned."""
    value, kept, groups = reader.operands[0], False, _groups_of(graph).get(reader.name, ())
    while readers(graph, value) <= 1:
        node = graph[value.node]
        inner = node.graph.result(value.output) if node.graph is not None else None
        operation = node.operation
        if _groups_of(graph).get(node.name, ())[: len(groups)] != groups:
            return kept
        if node.graph is not None and inner is not None:
            graph, value, groups = node.graph, inner, ()
        elif operation is None or operation.keeps == "output" or operation.sealed:
            return kept
        elif operation.view:
            value = node.operands[0]
        elif may_overwrite(node) and operation.keeps == "input" and not operation.copies:
            kept, value = not kept, node.operands[0]
        else:
            return not kept
    return kept


def readers(graph: Graph, value: Value) -> int:
    """How often ``value`` is read: inside its graph, as a declared output, or as what flows out."""
    if graph not in _counts:
        read = [operand for node in graph for operand in node.operands]
        declared = [output.value for output in graph.outputs]
        end = graph.result()
        after = [] if end is None or end in declared else [end]
        _counts[graph] = Counter(_one(graph, one) for one in (*read, *declared, *after))
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


def _groups_of(graph: Graph) -> dict[str, tuple[int, ...]]:
    """For each node the levels of the weights path that it stands in, outer ones first."""
    if graph not in _groups:
        found: dict[str, tuple[int, ...]] = {}
        if graph.trace is not None:
            _visit(graph.trace, (), found)
        _groups[graph] = found
    return _groups[graph]


def _visit(trace: Trace, groups: tuple[int, ...], found: dict[str, tuple[int, ...]]) -> None:
    for line in trace.lines:
        for item in line:
            found.update(dict.fromkeys((item.node, *item.joins) if item.node is not None else item.joins, groups))
            labelled = isinstance(item.step, tree.Group) and item.key is not None
            for body in item.bodies:
                _visit(body, (*groups, id(item)) if labelled else groups, found)
