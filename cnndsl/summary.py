"""A network as a table to read, folded by block, and as JSON values with every operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from cnndsl.graph import Graph, Node, Step, steps
from cnndsl.passes.costs import Row, Table, count, totals
from cnndsl.trace import Value

Json = dict[str, Any]

_HEAD = ("step", "operation", "output", "kernel", "parameters", "MACs")


class _Line(NamedTuple):
    indent: int
    first: Node
    last: Node
    times: int
    graph: Graph
    row: Row


def table(graph: Graph, depth: int = 1) -> str:
    """One line a step. Blocks are opened ``depth - 1`` levels deep; equal ones in sequence share a line."""
    counts = count(graph)
    cells = [_HEAD, *(_cells(line) for line in _lines(graph, counts, depth, 0))]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in cells]
    rule = "-" * max(map(len, lines))
    return "\n".join([graph.name, rule, lines[0], rule, *lines[1:], rule, *_footer(graph, counts)]) + "\n"


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


def _lines(graph: Graph, counts: Table, depth: int, indent: int) -> Iterator[_Line]:
    """Equal blocks one after the other are one line where they are not opened."""
    pending: _Line | None = None
    for node in graph:
        if indent and node.operation is None and node.graph is None:
            continue
        line = _Line(indent, node, node, 1, graph, counts[graph][node.name])
        if pending is not None and depth <= 1 and _folds(pending, line):
            pending = pending._replace(last=node, times=pending.times + 1)
            continue
        if pending is not None:
            yield pending
        pending = line
        if node.graph is not None and depth > 1:
            yield pending
            pending = None
            yield from _lines(node.graph, counts, depth - 1, indent + 1)
    if pending is not None:
        yield pending


def _folds(before: _Line, line: _Line) -> bool:
    graph = line.first.graph
    chained = [value.node for value in line.first.operands] == [before.last.name]
    return graph is not None and graph is before.first.graph and chained and line.row == before.row


def _cells(line: _Line) -> tuple[str, ...]:
    node, row = line.first, line.row
    name = node.name if line.times == 1 else f"{node.name} .. {line.last.name.rpartition('.')[2]}"
    shape = line.graph.shapes.get(Value(line.last.name))
    return (
        "  " * line.indent + name,
        node.kind + (f" x {line.times}" if line.times > 1 else "") + ("" if row.inference else ", in training"),
        str(shape) if shape is not None else "?",
        _kernel(node),
        _number(row.params * line.times),
        _number(row.costs.macs * line.times),
    )


def _aligned(row: tuple[str, ...], widths: list[int]) -> Iterator[str]:
    for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
        yield cell.rjust(width) if index >= len(row) - 2 else cell.ljust(width)


def _number(value: int) -> str:
    return f"{value:,}" if value else ""


def _kernel(node: Node) -> str:
    """``7x7 /2``, as papers write it."""
    arguments = vars(node.operation) if node.operation is not None else {}
    kernel = arguments.get("kernel_size")
    if kernel is None:
        return ""
    stride = _size(arguments.get("stride") or kernel)
    return _size(kernel) + ("" if stride in ("1", "1x1") else f" /{_one(stride)}")


def _size(value: object) -> str:
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _one(size: str) -> str:
    """``2x2`` as ``2``."""
    numbers = set(size.split("x"))
    return numbers.pop() if len(numbers) == 1 else size


def _footer(graph: Graph, counts: Table) -> list[str]:
    whole = totals(graph, counts)
    inputs = ", ".join(f"{name} {graph.shapes[Value(name)]}" for name in graph.inputs if Value(name) in graph.shapes)
    return [
        f"parameters {whole.params:,} (without biases {whole.params_without_biases:,}), buffers {whole.buffers:,}",
        f"MACs {whole.macs:,} for {inputs}",
    ]


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
