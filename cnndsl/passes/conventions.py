"""Conventions: what counts as an operation where a total is printed.

    >>> operations(graph, "fvcore")[graph]["conv1"]   # of one node, or of all that is in an applied block
    >>> total(graph, "fvcore")                        # of the inference path
    >>> CONVENTIONS["fvcore"]                         # the sentence to print with it

Each is made from the columns of ``passes/costs.py``. None is wrong; figures of two conventions cannot be compared.
"""

from __future__ import annotations

from typing import Literal

from cnndsl.graph import Graph, Node
from cnndsl.ops.operation import Costs
from cnndsl.passes.costs import Table, count
from cnndsl.shape import Shape
from cnndsl.trace import Value

Convention = Literal["macs", "flops", "fvcore", "paper"]

CONVENTIONS: dict[Convention, str] = {
    "macs": "multiply-accumulates of convolutions and linear layers, without bias",
    "flops": "floating-point operations: 2 a multiply-accumulate, and bias, normalization, activation, pooling,"
    " resampling and element-wise operations as their columns count them",
    "fvcore": "as fvcore's FlopCountAnalysis of the module in eval mode: 1 a multiply-accumulate, 2 a value of batch"
    " norm, 5 of other norms (1 and 4 without affine), 1 a value that adaptive average pooling reads, 1 (nearest) or"
    " 4 (bilinear) a value of a resized map; nothing else",
    "paper": "FLOPs as papers print them since ResNet: 1 a multiply-accumulate of convolutions and linear layers,"
    " without bias, and nothing else",
}
"""What each one counts, in one sentence."""

UNITS: dict[Convention, str] = {"macs": "MACs", "flops": "FLOPs", "fvcore": "FLOPs", "paper": "FLOPs"}
"""What a number of each is called."""

Counts = dict[Graph, dict[str, int]]
"""By graph, then by the name of the node."""


def operations(graph: Graph, convention: Convention, table: Table | None = None) -> Counts:
    """How many each node does at batch 1, in ``graph`` and every block in it; ``table`` where costs are counted."""
    table = table if table is not None else count(graph)
    counts: Counts = {}
    for one, rows in table.items():
        counts[one] = {
            node.name: sum(counts[node.graph][name] for name, row in table[node.graph].items() if row.inference)
            if node.graph is not None
            else _operations(one, node, rows[node.name].costs, convention)
            for node in one
        }
    return counts


def total(graph: Graph, convention: Convention, table: Table | None = None) -> int:
    """How many the inference path of a network does at batch 1."""
    table = table if table is not None else count(graph)
    counts = operations(graph, convention, table)[graph]
    return sum(counts[name] for name, row in table[graph].items() if row.inference)


def _operations(graph: Graph, node: Node, costs: Costs, convention: Convention) -> int:
    if convention == "flops":
        return 2 * costs.macs + sum(costs[1:])
    if convention == "fvcore":
        return costs.macs + _beside_macs(graph, node, costs)
    return costs.macs


def _beside_macs(graph: Graph, node: Node, costs: Costs) -> int:
    """What fvcore has a handle for: of pooling and resampling, some forms on maps of two axes."""
    inputs, output = graph.operand_shapes(node), graph.shapes.get(Value(node.name))
    if node.operation is None or not inputs or output is None:
        return 0
    if node.operation.name in ("bn", "layer_norm", "group_norm"):
        return costs.normalization
    if node.operation.name == "instance_norm":  # counted as if it knew no running averages
        return output.elements * (5 if vars(node.operation)["affine"] else 4)
    if node.operation.name in ("global_avgpool", "adaptive_avgpool"):
        return costs.pooling if _is_map(inputs[0]) else 0
    if node.operation.name == "upsample" and vars(node.operation)["mode"] in ("nearest", "bilinear"):
        return costs.pooling if _is_map(output) else 0
    return 0


def _is_map(shape: Shape) -> bool:
    return shape.rank == 3
