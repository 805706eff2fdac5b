"""Which findings one fault explains: those that go away together, by one number of a step before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import NamedTuple

from cnndsl.blame.fitting import Fit, fit
from cnndsl.blame.maps import square
from cnndsl.blame.suspects import Suspect, suspects
from cnndsl.blame.trials import Change, Place, Spent, Trials
from cnndsl.diagnostics.diagnostic import Diagnostic, Label
from cnndsl.ops.operation import Operation
from cnndsl.shape import Shape
from cnndsl.site import Site
from cnndsl.trace import Value

MOST = 4
"""Labels beside the first one."""

Sites = Callable[[Diagnostic], tuple[Site, ...]]


WORK = 10_000
"""Steps that may be run for all findings of a file."""


class _Cure(NamedTuple):
    """One number that is another: of a step, or of an input."""

    sizes: Mapping[Place, int]
    change: Change | None


class Common(NamedTuple):
    """A finding, those that have their cause in common with it, and what fits as an input, if that was asked."""

    finding: Diagnostic
    others: tuple[Diagnostic, ...]
    fits: tuple[Fit | None, ...]


class _Group:
    """A finding, what would mend it, and the findings that this would mend too."""

    def __init__(self, finding: Diagnostic, site: Site | None) -> None:
        self.finding = finding
        self.site = site
        self.others: list[Diagnostic] = []
        self.fits: tuple[Fit | None, ...] = ()

    @cached_property
    def cures(self) -> tuple[_Cure, ...]:
        """Other numbers upstream, most likely first."""
        if self.site is None:
            return ()
        trials = Trials(self.site)
        return (*_cures(trials), *_meant(trials))

    @cached_property
    def inputs(self) -> tuple[_Cure, ...]:
        """Other sizes of the input, where branches meet that halve and double."""
        if self.site is None or len(self.site.operands) < 2:
            return ()
        found = suspects(self.site)
        fitting = fit(found, Trials(self.site)) if found else None
        self.fits = (fitting,)
        if fitting is None:
            return ()
        return tuple(_Cure(dict.fromkeys(fitting.places, size), None) for size in fitting.sizes)


def single(findings: Sequence[Diagnostic], sites: Sites) -> list[Common]:
    """The findings, each with those further on that have their cause in common with it, which are none of their own.

    Where a number upstream would mend both, whoever wrote it made one mistake: two heads that want 256 channels of a
    layer with 128.
    """
    groups: list[_Group] = []
    left = WORK
    for finding in findings:
        met = sites(finding)
        site = met[0] if met and finding.severity == "error" else None
        head = None
        for group in groups:
            if site is None:
                break
            trials = Trials(site, left)
            if left > 0 and _is_one(group, trials, finding):
                head = group
            left = trials.left
            if head is not None:
                break
        if head is not None:
            head.others.append(finding)
        else:
            groups.append(_Group(finding, site))
    return [Common(group.finding, tuple(group.others), group.fits) for group in groups]


def _is_one(group: _Group, trials: Trials, finding: Diagnostic) -> bool:
    if group.site is None or Trials(group.site).root is not trials.root or group.finding.span == finding.span:
        return False
    try:
        # A fault that trials do not see, such as a shared instance met with another input, seems mended by anything.
        seen = not trials.cures({})
        joins = len(trials.site.operands) > 1
        return seen and (_cured(trials, group.cures) or (joins and _cured(trials, group.inputs)))
    except Spent:
        return False


def _cured(trials: Trials, cures: Sequence[_Cure]) -> bool:
    return any(trials.cures(cure.sizes, cure.change) for cure in cures)


def _cures(trials: Trials) -> Iterator[_Cure]:
    here = trials.site.span.start
    for suspect in suspects(trials.site, trials):
        if suspect.link.cause is None:
            yield from _of_input(suspect, trials)
        elif suspect.cure is not None and suspect.link.node.span.start != here:
            yield _Cure({}, _change(suspect))


def _meant(trials: Trials) -> Iterator[_Cure]:
    """What the numbers that are written say together: a call the other way round, axes exchanged, another map."""
    site = trials.site
    node = next((node for node in site.graph if node.span == site.span and node.operands == site.operands), None)
    shapes = site.graph.operand_shapes(node) if node is not None else None
    if node is None or node.operation is None or shapes is None:
        return
    with suppress(Spent):
        for cure in _alternatives(trials, node.operation, shapes[0]):
            if trials.cures(cure.sizes, cure.change):
                yield cure


_OTHER_SIDE = {"in_channels": "out_channels", "in_features": "out_features"}


def _alternatives(trials: Trials, operation: Operation, x: Shape) -> Iterator[_Cure]:
    state, kind, start = operation.__dict__, type(operation), trials.site.span.start
    if operation.name == "reshape":
        sizes = square(state["sizes"], x)
        if sizes is not None:
            yield _Cure({}, Change(start, kind(**{**state, "sizes": sizes})))
    field = trials.site.field
    other = _OTHER_SIDE.get(field or "")
    if field is None or other is None:
        return
    written, out = state[field], state[other]
    if out in (x.sizes[0], x.sizes[-1]):
        yield _Cure({}, Change(start, kind(**{**state, field: out, other: written})))
    if field == "in_features":
        return
    for name in trials.root.inputs:
        shape = trials.root.shapes.get(Value(name))
        for order in _orders(name, shape, written) if shape is not None else ():
            yield _Cure(order, None)


def _orders(name: str, shape: Shape, channels: int) -> Iterator[dict[Place, int]]:
    """The orders of the axes in which those channels come first and the others stay as they follow one another."""
    for axis in range(1, shape.rank):
        if shape.sizes[axis] == channels:
            others = [size for at, size in enumerate(shape.sizes) if at != axis]
            yield {(name, at): size for at, size in enumerate((channels, *others))}


def _change(suspect: Suspect) -> Change:
    field, value = suspect.cure or ("", "")
    operation = suspect.link.node.operation
    start = suspect.link.node.span.start
    if operation is None or not field:
        return Change(start, None)
    return Change(start, type(operation)(**{**operation.__dict__, field: value}))


def _of_input(suspect: Suspect, trials: Trials) -> Iterator[_Cure]:
    wanted = suspect.conflict.wanted
    if wanted is not None and suspect.link.size == suspect.conflict.size:
        sizes = {(suspect.link.node.name, suspect.link.axis): wanted}
        with suppress(Spent):
            if trials.cures(sizes):
                yield _Cure(sizes, None)


def together(finding: Diagnostic, others: Sequence[Diagnostic]) -> Diagnostic:
    """``finding`` with the places of the others, the nearest first where there is no room for all."""
    if not others:
        return finding
    here = tuple(Label(other.span, f"and here: {other.message}") for other in others[:2])
    kept = finding.labels[: MOST - len(here)]
    count = len(others) - len(here)
    note = (f"and in {count} more {'place' if count == 1 else 'places'}",) if count else ()
    return finding._replace(labels=(*kept, *here), notes=finding.notes + note)
