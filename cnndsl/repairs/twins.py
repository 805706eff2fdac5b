"""The same operation along another number of axes: ``conv1d`` as ``conv``, ``conv`` as ``conv3d``, and what follows."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl import ops
from cnndsl.diagnostics.diagnostic import Edit
from cnndsl.graph import Node
from cnndsl.ops.operation import Operation
from cnndsl.repairs.case import Case, Changes, Plan
from cnndsl.repairs.edits import renamed
from cnndsl.repairs.patches import Patch

_ENDINGS = {1: "1d", 2: "", 3: "3d"}
_FAMILIES = {stem + ending: stem for stem in ("conv", "conv_transpose") for ending in _ENDINGS.values()}
_WINDOWS = ("maxpool", "avgpool", "adaptive_avgpool", "adaptive_maxpool", "upsample")
"""What works along any number of axes, with as many numbers."""
_ROUNDS = 6


def twins(case: Case) -> Iterator[Plan]:
    """A plan for a step that works along other axes than there are, everything behind it alike."""
    node, inputs = case.node, case.inputs
    x = inputs[0] if inputs else None
    if node is None or node.operation is None or x is None or case.finding.code != "E0411":
        return
    if x.rank - 1 not in _ENDINGS or node.operation.name not in (*_FAMILIES, *_WINDOWS):
        return
    patches: dict[int, Patch] = {}
    calls: Changes = ()
    edits: list[Edit] = []
    pending = [node]
    for _ in range(_ROUNDS):
        for one in pending:
            turned = _turned(case, one, x.rank - 1)
            if turned is None:
                return
            patches[one.span.start], changes, others = turned
            calls, edits = (*calls, *changes), [*edits, *others]
        pending = [
            miss.node
            for miss in case.rehearsal.misses(patches)
            if miss.code == "E0411" and miss.node.operation is not None and miss.node.span.start not in patches
        ]
        if not pending:
            break
    name = _name(node.operation, x.rank - 1)
    title = (
        f"use {name}" if name != node.operation.name else f"give {name} as many numbers as {x} has axes of positions"
    )
    yield Plan(title, "twin", 0.4, calls, edits=tuple(edits), patches=patches)


def _name(operation: Operation, dims: int) -> str:
    stem = _FAMILIES.get(operation.name)
    return operation.name if stem is None else stem + _ENDINGS[dims]


def _turned(case: Case, node: Node, dims: int) -> tuple[Patch, Changes, tuple[Edit, ...]] | None:
    """A step along ``dims`` axes; None where a number is missing or the step cannot be had so."""
    place, operation = case.places.find(node.span), node.operation
    if place is None or place.call is None or operation is None or operation.name not in (*_FAMILIES, *_WINDOWS):
        return None
    name = _name(operation, dims)
    twin = ops.find(name)
    fields: dict[str, object] = {}
    calls: Changes = ()
    for field, argument in node.arguments.items():
        value = argument.value
        if argument.expression is None or not isinstance(value, tuple) or len(value) == dims:
            continue
        sizes = value[-dims:] if len(value) > dims else value[:1] * dims if len(set(value)) == 1 else None
        text = "x".join(map(str, sizes)) if sizes is not None else ""
        change = case.setting(node.span, node.arguments, field, text) if text else None
        if change is None or sizes is None:
            return None
        fields[field] = sizes if dims > 1 else sizes[0]
        calls = (*calls, *change)
    edits = (renamed(place.call, name),) if name != operation.name else ()
    return Patch(instead=twin, changes=fields), calls, edits
