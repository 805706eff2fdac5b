"""The steps that made the sizes in conflict, those first where another number would make the fault go away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cnndsl.blame.conflicts import Conflict, conflicts
from cnndsl.blame.peers import is_odd
from cnndsl.blame.places import place as span
from cnndsl.blame.trials import Change, Spent, Trials
from cnndsl.blame.walk import behind, has_window, is_change, is_written
from cnndsl.ops.operation import Misfit, Operation
from cnndsl.passes.provenance import Link
from cnndsl.shape import SPATIAL
from cnndsl.site import Site
from cnndsl.source import Span
from cnndsl.trace import Value

_ENOUGH = 3
"""So many places with a cure; more are not looked for."""


class Suspect(NamedTuple):
    """A step that made a size in conflict, and the words of the text that set it.

    ``distance`` counts the steps between it and the fault. ``cure`` is a number, and of which
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


def _order(suspect: Suspect) -> tuple[bool, float, bool]:
    return (suspect.cure is None, suspect.distance + _unlikely(suspect), suspect.shared)


def _unlikely(suspect: Suspect) -> float:
    """How many steps nearer another suspect may be for this one to be named first."""
    if suspect.cure is None:
        return 0
    field, value = suspect.cure
    if is_odd(suspect.link.graph, suspect.link.node):
        return _ODD
    if not is_change(suspect.link) and not is_written(suspect.link) and field not in ("stride", "padding"):
        return 6
    operation = suspect.link.node.operation
    whole = suspect.link.before[:1]
    if field == "kernel_size" and "stride" in operation.signature and "out_channels" not in operation.signature:  # type: ignore[union-attr]
        return 0 if value in (whole, whole * 2, *whole) else 3
    if field == "stride":
        return 1 if {value, operation.__dict__["stride"]} <= {1, 2, (1,), (2,), (1, 1), (2, 2), None} else 3
    return _UNLIKELY.get(field, 0)


_ODD = -12
"""A step unlike its peers is named before such as are so much nearer."""
_UNLIKELY = {"kernel_size": 3, "": 2, "scale_factor": 1, "ceil_mode": 1}


def _behind(site: Site) -> Iterator[Suspect]:
    found = [(conflict, list(behind(site, conflict.slot, conflict.axis))) for conflict in conflicts(site)]
    slots: dict[tuple[int, str, int], set[int]] = {}
    for conflict, own in found:
        for link, _ in own:
            slots.setdefault((conflict.axis, link.name, link.axis), set()).add(conflict.slot)
    for conflict, own in found:
        for link, distance in own:
            if is_change(link) or (link.letter in SPATIAL and has_window(link.node)) or is_written(link):
                shared = len(slots[conflict.axis, link.name, link.axis]) > 1
                yield Suspect(link, span(link, "", site), distance, conflict, shared=shared)


def _tried(found: list[Suspect], trials: Trials) -> list[Suspect]:
    """The same with a cure where there is one."""
    tried: dict[tuple[int, str, object], bool] = {}
    out = list(found)
    cured: set[Span] = set()
    try:
        odd = [is_odd(suspect.link.graph, suspect.link.node) for suspect in found]
        for place in sorted(range(len(found)), key=lambda place: (not odd[place], found[place].distance)):
            suspect = found[place]
            if len(cured) >= _ENOUGH and suspect.span not in cured:
                continue
            if suspect.conflict.wanted is None and not is_change(suspect.link):
                continue  # anything else would do as well
            for field, value, operation in _others(suspect):
                key = (suspect.link.node.span.start, field, value)
                if key not in tried:
                    tried[key] = _cures(trials, suspect.link, operation)
                if tried[key]:
                    out[place] = suspect._replace(cure=(field, value), span=span(suspect.link, field, trials.site))
                    cured.add(suspect.span)
                    break
    except Spent:
        pass
    return out


def _cures(trials: Trials, link: Link, operation: Operation | None) -> bool:
    """Everywhere, or in this instance of its block: there the number may depend on the arguments."""
    if not _acts(link, operation):
        return False
    change = Change(link.node.span.start, operation)
    if trials.cures({}, change):
        return True
    here = bool(link.around) and link.graph is trials.site.graph
    return here and trials.cures({}, change._replace(graph=link.graph))


def _acts(link: Link, operation: Operation | None) -> bool:
    """Whether another operation gives another result."""
    shapes = link.graph.operand_shapes(link.node)
    if operation is None or shapes is None:
        return shapes is not None
    try:
        return operation.infer(*shapes) != link.graph.shapes.get(Value(link.node.name))
    except Misfit:
        return False


def _others(suspect: Suspect) -> Iterator[tuple[str, object, Operation | None]]:
    """The same step with another number that people mean: what it is for them to have mistaken it."""
    link = suspect.link
    operation = link.node.operation
    if operation is None:
        return
    for field, value in _numbers(suspect, operation):
        if getattr(operation, field) != value:
            yield field, value, type(operation)(**{**operation.__dict__, field: value})
    if "out_channels" not in operation.signature and "kernel_size" in operation.signature:
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
    kernel, padding = getattr(operation, "kernel_size", None), getattr(operation, "padding", None)
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
        for step in (1, 2, 4) if is_change(link) else (2,):
            yield "stride", (step,) * len(kernel) if isinstance(kernel, tuple) else step
    if "ceil_mode" in fields:
        yield "ceil_mode", not operation.ceil_mode  # type: ignore[attr-defined]
    if "kernel_size" in fields and link.before:
        sizes = [link.before[0]] if "out_channels" not in fields else [1, 3, 5] if is_change(link) else []
        if wanted is not None and link.before[0] >= wanted and (is_change(link) or "out_channels" not in fields):
            sizes.insert(0, link.before[0] - wanted + 1)
        for size in sizes:
            yield "kernel_size", (size,) * len(kernel) if isinstance(kernel, tuple) else size
    if "scale_factor" in fields and operation.__dict__["scale_factor"] is not None:
        for factor in (1, 2, 4, 8):
            yield "scale_factor", factor


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
    if size + wanted - whole > 0:
        yield field, size + wanted - whole
