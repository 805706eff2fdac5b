"""Which steps are labelled beside a fault: those where an edit would cure it, those that made the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cnndsl.blame.conflicts import conflicts
from cnndsl.blame.fitting import Fit
from cnndsl.blame.makers import makers
from cnndsl.blame.ranks import kept
from cnndsl.blame.suspects import Suspect
from cnndsl.blame.walk import is_change
from cnndsl.blame.words import said
from cnndsl.diagnostics.diagnostic import Diagnostic, Label
from cnndsl.elaborate.origins import head
from cnndsl.elaborate.values import show
from cnndsl.passes.provenance import Link
from cnndsl.passes.provenance.script import argument
from cnndsl.site import Site
from cnndsl.source import Span

MOST = 4
"""Labels beside the first one."""
_DECLARED = ("declared here", "required here", "its weights are those of")
"""How labels begin that say what was agreed on; they stay."""


def because(finding: Diagnostic, site: Site, suspects: Sequence[Suspect], fit: Fit | None) -> tuple[Label, ...]:
    """At most four, in the order of the text where that does not matter."""
    applied = list(_applied(finding, site))
    calls = {label.span for label in applied}
    declared = [label for label in finding.labels if label.message.startswith(_DECLARED)]
    plain = [label for label in finding.labels if label.span not in calls and label not in declared]
    room = MOST - len(declared) - bool(applied)
    axes = makers(site) if not suspects else ()
    reasons = [*kept(site), *axes, *_reasons(finding, suspects, fit)][:room]
    if suspects and (not site.spans or (finding.label and len(reasons) > 1)):
        plain = []
    plain = list(_own(finding, site)) or _differing(plain, site)
    covered = {reason.span.source.position(reason.span.start)[0] for reason in reasons}
    plain = [label for label in plain if label.span.source.position(label.span.start)[0] not in covered]
    chosen = _distinct([*declared, *reasons, *applied[:1], *plain, *applied[1:]])
    return tuple(chosen[:MOST])


def _applied(finding: Diagnostic, site: Site) -> Iterator[Label]:
    """The calls on the way to the fault, innermost first."""
    graph = site.graph
    for call in site.around:
        if call.span != finding.span:
            yield Label(call.span, f"{graph.name} is applied here")
        graph = call.graph


_RIVALS = {"E0404": ("out_channels",), "E0406": ("kernel_size",), "E0407": ("stride", "dilation")}
"""Arguments that the one at fault does not go together with."""


def _own(finding: Diagnostic, site: Site) -> Iterator[Label]:
    """The other arguments of the same call that a fault is about."""
    call, given = site.call, site.arguments or {}
    for name in _RIVALS.get(finding.code, ()):
        expression = given[name].expression if name in given else None
        if call is not None and expression is not None and (finding.code != "E0404" or "output" in finding.message):
            value = given[name].value
            text = "x".join(map(show, value)) if isinstance(value, tuple) else show(value)
            yield Label(argument(call, expression), f"{name} is {text}")


def _differing(labels: list[Label], site: Site) -> list[Label]:
    """Of many branches those that differ."""
    slots = {conflict.slot for conflict in conflicts(site)} if len(site.spans) > 2 else set()
    alike = {head(span) for slot, span in enumerate(site.spans) if slot not in slots} if slots else set()
    alike -= {head(site.spans[slot]) for slot in slots if slot < len(site.spans)}
    return [label for label in labels if label.span not in alike]


def _distinct(labels: Iterable[Label]) -> list[Label]:
    found: dict[Span, Label] = {}
    for label in labels:
        found.setdefault(label.span, label)
    return list(found.values())


def _reasons(finding: Diagnostic, suspects: Sequence[Suspect], fit: Fit | None) -> Iterator[Label]:
    suspects = _inputs_together(suspects)
    links: dict[Span, dict[tuple[str, int], Link]] = {}
    slots: dict[Span, int] = {}
    for suspect in sorted(suspects, key=lambda suspect: (suspect.shared, suspect.distance)):
        slots.setdefault(suspect.span, suspect.conflict.slot)
    for suspect in sorted(suspects, key=lambda suspect: suspect.distance):
        if slots[suspect.span] == suspect.conflict.slot:
            links.setdefault(suspect.span, {}).setdefault((suspect.link.name, suspect.link.axis), suspect.link)
    seen = {finding.span}
    for suspect in _ranked(suspects, fit):
        if suspect.span not in seen:
            seen.add(suspect.span)
            yield Label(suspect.span, said(list(links[suspect.span].values())))


def _inputs_together(suspects: Sequence[Suspect]) -> list[Suspect]:
    """Axes of an input that stand beside one another have one label."""
    ends: dict[tuple[str, int], Span] = {}
    for suspect in suspects:
        if suspect.link.cause is None:
            span = suspect.span
            known = ends.setdefault((suspect.link.name, suspect.link.size), span)
            whole = Span(span.source, min(known.start, span.start), max(known.end, span.end))
            ends[suspect.link.name, suspect.link.size] = whole
    return [
        suspect._replace(span=ends[suspect.link.name, suspect.link.size]) if suspect.link.cause is None else suspect
        for suspect in suspects
    ]


def _ranked(suspects: Sequence[Suspect], fit: Fit | None) -> Iterator[Suspect]:
    """What cures first, then what made each number, then the rest."""
    steps = [suspect for suspect in suspects if suspect.link.cause is not None]
    inputs = [suspect for suspect in suspects if suspect.link.cause is None]
    cures = [suspect for suspect in steps if suspect.cure is not None]
    places = fit.places if fit is not None else ()
    nearest_first = sorted(suspects, key=lambda suspect: suspect.distance)
    conflicting = {suspect.conflict.slot for suspect in suspects}
    spans = list(dict.fromkeys(suspect.span for suspect in cures))
    yield from (suspect for suspect in cures if suspect.span in spans[:2])
    yield from (suspect for suspect in inputs if (suspect.link.node.name, suspect.link.axis) in places)
    if len(conflicting) > 1:
        yield from (suspect for suspect in nearest_first if not suspect.shared and _is_rounded(suspect.link))
    nearest: dict[tuple[int, int], Suspect] = {}
    for suspect in nearest_first:
        if not suspect.shared and is_change(suspect.link):
            nearest.setdefault((suspect.conflict.slot, suspect.conflict.axis), suspect)
    yield from nearest.values()
    yield from cures
    rest = [suspect for suspect in nearest_first if is_change(suspect.link)]
    yield from (suspect for suspect in rest if not suspect.shared)
    common = [suspect for suspect in rest if suspect.shared]
    yield from (suspect for suspect in common if suspect.span == common[0].span)


def _is_rounded(link: Link) -> bool:
    """Whether some of the size is lost: where branches that halve and double part."""
    return link.cause is not None and "rounded" in link.cause.formula
