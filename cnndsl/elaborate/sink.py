"""Where findings go: one fault, one message."""

from __future__ import annotations

from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.elaborate.fault import Exhausted, Fault
from cnndsl.site import Site
from cnndsl.source import Span
from cnndsl.syntax.limits import FINDINGS


class Full(Exhausted):
    """There are so many findings that going on helps nobody."""

    def __init__(self, span: Span) -> None:
        super().__init__("", span)
        message = f"{FINDINGS} findings; nothing more was looked at"
        self.diagnostic = Diagnostic("E0110", "note", message, Span(span.source, span.start, span.start))


Place = tuple[str, int, int, int]
_SITES = 1_000


def _place(finding: Diagnostic) -> Place:
    span = finding.span
    return (finding.code, id(span.source), span.start, span.end)


class Sink:
    """Findings, at most one of a code at a place and no more than anybody reads."""

    def __init__(self) -> None:
        self.findings: list[Diagnostic] = []
        self._sites: dict[Place, list[Site]] = {}

    def is_new(self, finding: Diagnostic, site: Site | None = None) -> bool:
        """Whether the place has no finding of this code yet; ``site`` is kept either way."""
        place = _place(finding)
        known = self._sites.get(place)
        if known is None:
            self._sites[place] = [site] if site is not None else []
            if len(self._sites) == FINDINGS + 1:
                raise Full(finding.span)
        elif site is not None and len(known) < _SITES:
            known.append(site)
        return known is None

    def again(self, finding: Diagnostic, site: Site) -> None:
        """One more site of what was found at this place, if anything was."""
        known = self._sites.get(_place(finding))
        if known is not None and len(known) < _SITES:
            known.append(site)

    def is_told(self, site: Site) -> bool:
        """Whether it was found already that a value has not these promised sizes."""
        return any(
            (one.graph, one.operands, one.promised) == (site.graph, site.operands, site.promised)
            for known in self._sites.values()
            for one in known
        )

    def sites(self, finding: Diagnostic) -> tuple[Site, ...]:
        """Where the fault of a finding was met, the first place first: one for each different block instance."""
        return tuple(self._sites.get(_place(finding), ()))

    def add(self, finding: Diagnostic) -> None:
        """Keep a finding."""
        if self.is_new(finding):
            self.findings.append(finding)

    def report(self, fault: Fault) -> None:
        """Keep a fault and those that came with it."""
        for one in (fault, *fault.others):
            self.add(one.diagnostic)
