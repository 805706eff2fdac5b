"""What a file says of itself: sizes of inputs, sizes that are written once more, promises."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Edit
from cnndsl.repairs.case import Case, Plan
from cnndsl.repairs.levers import is_plain
from cnndsl.repairs.rehearsal import WRITTEN, Patch
from cnndsl.shape import Shape
from cnndsl.syntax import tree
from cnndsl.trace import Value

_WIDEST = 96
"""How far away a size of an input is looked for."""


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
        yield Plan(title, f"{start} swap", 0.4, (*dropped, *swapped), patches=patches)


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
        yield from _resized(case, step, shape)


def _plan(step: tree.Input, shape: Shape, sizes: tuple[int, ...], rank: float, title: str, idea: str) -> Plan:
    edits = tuple(
        Edit(axis.size.span, str(size))
        for axis, before, size in zip(step.axes, shape.sizes, sizes, strict=True)
        if before != size
    )
    return Plan(title, idea, rank, edits=edits, patches={step.span.start: Patch(shape=Shape.of(*sizes))})


def _reordered(case: Case, step: tree.Input, shape: Shape) -> Iterator[Plan]:
    """Channels last, or two axes exchanged."""
    if shape.rank != 3:
        return
    c, h, w = shape.sizes
    for rank, sizes in ((1.0, (w, c, h)), (1.1, (h, w, c)), (1.6, (h, c, w)), (1.6, (w, h, c))):
        if sizes != shape.sizes and sizes[0] <= 4 < max(c, sizes[0]):
            title = f"declare {step.name.id} with C first, as {Shape.of(*sizes)}"
            yield _plan(step, shape, sizes, rank - (0.8 if min(h, w) <= 4 else 0), title, "order")


def _channels(case: Case, step: tree.Input, shape: Shape) -> Iterator[Plan]:
    """As many channels as a step writes that it takes."""
    number = getattr(case.operation, case.site.field or "", None)
    if case.finding.code not in ("E0405", "E0404") or case.site.field == "in_features" or not shape.rank:
        return
    for count in dict.fromkeys((number, *_around(number))):
        if isinstance(count, int) and count != shape.sizes[0]:
            sizes = (count, *shape.sizes[1:])
            rank = 0.9 if count in (1, 3) else 1.6
            yield _plan(step, shape, sizes, rank, f"declare {step.name.id} with {count} channels", "input channels")


def _around(number: object) -> tuple[int, ...]:
    return (1, 3) if isinstance(number, int) else ()


def _lacking(case: Case, step: tree.Input, shape: Shape) -> Iterator[Plan]:
    """An axis of channels that is missing."""
    if case.finding.code != "E0411" or shape.rank != 2:
        return
    edit = Edit(step.axes[0].span._replace(end=step.axes[0].span.start), "1, ")
    shaped = Shape.of(1, *shape.sizes)
    title = f"declare {step.name.id} with one channel, as {shaped}"
    yield Plan(title, "input rank", 0.5, edits=(edit,), patches={step.span.start: Patch(shape=shaped)})


def _resized(case: Case, step: tree.Input, shape: Shape) -> Iterator[Plan]:
    """The nearest sizes of H and W (or L), first those that all halvings divide."""
    places = [at for at in range(1, shape.rank) if is_plain(step.axes[at].size)]
    if not places or case.finding.code in ("E0407", "E0408"):
        return
    equal = len({shape.sizes[at] for at in places}) == 1
    if equal or len(places) == 1:
        found = _nearest(case, step, shape, places)
        if found is not None:
            yield _sized(case, step, shape, found)
        return
    one, other = places
    for size in (_nearest(case, step, shape, [one]), _nearest(case, step, shape, [other])):
        if size is not None:
            yield _sized(case, step, shape, size)
            return
    unit = _unit(case, shape)
    for rounded in (_up, _down):
        sizes = (shape.sizes[0], *(rounded(size, unit) for size in shape.sizes[1:]))
        if sizes != shape.sizes and min(sizes) > 0:
            yield _sized(case, step, shape, sizes)


def _sized(case: Case, step: tree.Input, shape: Shape, sizes: tuple[int, ...]) -> Plan:
    title = f"declare {step.name.id} as {Shape.of(*sizes)}"
    moved = max(abs(new - old) / old for new, old in zip(sizes, shape.sizes, strict=True))
    rank = 1.3 + 2 * moved - (1.0 if _at_a_join(case) else 0)
    return _plan(step, shape, sizes, rank, title, "input size")


def _at_a_join(case: Case) -> bool:
    return (
        len(case.site.operands) > 1
        and case.finding.code == "E0401"
        and case.operation is not None
        and (case.operation.name == "concat")
    )


def _nearest(case: Case, step: tree.Input, shape: Shape, places: list[int]) -> tuple[int, ...] | None:
    size = shape.sizes[places[0]]
    unit = _unit(case, shape)
    near = [size + sign * by for by in range(1, _WIDEST) for sign in (1, -1)]
    round_ones = [unit * (size // unit + by) for by in (1, 0, 2, -1, 3, -2, 4, -3, 5, -4, 6, 8)]
    for candidate in dict.fromkeys((*round_ones, *near)):
        if candidate < 1 or candidate == size:
            continue
        sizes = tuple(candidate if at in places else own for at, own in enumerate(shape.sizes))
        played = case.rehearsal.helps({step.span.start: Patch(shape=Shape.of(*sizes))})
        if played is not None and not played.written:
            return sizes
        if case.rehearsal.left <= 0:
            break
    return None


def _unit(case: Case, shape: Shape) -> int:
    """The stride of the smallest map, as a power of 2."""
    smallest = min(
        (
            max(known.sizes[1:])
            for known in case.rehearsal.base.shapes.values()
            if known.rank == shape.rank and max(known.sizes[1:]) > 1
        ),
        default=1,
    )
    factor, unit = max(shape.sizes[1:]) / smallest, 1
    while unit * 1.5 < factor and unit < 64:
        unit *= 2
    return unit


def _up(size: int, unit: int) -> int:
    return -(-size // unit) * unit


def _down(size: int, unit: int) -> int:
    return size // unit * unit


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
