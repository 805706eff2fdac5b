"""What a file says of itself: sizes of inputs, sizes that are written once more, promises."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from cnndsl.diagnostics.diagnostic import Edit
from cnndsl.repairs.case import Case, Plan
from cnndsl.repairs.levers import is_plain
from cnndsl.repairs.patches import Patch
from cnndsl.repairs.rehearsal import WRITTEN
from cnndsl.shape import Shape
from cnndsl.syntax import tree
from cnndsl.trace import Value


def written(case: Case) -> Iterator[Plan]:
    """Plans for a size that is written once more and disagrees."""
    site, operation = case.site, case.operation
    field = site.field
    if case.finding.code != "E0405" or field not in WRITTEN or operation is None or site.arguments is None:
        return
    given = site.arguments
    start = site.span.start
    dropped = case.setting(site.span, given, field, None)
    number = getattr(operation, field)
    if dropped is not None:
        patches = {start: Patch(changes={field: None})}
        yield Plan(f"leave {field}={number} out", f"{start} {field}", 0.0, dropped, patches=patches, safe=True)
    x = case.inputs[0]
    out = getattr(operation, "out_channels", getattr(operation, "out_features", None))
    if x is None or out is None or dropped is None:
        return
    size = x.sizes[-1] if field == "in_features" else x.sizes[0]
    own = "out_features" if field == "in_features" else "out_channels"
    swapped = case.setting(site.span, given, own, str(number))
    if out == size and swapped is not None:
        patches = {start: Patch(changes={field: None, own: number})}
        title = f"write the other way round: {number} come out, and {size} go in"
        yield Plan(title, f"{start} swap", 0.3, (*dropped, *swapped), patches=patches)


def inputs(case: Case) -> Iterator[Plan]:
    """Plans that declare other sizes of an input, its channels among them, or its axes in another order."""
    for name in case.rehearsal.root.inputs:
        node = case.rehearsal.root[name]
        place = case.places.find(node.span)
        shape = case.rehearsal.root.shapes.get(Value(name))
        if place is None or not isinstance(place.step, tree.Input) or shape is None:
            continue
        step = place.step
        if all(is_plain(axis.size) for axis in step.axes):
            yield from _reordered(case, step, shape)
            yield from _channels(case, step, shape)
            yield from _lacking(case, step, shape)
        yield _later(case, step, shape)


def _later(case: Case, step: tree.Input, shape: Shape) -> Plan:
    """The search for sizes, when it is its turn."""
    return Plan("", f"sizes of {step.name.id}", _first(case), solve=lambda: _resized(case, step, shape))


def _plan(step: tree.Input, shape: Shape, sizes: tuple[int, ...], rank: float, title: str, idea: str) -> Plan:
    edits = tuple(
        Edit(axis.size.span, str(size))
        for axis, before, size in zip(step.axes, shape.sizes, sizes, strict=True)
        if before != size
    )
    return Plan(title, idea, rank, edits=edits, patches={step.span.start: Patch(shape=Shape.of(*sizes))})


_ORDERS: dict[int, tuple[tuple[int, ...], ...]] = {
    2: ((1, 0),),
    3: ((2, 0, 1), (1, 2, 0), (2, 1, 0), (1, 0, 2)),
    4: ((3, 0, 1, 2), (1, 0, 2, 3)),
}
"""Other orders of the axes of an input, by their number."""


def _reordered(case: Case, step: tree.Input, shape: Shape) -> Iterator[Plan]:
    """Channels last, or two axes exchanged; the number of channels that is written says so."""
    number = getattr(case.operation, case.site.field or "in_channels", None)
    orders = _ORDERS.get(shape.rank, ())
    if case.finding.code not in ("E0402", "E0405", "E0411"):
        return
    for nth, order in enumerate(orders):
        sizes = tuple(shape.sizes[axis] for axis in order)
        meant = sizes[0] == number and case.finding.code == "E0405"
        if sizes == shape.sizes or not (meant or (shape.rank >= 3 and sizes[0] <= 4 < shape.sizes[0])):
            continue
        title = f"declare {step.name.id} with C first, as {Shape.of(*sizes)}"
        # A written number beyond those of images that is the size of another axis is that axis.
        named = min(shape.sizes[1:]) <= 4 or (meant and case.site.field == "in_channels" and sizes[0] > 4)
        rank = (0.2 if named else 1.0) + 0.1 * nth - (0.5 if meant else 0)
        plan = _plan(step, shape, sizes, rank, title, "order")
        # Channels that are written as they are speak against another order.
        yield plan if meant or not case.rehearsal.helps(plan.patches) else plan._replace(rank=rank + 1.5)


def _channels(case: Case, step: tree.Input, shape: Shape) -> Iterator[Plan]:
    """As many channels as a step writes that it takes."""
    number = getattr(case.operation, case.site.field or "", None)
    if shape.rank == 1 and case.finding.code == "E0409":
        number = prod(getattr(case.operation, "sizes", ()))
    elif case.finding.code != "E0405" or (case.site.field == "in_features" and shape.rank > 1):
        return
    if type(number) is not int or not shape.rank or number < 1:
        return
    what = "channel" if shape.rank > 1 else "feature"
    title = f"declare {step.name.id} with {number} {what}{'s' if number > 1 else ''}"
    yield _plan(step, shape, (number, *shape.sizes[1:]), 0.9 if number in (1, 3) else 1.6, title, "input channels")


def _lacking(case: Case, step: tree.Input, shape: Shape) -> Iterator[Plan]:
    """An axis of channels that is missing."""
    if case.finding.code != "E0411" or shape.rank != 2:
        return
    edit = Edit(step.axes[0].span._replace(end=step.axes[0].span.start), "1, ")
    shaped = Shape.of(1, *shape.sizes)
    title = f"declare {step.name.id} with one channel, as {shaped}"
    yield Plan(title, "input rank", 0.5, edits=(edit,), patches={step.span.start: Patch(shape=shaped)})


def _resized(case: Case, step: tree.Input, shape: Shape) -> Iterator[Plan]:
    """The nearest sizes of H and W (or L) that fit, those that are round before the others."""
    fit = case.fit
    if fit is None:
        yield from _round(case, step, shape)
        return
    places = [axis for name, axis in fit.places if name == step.name.id]
    if len(places) < len(fit.places) or not all(is_plain(step.axes[axis].size) for axis in places):
        return
    for size in sorted(_rounded(case, step, shape, places, fit.sizes), key=lambda size: _distance(size, shape, places)):
        sizes = tuple(size if axis in places else own for axis, own in enumerate(shape.sizes))
        title = f"declare {step.name.id} as {Shape.of(*sizes)}"
        rank = _first(case) + _distance(size, shape, places)
        yield _plan(step, shape, sizes, rank, title, "input size")


def _round(case: Case, step: tree.Input, shape: Shape) -> Iterator[Plan]:
    """Round sizes nearby, where nothing else is known."""
    places = [axis for axis in range(1, shape.rank) if is_plain(step.axes[axis].size)]
    if case.finding.code not in ("E0401", "E0402", "E0405", "E0409") or not places:
        return
    largest = max(shape.sizes[axis] for axis in places)
    for size in sorted((largest // 32 * 32 + 32 * by for by in range(-3, 5)), key=lambda size: abs(size - largest)):
        sizes = tuple(size if axis in places else own for axis, own in enumerate(shape.sizes))
        if (
            size > 0
            and size != largest
            and case.rehearsal.helps({step.span.start: Patch(shape=Shape.of(*sizes))}) == ()
        ):
            rank = _first(case) + _distance(size, shape, places)
            yield _plan(step, shape, sizes, rank, f"declare {step.name.id} as {Shape.of(*sizes)}", "input size")
            return


def _rounded(case: Case, step: tree.Input, shape: Shape, places: list[int], sizes: tuple[int, ...]) -> Iterator[int]:
    """The sizes, those below what is declared as round as they may be."""
    for size in sizes:
        below = size < shape.sizes[places[0]] and case.finding.code in ("E0405", "E0409", "E0503")
        near = [size - size % unit for unit in (32, 16, 8)] if below else []
        for other in near:
            patch = Patch(shape=Shape.of(*(other if at in places else own for at, own in enumerate(shape.sizes))))
            if size * 0.8 < other < size and case.rehearsal.helps({step.span.start: patch}) == ():
                size = other
                break
        yield size


def _distance(size: int, shape: Shape, places: list[int]) -> float:
    declared = shape.sizes[places[0]]
    return min(1.0, 0.5 * abs(size - declared) / declared) + (0 if size % 16 == 0 or size % 10 == 0 else 0.1)


def _first(case: Case) -> float:
    """At a concatenation the input is the likely cause: maps that were halved and doubled."""
    kind = case.operation.name if case.operation is not None else ""
    if case.finding.code == "E0401" and kind == "concat":
        return 0.3
    if case.finding.code == "E0402":
        return 1.2 if kind.startswith("conv") else 0.7
    return 0.9 if case.finding.code == "E0405" else 2.3 if _is_kept(case) else 1.5


def _is_kept(case: Case) -> bool:
    """Whether the result is to have the height and width of an input: then no other input is the right one."""
    root = case.rehearsal.root
    shapes = [root.shapes.get(Value(name)) for name in root.inputs]
    promised = (case.site.promised or ())[1:]
    return bool(promised) and any(shape is not None and shape.sizes[1:] == promised for shape in shapes)


def promises(case: Case) -> Iterator[Plan]:
    """A plan that promises what there is."""
    promised, shapes = case.site.promised, case.inputs
    if case.finding.code != "E0503" or promised is None or not shapes or shapes[0] is None:
        return
    sizes = ", ".join(map(str, shapes[0].sizes))
    span = case.site.span
    if span.source is case.places.file.source:
        title = f"promise {shapes[0]}, which is what there is"
        yield Plan(title, "promise", 2.4, edits=(Edit(span, f"[{sizes}]"),))
