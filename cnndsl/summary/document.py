"""A network as JSON values: every operation, every figure."""

from __future__ import annotations

from typing import Any

from cnndsl.graph import Graph, Step, steps
from cnndsl.passes.costs import Table, count, totals
from cnndsl.trace import Value

Json = dict[str, Any]


def as_json(graph: Graph) -> Json:
    """The documented form: ``nodes`` are the operations in text order, blocks opened, at batch 1."""
    counts = count(graph)
    whole = totals(graph, counts)
    outputs = {output.name: graph.shapes.get(output.value) for output in graph.outputs}
    nodes = [_node(step, counts) for step in steps(graph) if step.node.operation is not None]
    return {
        "network": graph.name,
        "inputs": {name: _sizes(graph, name) for name in graph.inputs},
        "outputs": {name: list(shape.sizes) if shape is not None else None for name, shape in outputs.items()},
        "training_outputs": [output.name for output in graph.outputs if output.training],
        "params": whole.params,
        "params_without_biases": whole.params_without_biases,
        "buffers": whole.buffers,
        "macs": whole.macs,
        "nodes": nodes,
    }


def _sizes(graph: Graph, name: str) -> list[int] | None:
    shape = graph.shapes.get(Value(name))
    return list(shape.sizes) if shape is not None else None


def _node(step: Step, counts: Table) -> Json:
    row = counts[step.graph][step.node.name]
    around = [counts[one.outer][one.node.name] for one in step.path]
    inference = row.inference and all(one.inference for one in around)
    again = any(one.params + one.buffers == 0 for one in around)
    return {
        "name": step.name,
        "op": step.node.kind,
        "inputs": list(step.operands),
        "output": _sizes(step.graph, step.node.name),
        "params": 0 if again else row.params,
        "buffers": 0 if again else row.buffers,
        "macs": row.costs.macs,
        "training": not inference,
        "arguments": vars(step.node.operation),
    }
