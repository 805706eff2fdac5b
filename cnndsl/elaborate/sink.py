"""Where findings go: one fault, one message."""

from __future__ import annotations

from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.elaborate.fault import Exhausted, Fault
from cnndsl.source import Span
from cnndsl.syntax.limits import FINDINGS


class Full(Exhausted):
    """There are so many findings that going on helps nobody."""

    def __init__(self, span: Span) -> None:
        super().__init__("", span)
        message = f"{FINDINGS} findings; nothing more was looked at"
        self.diagnostic = Diagnostic("E0110", "note", message, Span(span.source, span.start, span.start))


class Sink:
    """Findings, at most one of a code at a place and no more than anybody reads."""

    def __init__(self) -> None:
        self.findings: list[Diagnostic] = []
        self._seen: set[tuple[str, int, int, int]] = set()

    def is_new(self, finding: Diagnostic) -> bool:
        """Whether the place has no finding of this code yet."""
        span = finding.span
        place = (finding.code, id(span.source), span.start, span.end)
        if place in self._seen:
            return False
        self._seen.add(place)
        if len(self._seen) == FINDINGS + 1:
            raise Full(span)
        return True

    def add(self, finding: Diagnostic) -> None:
        """Keep a finding."""
        if self.is_new(finding):
            self.findings.append(finding)

    def report(self, fault: Fault) -> None:
        """Keep a fault and those that came with it."""
        for one in (fault, *fault.others):
            self.add(one.diagnostic)
