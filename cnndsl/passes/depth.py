"""Depth as papers count it: layers with multiply-adds and weights on the longest path from input to output."""

from __future__ import annotations

from cnndsl.graph import Graph, Node
from cnndsl.trace import Value


def depth(graph: Graph) -> int:
    """The depth of a whole network, training-only outputs left out."""
    table: dict[Graph, list[dict[Value, int]]] = {}
    ways = _ways(graph, table)
    outputs = [output.value for output in graph.outputs if not output.training]
    return max((way.get(value, 0) for way in ways for value in outputs), default=0)


def _ways(graph: Graph, table: dict[Graph, list[dict[Value, int]]]) -> list[dict[Value, int]]:
    """For each input, the longest way from it to every value that depends on it."""
    if graph not in table:
        table[graph] = [_from(graph, start, table) for start in graph.inputs]
    return table[graph]


def _from(graph: Graph, start: str, table: dict[Graph, list[dict[Value, int]]]) -> dict[Value, int]:
    way = {Value(start): 0}
    for node in graph:
        if node.graph is None:
            reached = [way[value] for value in node.operands if value in way]
            if reached:
                way[Value(node.name)] = max(reached) + _is_layer(graph, node)
            continue
        inner = _ways(node.graph, table)
        after = node.graph.trace.after if node.graph.trace is not None else None
        results = {Value(node.name, output.name): output.value for output in node.graph.outputs}
        if after is not None:
            results[Value(node.name)] = after
        for value, result in results.items():
            steps = [
                way[operand] + longest[result]
                for operand, longest in zip(node.operands, inner, strict=False)
                if operand in way and result in longest
            ]
            if steps:
                way[value] = max(steps)
    return way


def _is_layer(graph: Graph, node: Node) -> bool:
    shapes = graph.operand_shapes(node)
    output = graph.shapes.get(Value(node.name))
    if node.operation is None or shapes is None or output is None:
        return False
    return node.operation.costs(shapes, output).macs > 0 and bool(node.operation.weights(*shapes))
