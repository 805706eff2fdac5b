"""A network as JSON values: every operation, every figure."""

from __future__ import annotations

from typing import Any

from cnndsl.graph import Graph, Step, steps
from cnndsl.ops.operation import Costs
from cnndsl.passes.conventions import CONVENTIONS, total
from cnndsl.passes.depth import depth
from cnndsl.summary.facts import Facts, seen
from cnndsl.trace import Value

Json = dict[str, Any]

_BESIDE = Costs._fields[1:]
"""The columns of costs beside MACs."""


def as_json(graph: Graph) -> Json:
    """The documented form: ``nodes`` are the operations in text order, blocks opened, at batch 1 in float32."""
    facts = Facts(graph)
    whole = facts.totals
    outputs = {output.name: graph.shapes.get(output.value) for output in graph.outputs}
    return {
        "network": graph.name,
        "inputs": {name: _sizes(graph, name) for name in graph.inputs},
        "outputs": {name: list(shape.sizes) if shape is not None else None for name, shape in outputs.items()},
        "training_outputs": [output.name for output in graph.outputs if output.training],
        "params": whole.params,
        "params_without_biases": whole.params_without_biases,
        "buffers": whole.buffers,
        "macs": whole.macs,
        "operations": {name: total(graph, name, facts.counts) for name in CONVENTIONS},
        "memory": {
            "inference_peak": facts.memory.inference_peak,
            "saved_for_backward": facts.memory.saved_for_backward,
        },
        "receptive_field": facts.field.largest if facts.field is not None else None,
        "depth": depth(graph),
        "nodes": [_node(step, facts) for step in steps(graph) if step.node.operation is not None],
    }


def _node(step: Step, facts: Facts) -> Json:
    row = facts.counts[step.graph][step.node.name]
    around = [facts.counts[one.outer][one.node.name] for one in step.path]
    inference = row.inference and all(one.inference for one in around)
    again = any(one.params + one.buffers == 0 for one in around)
    field = seen(facts.fields[step.name])
    return {
        "name": step.name,
        "op": step.node.kind,
        "inputs": list(step.operands),
        "output": _sizes(step.graph, step.node.name),
        "params": 0 if again else row.params,
        "buffers": 0 if again else row.buffers,
        "macs": row.costs.macs,
        "costs": dict(zip(_BESIDE, row.costs[1:], strict=True)),
        "memory": facts.memory.outputs.get(step.name),
        "saved_for_backward": facts.memory.saved.get(step.name, 0),
        "receptive_field": field.largest if field is not None else None,
        "smallest_field": field.smallest if field is not None else None,
        "jump": field.jump if field is not None else None,
        "offset": field.offset if field is not None else None,
        "training": not inference,
        "arguments": vars(step.node.operation),
    }


def _sizes(graph: Graph, name: str) -> list[int] | None:
    shape = graph.shapes.get(Value(name))
    return list(shape.sizes) if shape is not None else None
