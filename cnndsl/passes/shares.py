"""Where it is: parameters, MACs and memory by stage, by kind of operation and by resolution.

    >>> for share in shares(graph, "stage"):
    ...     print(share.name, share.params, share.macs, share.memory)

``by`` is "stage", "kind" or "resolution". Of each column the rows add up to the total of the network; ``percentages``
writes a column so that it adds up to 100 too.

A *stage* is what stands at the top of a network: an applied block; a group (``layer1``), which is opened where it spans
more than two resolutions (``features``); or a run of operations between them, from a convolution or linear layer at
another resolution than the one before to the next such one (``features.0 .. features.4``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from cnndsl.graph import Graph, Node, steps
from cnndsl.passes.conventions import Convention, operations
from cnndsl.passes.costs import Table, count
from cnndsl.passes.notation import FAMILIES, kind_of
from cnndsl.shape import SPATIAL, Shape
from cnndsl.trace import Value

By = Literal["stage", "kind", "resolution"]

BYTES = 4
"""Of a value in float32."""


class Share(NamedTuple):
    """What a part of a network has and does, at batch 1.

    ``params``: learned weights registered in it, training-only heads included, shared ones with their first use;
    ``biases`` of them are biases. ``macs``: at inference; ``operations``: the same under the convention.
    ``memory``: bytes of the float32 outputs at inference; views (``flatten``) have none.
    ``output``: the shape at its end; None where it is no place but a kind.
    """

    name: str
    params: int
    macs: int
    memory: int
    output: Shape | None = None
    biases: int = 0
    operations: int = 0


class _Entry(NamedTuple):
    node: str
    kind: str
    shape: Shape | None
    params: int
    macs: int
    memory: int
    biases: int
    operations: int


def shares(graph: Graph, by: By = "stage", convention: Convention = "macs") -> tuple[Share, ...]:
    """The rows, in the order of the text, or of ``FAMILIES``; parts that have nothing of all three are left out."""
    entries = list(_entries(graph, convention))
    if by == "kind":
        rows = [_share(FAMILIES[kind], [one for one in entries if one.kind == kind], None) for kind in FAMILIES]
    elif by == "resolution":
        sizes = dict.fromkeys(map(_resolution, entries))
        rows = [_share(size, [one for one in entries if _resolution(one) == size], None) for size in sizes]
    else:
        inside: dict[str, list[_Entry]] = {}
        for entry in entries:
            inside.setdefault(entry.node, []).append(entry)
        rows = [
            _share(name, [one for node in nodes for one in inside.get(node.name, [])], _shape(graph, nodes[-1]))
            for name, nodes in _stages(graph, count(graph))
        ]
    return tuple(row for row in rows if row.params or row.macs or row.memory)


def percentages(values: Sequence[int]) -> tuple[str, ...]:
    """``values`` as percentages with one decimal that add up to 100.0 (largest remainders are rounded up)."""
    total = sum(values)
    if not total:
        return ("0.0",) * len(values)
    tenths = [1000 * value // total for value in values]
    remainders = sorted(range(len(values)), key=lambda index: (-(1000 * values[index] % total), index))
    for index in remainders[: 1000 - sum(tenths)]:
        tenths[index] += 1
    return tuple(f"{tenth // 10}.{tenth % 10}" for tenth in tenths)


def _share(name: str, entries: list[_Entry], output: Shape | None) -> Share:
    params, macs, memory, biases, done = map(sum, zip((0,) * 5, *(entry[3:] for entry in entries), strict=True))
    return Share(name, params, macs, memory, output, biases, done)


def _entries(graph: Graph, convention: Convention) -> Iterator[_Entry]:
    """Every operation, and the name of the node at the top of the network that it is in."""
    counts = count(graph)
    done = operations(graph, convention, counts)
    for step in steps(graph):
        if step.node.operation is None:
            continue
        row = counts[step.graph][step.node.name]
        around = [counts[one.outer][one.node.name] for one in step.path]
        inference = row.inference and all(one.inference for one in around)
        again = any(one.params + one.buffers == 0 for one in around)
        shape = _shape(step.graph, step.node)
        yield _Entry(
            node=step.path[0].name if step.path else step.name,
            kind=kind_of(step.node),
            shape=shape,
            params=0 if again else row.params,
            macs=row.costs.macs if inference else 0,
            memory=BYTES * shape.elements if inference and shape is not None and not step.node.operation.view else 0,
            biases=0 if again else row.biases,
            operations=done[step.graph][step.node.name] if inference else 0,
        )


def _stages(graph: Graph, counts: Table) -> Iterator[tuple[str, list[Node]]]:
    """Consecutive nodes at the top of the network, and what they are called together."""
    return _parts(graph, counts, [node for node in graph if node.operation is not None or node.graph is not None], "")


def _parts(graph: Graph, counts: Table, nodes: list[Node], prefix: str) -> Iterator[tuple[str, list[Node]]]:
    for group, found in groupby(nodes, key=lambda node: _group(node, prefix)):
        members = list(found)
        if not group:
            yield from _runs(graph, counts, members)
        elif len(_resolutions(graph, members)) <= 2:
            yield group.removesuffix("."), members
        else:
            yield from _parts(graph, counts, members, group)


def _group(node: Node, prefix: str) -> str:
    """The level below ``prefix`` that a node is in, with a dot at its end; nothing where it stands in ``prefix``."""
    first, dot, _ = node.name.removeprefix(prefix).partition(".")
    return prefix + first + dot if dot else ""


def _runs(graph: Graph, counts: Table, nodes: list[Node]) -> Iterator[tuple[str, list[Node]]]:
    run: list[Node] = []
    for node in nodes:
        alone, row = node.graph is not None, counts[graph][node.name]
        if run and (
            alone
            or row.inference != counts[graph][run[-1].name].inference
            or (row.costs.macs and _size(graph, node) != _size(graph, run[0]))
        ):
            yield _named(run), run
            run = []
        run.append(node)
        if alone:
            yield node.name, run
            run = []
    if run:
        yield _named(run), run


def _named(run: list[Node]) -> str:
    return run[0].name if len(run) == 1 else f"{run[0].name} .. {run[-1].name}"


def _resolutions(graph: Graph, nodes: list[Node]) -> set[tuple[int, ...]]:
    return {_size(graph, node) for node in nodes}


def _size(graph: Graph, node: Node) -> tuple[int, ...]:
    """Sizes over positions; nothing where there is one position, or none."""
    return _positions(_shape(graph, node))


def _positions(shape: Shape | None) -> tuple[int, ...]:
    if shape is None:
        return ()
    sizes = tuple(size for size, axis in zip(shape.sizes, shape.axes, strict=True) if axis in SPATIAL)
    return sizes if any(size > 1 for size in sizes) else ()


def _resolution(entry: _Entry) -> str:
    return "x".join(map(str, _positions(entry.shape))) or "1x1"


def _shape(graph: Graph, node: Node) -> Shape | None:
    return graph.shapes.get(Value(node.name))
