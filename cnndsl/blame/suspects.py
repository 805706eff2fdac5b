"""The steps that made the sizes in conflict, those first where another number would make the fault go away."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from cnndsl.blame.conflicts import Conflict, conflicts
from cnndsl.blame.trials import Change, Spent, Trials
from cnndsl.ops.operation import Operation
from cnndsl.passes.provenance import Link, Tracer, Trail, changes, token
from cnndsl.site import Site
from cnndsl.source import Span

_REACH = 40
"""Steps before a fault that are looked at."""


class Suspect(NamedTuple):
    """A step that made a size in conflict, and the words of the text that set it.

    ``distance`` counts the steps that changed the size between it and the fault. ``cure`` is a number, and of which
    argument, with which the fault would be gone. ``shared``: it made that size for every operand.
    """

    link: Link
    span: Span
    distance: int
    conflict: Conflict
    cure: tuple[str, object] | None = None
    shared: bool = False


def suspects(site: Site, trials: Trials | None = None) -> tuple[Suspect, ...]:
    """The steps behind a fault, most likely first; none where its sizes are unknown or an argument alone is wrong."""
    found = list(_behind(site))
    if found:
        trials = trials if trials is not None else Trials(site)
        found = _tried(found, trials)
    return tuple(sorted(found, key=_order))


def _order(suspect: Suspect) -> tuple[bool, int, bool, int]:
    kind = _KINDS.get(suspect.cure[0], 4) if suspect.cure is not None else 0
    return (suspect.cure is None, kind, suspect.shared, suspect.distance)


_KINDS = {"padding": 0, "out_channels": 0, "out_features": 0, "stride": 1, "scale_factor": 1, "kernel_size": 2}


def _behind(site: Site) -> Iterator[Suspect]:
    tracer = Tracer()
    trails: list[tuple[Conflict, Trail]] = []
    for conflict in conflicts(site):
        value = site.operands[conflict.slot]
        trail = tracer.trail(site.graph, value, conflict.axis, site.around) if value is not None else None
        if trail is not None:
            trails.append((conflict, trail))
    links = [(conflict, list(islice(changes(trail), _REACH))) for conflict, trail in trails]
    for conflict, own in links:
        others = {_key(link) for other, theirs in links if _is_rival(conflict, other) for link in theirs}
        for distance, link in enumerate(own):
            yield Suspect(link, token(link), distance, conflict, shared=_key(link) in others)


def _is_rival(one: Conflict, other: Conflict) -> bool:
    return one.axis == other.axis and one.slot != other.slot


def _key(link: Link) -> tuple[str, int]:
    return link.name, link.axis


def _tried(found: list[Suspect], trials: Trials) -> list[Suspect]:
    """The same with a cure where there is one."""
    tried: dict[tuple[int, str, object], bool] = {}
    out = list(found)
    try:
        for place in sorted(range(len(found)), key=lambda place: found[place].distance):
            suspect = found[place]
            for field, value, operation in _others(suspect):
                key = (suspect.link.node.span.start, field, value)
                if key not in tried:
                    tried[key] = trials.cures({}, Change(suspect.link.node.span.start, operation))
                if tried[key]:
                    out[place] = suspect._replace(cure=(field, value))
                    break
    except Spent:
        pass
    return out


def _others(suspect: Suspect) -> Iterator[tuple[str, object, Operation | None]]:
    """The same step with another number that people mean: what it is for them to have mistaken it."""
    link = suspect.link
    operation = link.node.operation
    if operation is None:
        return
    for field, value in _numbers(suspect, operation):
        if getattr(operation, field) != value:
            yield field, value, type(operation)(**{**operation.__dict__, field: value})
    if link.cause is not None and link.cause.formula and "out_channels" not in operation.signature:
        if len(link.node.operands) == 1 and "kernel_size" in operation.signature:
            yield "", "", None


def _numbers(suspect: Suspect, operation: Operation) -> Iterator[tuple[str, object]]:
    link, wanted = suspect.link, suspect.conflict.wanted
    fields = operation.signature
    cause = link.cause
    if cause is None:
        return
    if not cause.operands:
        yield from _written(suspect, operation, cause.arguments)
        return
    kernel, stride, padding = (getattr(operation, name, None) for name in ("kernel_size", "stride", "padding"))
    place = link.axis - 1
    if "padding" in fields and isinstance(kernel, tuple | int):
        pair = kernel if isinstance(kernel, tuple) else (kernel,)
        dilation = getattr(operation, "dilation", 1)
        spread = dilation if isinstance(dilation, tuple) else (dilation,) * len(pair)
        same = tuple(by * (size - 1) // 2 for size, by in zip(pair, spread, strict=True))
        for value in (same, (0,) * len(pair), tuple(1 for _ in pair)):
            yield "padding", value if isinstance(padding, tuple) or padding == "same" else value[0]
    if "output_padding" in fields:
        yield "output_padding", tuple(1 for _ in operation.output_padding)  # type: ignore[attr-defined]
    if "stride" in fields:
        for step in (1, 2, 4, 3):
            yield "stride", (step,) * len(kernel) if isinstance(kernel, tuple) else step
    if "ceil_mode" in fields:
        yield "ceil_mode", not operation.ceil_mode  # type: ignore[attr-defined]
    if "kernel_size" in fields and link.before:
        sizes = [link.before[0], 1, 2, 3, 5]
        if wanted is not None and link.before[0] >= wanted:
            sizes.insert(0, link.before[0] - wanted + 1)
        for size in sizes:
            yield "kernel_size", (size,) * len(kernel) if isinstance(kernel, tuple) else size
    if "scale_factor" in fields and operation.__dict__["scale_factor"] is not None:
        for factor in (1, 2, 4, 8):
            yield "scale_factor", factor
    del stride, place


def _written(suspect: Suspect, operation: Operation, fields: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    """Another number where the size is written."""
    wanted, size = suspect.conflict.wanted, suspect.link.size
    field = fields[0] if fields else ""
    value = operation.__dict__.get(field)
    if wanted is None or not isinstance(value, int):
        return
    whole = suspect.conflict.size
    if size == whole:
        yield field, wanted
    elif whole % size == 0 and wanted % (whole // size) == 0:
        yield field, wanted // (whole // size)
    if 0 < size + wanted - whole:
        yield field, size + wanted - whole
