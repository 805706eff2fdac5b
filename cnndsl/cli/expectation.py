"""What the text of a network promises of the PyTorch module, as JSON values for the process that runs it."""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.graph import Graph, Node
from cnndsl.passes.costs import Table, count, totals
from cnndsl.trace import Value


class Promise(NamedTuple):
    """Keys are those of the ``state_dict``; ``training``: not there in inference.

    ``modules`` and ``values`` are the results of operations: those that a module of this key makes, and those made by
    plain functions inside the block of this key. ``blocks`` are the keys of applied blocks.
    """

    inputs: list[tuple[str, list[int]]]
    outputs: list[tuple[str, list[int], bool]]
    modules: list[tuple[str, list[int], bool]]
    values: list[tuple[str, str, list[int], bool]]
    blocks: list[str]
    weights: list[tuple[str, list[int], bool]]
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
        modules=[],
        values=[],
        blocks=[""],
        weights=[],
        params=whole.params,
        buffers=whole.buffers,
        macs=whole.macs,
    )
    _collect(graph, counts, "", "", False, found)
    return found


def _collect(graph: Graph, counts: Table, prefix: str, owner: str, training: bool, found: Promise) -> None:
    """``prefix`` stands before keys of this graph; ``owner`` is the block in whose ``forward`` functions are called."""
    for node in graph:
        hidden = training or not counts[graph][node.name].inference
        key = None if node.module is None else prefix + node.module
        if node.graph is not None:
            if key is not None and not node.graph.several:
                found.modules.append((key, _sizes(graph, node), hidden))
            if key is not None:
                found.blocks.append(key)
            inner = prefix if key is None else f"{key}."
            _collect(node.graph, counts, inner, owner if key is None else key, hidden, found)
        elif node.operation is not None:
            _operation(graph, node, key, owner, hidden, found)


def _operation(graph: Graph, node: Node, key: str | None, owner: str, training: bool, found: Promise) -> None:
    weights = node.operation.weights(*(graph.operand_shapes(node) or ())) if node.operation is not None else ()
    is_module = key is not None and all(weight.name for weight in weights)
    if key is not None and is_module:
        found.modules.append((key, _sizes(graph, node), training))
    else:
        found.values.append((owner, node.name, _sizes(graph, node), training))
    for weight in weights:
        name = f"{key}.{weight.name}" if weight.name else key
        if name is not None and (name, list(weight.sizes), weight.buffer) not in found.weights:
            found.weights.append((name, list(weight.sizes), weight.buffer))


def _sizes(graph: Graph, node: Node) -> list[int]:
    return list(graph.shapes[Value(node.name)].sizes)
