"""What the text of a network promises of the PyTorch module, as JSON values for the process that runs it."""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.graph import Graph, Node, Step, origin, steps
from cnndsl.passes.costs import Table, count, totals
from cnndsl.trace import Value


class Result(NamedTuple):
    """What a step gives: ``key`` is that of its module, ``owned`` of those that must be there for their weights.

    A step without weights may be written as a function in the ``block`` of this key. ``training``: not in inference.
    """

    key: str | None
    block: str
    name: str
    sizes: list[int]
    training: bool
    owned: bool = False


class Promise(NamedTuple):
    """Keys are those of the ``state_dict``; ``blocks`` are the keys of applied blocks.

    ``unread`` are the keys of weights that no output depends on: no gradient can reach them.
    """

    inputs: list[tuple[str, list[int]]]
    outputs: list[tuple[str, list[int], bool]]
    results: list[Result]
    blocks: list[str]
    weights: list[tuple[str, list[int], bool]]
    unread: list[str]
    params: int
    buffers: int
    macs: int


def promise(graph: Graph) -> Promise:
    """Everything that can be compared."""
    counts = count(graph)
    whole = totals(graph, counts)
    found = Promise(
        inputs=[(name, list(graph.shapes[Value(name)].sizes)) for name in graph.inputs],
        outputs=[(one.name, list(graph.shapes[one.value].sizes), one.training) for one in graph.outputs],
        results=[],
        blocks=[""],
        weights=[],
        unread=_unread(graph),
        params=whole.params,
        buffers=whole.buffers,
        macs=whole.macs,
    )
    _collect(graph, counts, "", "", False, found)
    return found


def _collect(graph: Graph, counts: Table, prefix: str, block: str, training: bool, found: Promise) -> None:
    """``prefix`` stands before the keys of this graph; ``block`` is the key of the innermost block around."""
    for node in graph:
        row = counts[graph][node.name]
        key = None if node.module is None else prefix + node.module
        one = Result(key, block, node.name, _sizes(graph, node), training or not row.inference)
        if node.operation is not None:
            _operation(graph, node, one, found)
        elif node.graph is not None:
            if key is not None:
                found.blocks.append(key)
                if not node.graph.several:
                    found.results.append(one._replace(owned=row.params + row.buffers > 0))
            inside = (prefix, block) if key is None else (f"{key}.", key)
            _collect(node.graph, counts, *inside, one.training, found)


def _operation(graph: Graph, node: Node, one: Result, found: Promise) -> None:
    weights = node.operation.weights(*(graph.operand_shapes(node) or ())) if node.operation is not None else ()
    tensor = any(not weight.name for weight in weights)
    found.results.append(one._replace(key=None if tensor else one.key, owned=bool(weights) and not tensor))
    for weight in weights:
        name = _weight(one.key, weight.name)
        if (name, list(weight.sizes), weight.buffer) not in found.weights:
            found.weights.append((name, list(weight.sizes), weight.buffer))


def _sizes(graph: Graph, node: Node) -> list[int]:
    return list(graph.shapes[Value(node.name)].sizes)


def _unread(graph: Graph) -> list[str]:
    opened = {step.name: step for step in steps(graph)}
    pending = [name for output in graph.outputs if (name := origin(graph, output.value)) is not None]
    read: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in read:
            read.add(name)
            pending.extend(_values_read(opened[name]))
    reached = {key for name in read for key in _keys(opened[name])}
    return sorted({key for step in opened.values() for key in _keys(step)} - reached)


def _values_read(step: Step) -> list[str]:
    """What a step computes with: not what only gives its size (``like=``, a constant)."""
    shapes, output = step.graph.operand_shapes(step.node), step.graph.shapes.get(Value(step.node.name))
    if step.node.operation is None or shapes is None or output is None:
        return list(step.operands)
    reads = step.node.operation.reads(shapes, output)
    return [name for name, one in zip(step.operands, reads, strict=False) if one is not None]


def _keys(step: Step) -> list[str]:
    """Those of the weights of a step."""
    node = step.node
    weights = node.operation.weights(*(step.graph.operand_shapes(node) or ())) if node.operation is not None else ()
    modules = [*(one.node.module for one in step.path), node.module]
    key = ".".join(module for module in modules if module is not None)
    return [_weight(key, weight.name) for weight in weights]


def _weight(key: str | None, name: str) -> str:
    """A tensor that is the step itself has no name of its own."""
    return f"{key}.{name}" if name else key or ""
