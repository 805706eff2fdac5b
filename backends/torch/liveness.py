"""Which values may be written over.

An activation may work in place on a value that nobody else reads, that is not the block's input, and that the
operation before it does not need for its own backward pass.
"""

from __future__ import annotations

from cnndsl.graph import Graph
from cnndsl.trace import Value

_PASSING = {"dropout", "dropout2d", "stochastic_depth", "identity"}
"""Operations that hand their operand on in evaluation."""


def readers(graph: Graph, value: Value) -> int:
    """How often ``value`` is read inside its graph, as operand or as declared output."""
    operands = (operand for node in graph for operand in node.operands)
    results = (output.value for output in graph.outputs)
    return sum(read == value for read in (*operands, *results))


def writable(graph: Graph, value: Value) -> bool:
    """Whether the one reader of ``value`` inside ``graph`` may write over it."""
    return readers(graph, value) == 1 and _fresh(graph, value)


def _fresh(graph: Graph, value: Value) -> bool:
    node = graph[value.node]
    if node.graph is not None:
        inner = node.graph.result(value.output)
        return inner is not None and readers(node.graph, inner) <= 1 and _fresh(node.graph, inner)
    if node.operation is None or node.operation.keeps == "output":
        return False
    if node.operation.view or node.kind in _PASSING:
        return writable(graph, node.operands[0])
    return True
