"""Depth as papers count it: the layers with weights on the longest way from an input to an output.

A layer is a convolution, a linear layer, or the distances to prototypes with which LeNet-5 ends. Norms, activations,
learned factors and terms are none, whatever weights they have, and neither is what computes a gate: SE-ResNet-50 is as
deep as ResNet-50. An instance that is applied twice counts twice.
"""

from __future__ import annotations

from cnndsl.graph import Graph, Node
from cnndsl.ops.joining import is_gate
from cnndsl.passes.notation import kind_of
from cnndsl.trace import Value

Ways = dict[Graph, list[dict[Value, int]]]
"""For each input of a graph, the longest way from it to every value that depends on it."""


def depth(graph: Graph, pools: bool = False) -> int:
    """The depth of a whole network, training-only outputs left out; with ``pools``, each pool is a layer too.

    So GoogLeNet is 22 layers deep, "or 27 layers if we also count pooling" (Szegedy et al., 2014), and LeNet-5 has 7.
    """
    table: Ways = {}
    ways = _ways(graph, table, pools)
    outputs = [output.value for output in graph.outputs if not output.training]
    return max((way.get(value, 0) for way in ways for value in outputs), default=0)


def _ways(graph: Graph, table: Ways, pools: bool) -> list[dict[Value, int]]:
    if graph not in table:
        table[graph] = [_from(graph, start, table, pools) for start in graph.inputs]
    return table[graph]


def _from(graph: Graph, start: str, table: Ways, pools: bool) -> dict[Value, int]:
    way = {Value(start): 0}
    for node in graph:
        if node.graph is None:
            reached = [way[value] for value in _followed(graph, node) if value in way]
            if reached:
                way[Value(node.name)] = max(reached) + _is_layer(graph, node, pools)
            continue
        inner = _ways(node.graph, table, pools)
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


def _followed(graph: Graph, node: Node) -> list[Value]:
    """The operands that a way goes on through: what is read, and not its size alone; what a gate opens, and not it."""
    shapes, output = graph.operand_shapes(node), graph.shapes.get(Value(node.name))
    if node.operation is None or shapes is None or output is None:
        return list(node.operands)
    reads = node.operation.reads(shapes, output)
    return [
        value
        for value, shape, read in zip(node.operands, shapes, reads, strict=True)
        if read is not None and not (node.kind == "mul" and shape.sizes != output.sizes and is_gate(shape, output))
    ]


def _is_layer(graph: Graph, node: Node, pools: bool) -> bool:
    shapes = graph.operand_shapes(node)
    output = graph.shapes.get(Value(node.name))
    if node.operation is None or shapes is None or output is None:
        return False
    if kind_of(node) == "pooling":
        return pools
    return node.kind == "rbf" or (
        node.operation.costs(shapes, output).macs > 0 and bool(node.operation.weights(*shapes))
    )
