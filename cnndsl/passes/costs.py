"""Counts: parameters, buffers and operations of every node and of the whole network, at batch 1."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from cnndsl.graph import Graph, Node, instances
from cnndsl.ops.operation import Costs, Weight
from cnndsl.passes.inference import training_only
from cnndsl.trace import Value


class Row(NamedTuple):
    """What one node has and does; of an applied block: all that is in it, at inference.

    ``biases`` of the parameters are biases. ``buffers`` counts values that are saved but not learned. A node that
    applies a module again (``shared``) owns nothing. ``inference``: whether it is run then, which the chains of
    training-only outputs are not.
    """

    params: int
    biases: int
    buffers: int
    costs: Costs
    inference: bool


class Totals(NamedTuple):
    """Of a whole network: everything registered, training-only heads included; operations of the inference path."""

    params: int
    params_without_biases: int
    buffers: int
    macs: int
    costs: Costs


Table = dict[Graph, dict[str, Row]]
"""By graph, then by the name of the node. Equal instances of a block are one graph, counted once."""


def count(graph: Graph) -> Table:
    """The rows of ``graph`` and of every block instance in it."""
    table: Table = {}
    for current in instances(graph):
        table[current] = _rows(current, table)
    return table


def totals(graph: Graph, table: Table | None = None) -> Totals:
    """Sums over ``graph``; ``table`` where it is counted already."""
    row = _sum(table[graph] if table is not None else count(graph)[graph])
    return Totals(row.params, row.params - row.biases, row.buffers, row.costs.macs, row.costs)


def _rows(graph: Graph, table: Table) -> dict[str, Row]:
    hidden = training_only(graph)
    registered: set[str] = set()
    rows: dict[str, Row] = {}
    for node in graph:
        row = _row(graph, node, table)._replace(inference=node.name not in hidden)
        if node.module is not None and node.module in registered:
            row = row._replace(params=0, biases=0, buffers=0)
        elif node.module is not None:
            registered.add(node.module)
        rows[node.name] = row
    return rows


def _row(graph: Graph, node: Node, table: Table) -> Row:
    if node.graph is not None:
        return _sum(table[node.graph])
    inputs = graph.operand_shapes(node)
    if node.operation is None or inputs is None:
        return Row(0, 0, 0, Costs(), True)
    sizes = [(weight, prod(weight.sizes)) for weight in node.operation.weights(*inputs)]
    output = graph.shapes.get(Value(node.name))
    return Row(
        params=sum(size for weight, size in sizes if not weight.buffer),
        biases=sum(size for weight, size in sizes if _is_bias(node, weight)),
        buffers=sum(size for weight, size in sizes if weight.buffer),
        costs=node.operation.costs(inputs, output) if output is not None else Costs(),
        inference=True,
    )


def _is_bias(node: Node, weight: Weight) -> bool:
    """Whether the last part of its key is ``bias``."""
    return (weight.name or (node.module or "").rpartition(".")[2]) == "bias"


def _sum(rows: dict[str, Row]) -> Row:
    costs = [row.costs for row in rows.values() if row.inference]
    return Row(
        params=sum(row.params for row in rows.values()),
        biases=sum(row.biases for row in rows.values()),
        buffers=sum(row.buffers for row in rows.values()),
        costs=Costs(*map(sum, zip(*costs, strict=True))),
        inference=True,
    )
