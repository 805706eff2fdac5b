"""The sink of the parser: what was found, and which places of the text cannot be trusted."""

from __future__ import annotations

from bisect import bisect_left, insort

from cnndsl.diagnostics import Diagnostic
from cnndsl.source import Span
from cnndsl.syntax import limits


class Findings:
    """Findings, and the offsets where the tree would not be what the author meant."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.torn: list[int] = []
        self.restarts = 0

    def add(self, finding: Diagnostic, repaired: bool = False) -> None:
        """Note a finding; unless it was repaired, the tree cannot be trusted there."""
        if self.full:
            return
        self.found.append(finding)
        if not repaired:
            for span in (finding.span, *(label.span for label in finding.labels)):
                self.distrust(span.start - (span.start == span.end))

    def distrust(self, offset: int) -> None:
        """The tree cannot be trusted at this offset."""
        insort(self.torn, offset)

    def spoil(self, start: int, end: int) -> bool:
        """Whether the text from ``start`` up to ``end`` cannot be trusted."""
        place = bisect_left(self.torn, start)
        return place < len(self.torn) and self.torn[place] < end

    @property
    def full(self) -> bool:
        """Whether there are so many findings that reading on helps nobody."""
        return len(self.found) > limits.FINDINGS or self.restarts > limits.RESTARTS

    def listed(self) -> list[Diagnostic]:
        """The findings in the order of the text; a note closes a list that was cut."""
        ordered = sorted(self.found, key=lambda one: (one.span.start, one.span.end, one.code))
        if not self.full:
            return ordered
        last = ordered[: limits.FINDINGS][-1].span
        message = f"{len(ordered[: limits.FINDINGS])} findings; the rest of the file was not looked at"
        note = Diagnostic("E0110", "note", message, Span(last.source, last.end, last.end))
        return [*ordered[: limits.FINDINGS], note]
