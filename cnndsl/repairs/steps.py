"""Steps put in before a fault, taken out, or exchanged for another operation."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt

from cnndsl import ops
from cnndsl.diagnostics.diagnostic import Edit
from cnndsl.graph import Node
from cnndsl.ops.operation import Operation
from cnndsl.repairs.case import Case, Plan
from cnndsl.repairs.edits import before, renamed, without
from cnndsl.repairs.patches import Patch
from cnndsl.shape import Shape
from cnndsl.syntax import tree

_TWINS = {
    "conv1d": "conv",
    "conv": "conv1d",
    "conv_transpose1d": "conv_transpose",
    "conv_transpose": "conv_transpose1d",
}
"""The same operation along another number of axes."""
_POOLS = ("avgpool", "maxpool", "adaptive_avgpool", "adaptive_maxpool")
_ROUNDS = 6


def made(name: str, **fields: object) -> Operation:
    """An operation that is put in."""
    kind = ops.find(name)
    if kind is None:
        raise KeyError(name)
    return ops.bind(kind, dict(fields))


def inserted(case: Case) -> Iterator[Plan]:
    """Plans that put steps before the fault."""
    place, shapes = case.place, case.inputs
    x = shapes[0] if shapes else None
    if place is None or place.call is None or x is None or case.operation is None:
        return
    if isinstance(place.step, tree.Shared):
        return
    for rank, words, steps, title in _chains(case, x):
        patches = {case.site.span.start: Patch(before=steps)}
        edit = before(place.step, place.line, words)
        yield Plan(title, f"before {words.split('(')[0]}", rank, edits=(edit,), patches=patches, level=0)


def _chains(case: Case, x: Shape) -> Iterator[tuple[float, str, tuple[Operation, ...], str]]:
    code = case.finding.code
    if x.rank > 1:
        flat = (made("flatten"),)
        here = code == "E0408"
        mean = (made("global_avgpool"), *flat)
        yield (0.0 if here else 3.0), "flatten", flat, f"flatten first, to {x.elements:,} features"
        if x.rank in (2, 3) and x.sizes[1:] != (1,) * (x.rank - 1):
            title = f"average over positions first, to {x.sizes[0]:,} features"
            yield (0.3 if here else 2.6), "global_avgpool -> flatten", mean, title
            yield 3.2, "global_avgpool", mean[:1], "average over positions first"
    need = case.operation
    if need is not None and need.name in ("conv", "maxpool", "avgpool", "conv_transpose", "upsample", *_POOLS):
        yield from _unfolded(x)
    if x.rank == 3 and "C" in x.axes and code in ("E0405", "E0402", "E0408"):
        yield 3.0, "permute(3, 1, 2)", (made("permute", dims=(3, 1, 2)),), "move the last axis to the front, as C"


def _unfolded(x: Shape) -> Iterator[tuple[float, str, tuple[Operation, ...], str]]:
    """Flat features as a map."""
    last = x.sizes[-1]
    for channels, pixels in _squares(last) if x.rank == 1 else [(x.sizes[0], last)] if x.rank == 2 else []:
        side = isqrt(pixels)
        if side * side == pixels and side > 1:
            sizes = (channels, side, side)
            words = f"reshape({', '.join(map(str, sizes))})"
            yield 0.2, words, (made("reshape", sizes=sizes),), f"reshape to {Shape.of(*sizes)} first"
    if x.rank == 2:
        sizes = (1, *x.sizes)
        words = f"reshape({', '.join(map(str, sizes))})"
        yield 0.6, words, (made("reshape", sizes=sizes),), f"reshape to {Shape.of(*sizes)} first, one channel"


def _squares(count: int) -> list[tuple[int, int]]:
    """Channels and pixels of the square maps of so many values that are likely: grey, colour, then the fewest."""
    found = [(channels, count // channels) for channels in (1, 3) if count % channels == 0]
    found += [(c, count // c) for c in (16, 32, 64, 128, 256, 512, 1024, 2048) if count % c == 0]
    return [(c, n) for c, n in found if isqrt(n) ** 2 == n]


def removed(case: Case) -> Iterator[Plan]:
    """Plans that take out the step at fault, or a step before it that changes sizes."""
    node = case.node
    nodes: list[tuple[Node, int, int]] = [(node, 0, 0)] if node is not None else []
    nodes += [(lever.node, lever.distance + 1, lever.level) for lever in case.levers]
    for one, distance, level in nodes:
        operation = one.operation
        place = case.places.find(one.span)
        if operation is None or place is None or not isinstance(place.step, tree.Apply):
            continue
        if (operation.weights is not None and operation.name not in _OPTIONAL) or place.step.branches is not None:
            continue
        rank = 2.9 + 0.12 * distance - (0.6 if case.finding.code == "E0402" and distance == 0 else 0)
        title = f"leave {place.label or operation.name} out"
        edit = without(place.step, place.line)
        patches = {one.span.start: Patch(removed=True)}
        yield Plan(title, f"{one.span.start} out", rank, edits=(edit,), patches=patches, level=level)


_OPTIONAL = (
    "maxpool",
    "avgpool",
    "flatten",
    "instance_norm",
    "lrn",
    "reshape",
    "permute",
    "unflatten",
    "pad",
    "center_crop",
    "upsample",
    "global_avgpool",
    "adaptive_avgpool",
    "adaptive_maxpool",
    "bn",
)
"""What a network may do without; a step that learns is not dropped."""


def exchanged(case: Case) -> Iterator[Plan]:
    """Plans with another operation in the place of one."""
    yield from _twins(case)
    node = case.node
    nodes = [(node, 0, 0)] if node is not None else []
    nodes += [(lever.node, lever.distance + 1, lever.level) for lever in case.levers]
    for one, distance, level in nodes:
        place = case.places.find(one.span)
        if one.operation is None or place is None or place.call is None or one.operation.name not in _POOLS:
            continue
        for name in (
            ("global_avgpool", "adaptive_maxpool") if one.operation.name != "maxpool" else ("adaptive_maxpool",)
        ):
            call = place.call
            words = name if name == "global_avgpool" else f"{name}(1)"
            kind = ops.find(name)
            if kind is None or kind is type(one.operation):
                continue
            patch = Patch(removed=True, after=(made(name) if name == "global_avgpool" else made(name, output_size=1),))
            rank = (1.2 if distance == 0 or one.operation.name == "avgpool" else 2.6) + 0.12 * distance
            title = f"pool {'the average' if name == 'global_avgpool' else 'the largest'} over whole maps{case.of(one)}"
            edit = Edit(call.span, words)
            patches = {one.span.start: patch}
            yield Plan(title, f"{one.span.start} pool", rank, edits=(edit,), patches=patches, level=level)


def _twins(case: Case) -> Iterator[Plan]:
    """``conv1d`` as ``conv`` and back, everything behind it alike."""
    node = case.node
    if node is None or node.operation is None or node.operation.name not in _TWINS or case.finding.code != "E0411":
        return
    patches: dict[int, Patch] = {}
    edits: list[Edit] = []
    pending = [node]
    for _ in range(_ROUNDS):
        for one in pending:
            place = case.places.find(one.span)
            twin = ops.find(_TWINS[one.operation.name]) if one.operation is not None else None
            if place is None or place.call is None or twin is None:
                return
            patches[one.span.start] = Patch(instead=twin)
            edits.append(renamed(place.call, twin.name))
        misses = case.rehearsal.misses(patches)
        pending = [
            miss.node
            for miss in misses
            if miss.code == "E0411"
            and miss.node.operation is not None
            and miss.node.operation.name in _TWINS
            and miss.node.span.start not in patches
        ]
        if not pending:
            break
    name = _TWINS[node.operation.name]
    yield Plan(f"use {name}", "twin", 0.4, edits=tuple(edits), patches=patches)
