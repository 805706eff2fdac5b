"""Steps put in before a fault, taken out, or exchanged for another operation."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt

from cnndsl import ops
from cnndsl.diagnostics.diagnostic import Edit
from cnndsl.graph import Graph, Node
from cnndsl.ops.operation import Operation
from cnndsl.repairs.case import Case, Plan
from cnndsl.repairs.edits import before, without
from cnndsl.repairs.patches import Patch
from cnndsl.repairs.twins import twins
from cnndsl.shape import Shape
from cnndsl.syntax import tree

_POOLS = ("avgpool", "maxpool", "adaptive_avgpool", "adaptive_maxpool")


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
    if place is None or place.call is None or x is None or case.operation is None or len(shapes) > 1:
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
            yield (0.5 if here else 2.6), "global_avgpool -> flatten", mean, title
            yield 3.2, "global_avgpool", mean[:1], "average over positions first"
    need = case.operation
    if need is not None and need.name in ("conv1d", "conv_transpose1d") and x.rank == 1:
        sizes = (1, *x.sizes)
        yield 0.3, f"reshape(1, {x.sizes[0]})", (made("reshape", sizes=sizes),), f"reshape to {Shape.of(*sizes)} first"
    if need is not None and need.name in ("conv", "conv_transpose", "upsample", *_POOLS):
        yield from _unfolded(case, x)
    if x.rank == 1 and code == "E0411":
        yield from _spread(need, x)
    if x.rank == 3 and "C" in x.axes and code in ("E0405", "E0402", "E0408"):
        yield 3.0, "permute(3, 1, 2)", (made("permute", dims=(3, 1, 2)),), "move the last axis to the front, as C"


def _unfolded(case: Case, x: Shape) -> Iterator[tuple[float, str, tuple[Operation, ...], str]]:
    """Flat features as a map."""
    last = x.sizes[-1]
    late = 1.1 if any(lever.node.kind == "flatten" for lever in case.levers) else 0.0
    sizes: tuple[int, ...]
    for channels, pixels in _squares(last) if x.rank == 1 else [(x.sizes[0], last)] if x.rank == 2 else []:
        side = isqrt(pixels)
        if side * side == pixels and side > 1:
            sizes = (channels, side, side)
            words = f"reshape({', '.join(map(str, sizes))})"
            rank = 0.2 if channels <= 4 or x.rank == 1 else 0.9
            yield rank + late, words, (made("reshape", sizes=sizes),), f"reshape to {Shape.of(*sizes)} first"
    if x.rank == 1:
        sizes = (*x.sizes, 1, 1)
        words = f"reshape({', '.join(map(str, sizes))})"
        yield 0.8 + late, words, (made("reshape", sizes=sizes),), f"reshape to {Shape.of(*sizes)} first"
    if x.rank == 2:
        sizes = (1, *x.sizes)
        words = f"reshape({', '.join(map(str, sizes))})"
        yield 0.6, words, (made("reshape", sizes=sizes),), f"reshape to {Shape.of(*sizes)} first, one channel"


def _spread(need: Operation | None, x: Shape) -> Iterator[tuple[float, str, tuple[Operation, ...], str]]:
    """Features as the channels of one position, or as positions of one channel."""
    positions = {"conv1d": 1, "conv_transpose1d": 1, "conv": 2, "conv_transpose": 2, "conv3d": 3, "conv_transpose3d": 3}
    count = positions.get(need.name, 0) if need is not None else 0
    written = getattr(need, "in_channels", None)
    for sizes in ((x.sizes[0], *(1,) * count), (1, *(1,) * (count - 1), x.sizes[0])) if count else ():
        words = f"reshape({', '.join(map(str, sizes))})"
        # What the step says that it takes tells which of them is meant.
        rank = 0.1 if written == sizes[0] else 0.7
        yield rank, words, (made("reshape", sizes=sizes),), f"reshape to {Shape.of(*sizes)} first"


def _squares(count: int) -> list[tuple[int, int]]:
    """Channels and pixels of the square maps of so many values that are likely: grey, colour, then the fewest."""
    found = [(channels, count // channels) for channels in (1, 3) if count % channels == 0]
    found += [(c, count // c) for c in (16, 32, 64, 128, 256, 512, 1024, 2048) if count % c == 0]
    return [(c, n) for c, n in found if isqrt(n) ** 2 == n]


def removed(case: Case) -> Iterator[Plan]:
    """Plans that take out the step at fault, or a step before it that changes sizes."""
    if case.finding.code in ("E0404", "E0406", "E0407"):
        return
    node = case.node
    nodes: list[tuple[Node, int, int]] = [(node, 0, 0)] if node is not None else []
    nodes += [(lever.node, lever.distance + 1, lever.level) for lever in case.levers]
    for one, distance, level in nodes:
        operation = one.operation
        place = case.places.find(one.span)
        if operation is None or place is None or not isinstance(place.step, tree.Apply):
            continue
        if operation.name not in _OPTIONAL or place.step.branches is not None:
            continue
        if operation.name in _NORMS and case.finding.code != "E0412":
            continue
        rank = 2.0 + 0.12 * distance - _superfluous(case, operation, distance)
        title = f"leave {place.label or operation.name} out"
        edit = without(place.step, place.line)
        patches = {one.span.start: Patch(removed=True)}
        yield Plan(title, f"{one.span.start} out", rank, edits=(edit,), patches=patches, level=level)


def _superfluous(case: Case, operation: Operation, distance: int) -> float:
    """How much speaks for leaving a step out: a pool too many, a flatten in the way."""
    x = case.inputs[0]
    if case.finding.code == "E0402" and operation.name in ("maxpool", "avgpool"):
        alone = x is not None and set(x.sizes[1:]) == {1}
        return (1.8 if alone else 1.0) if distance == 0 else 0.4
    if case.finding.code == "E0401" and operation.name == "permute":
        return 1.2
    if case.finding.code == "E0411" and operation.name in ("flatten", "global_avgpool", "reshape"):
        return 1.2
    return 0.0


_NORMS = ("instance_norm", "lrn", "bn")
_OPTIONAL = (
    *_NORMS,
    "maxpool",
    "avgpool",
    "flatten",
    "reshape",
    "permute",
    "unflatten",
    "pad",
    "center_crop",
    "upsample",
    "global_avgpool",
    "adaptive_avgpool",
    "adaptive_maxpool",
)
"""What a network may do without; a step that learns is not dropped."""


def exchanged(case: Case) -> Iterator[Plan]:
    """Plans with another operation in the place of one."""
    yield from twins(case)
    if case.finding.code not in ("E0402", "E0405", "E0503"):
        return
    node = case.node
    nodes = [(node, 0, 0)] if node is not None else []
    nodes += [(lever.node, lever.distance + 1, lever.level) for lever in case.levers]
    for one, distance, level in nodes:
        place = case.places.find(one.span)
        if one.operation is None or place is None or place.call is None or one.operation.name not in _POOLS:
            continue
        name = "adaptive_maxpool" if one.operation.name in ("maxpool", "adaptive_maxpool") else "global_avgpool"
        kind = ops.find(name)
        if kind is None or kind is type(one.operation):
            continue
        words = name if name == "global_avgpool" else f"{name}(1)"
        after = made(name) if name == "global_avgpool" else made(name, output_size=1)
        rank = (0.3 if name == "global_avgpool" else 1.6) + 0.12 * distance - _meant(case, one)
        what = "average" if name == "global_avgpool" else "take the largest of"
        title = f"{what} whole maps{case.of(one)}"
        edit = Edit(place.call.span, words)
        patches = {one.span.start: Patch(removed=True, after=(after,))}
        yield Plan(title, f"{one.span.start} pool", rank, edits=(edit,), patches=patches, level=level)


def _meant(case: Case, pool: Node) -> float:
    """Whether as many features are written as there are channels: then one value a channel was meant."""
    written = getattr(case.operation, case.site.field or "", None)
    shapes = [graph.shapes.get(pool.operands[0]) for graph in _graphs(case) if graph.nodes.get(pool.name) is pool]
    return 0.8 if shapes and shapes[0] is not None and shapes[0].sizes[0] == written else 0.0


def _graphs(case: Case) -> list[Graph]:
    return [case.site.graph, *dict.fromkeys(lever.graph for lever in case.levers)]
