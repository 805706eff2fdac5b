"""Which plans hold: each is carried out on the text and compiled, within a budget."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from cnndsl.blame import Fit
from cnndsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from cnndsl.graph import Graph
from cnndsl.repairs.case import Case, Plan
from cnndsl.repairs.cost import cost
from cnndsl.repairs.places import Places
from cnndsl.repairs.proposals import proposals, rehearsed
from cnndsl.repairs.rehearsal import Rehearsal
from cnndsl.site import Site
from cnndsl.source import Source
from cnndsl.syntax import tree


class Outcome(NamedTuple):
    """What a check finds in another text of the file: in the networks that the edits reach; and what it has cost."""

    networks: Mapping[str, Graph]
    findings: Sequence[Diagnostic]
    sites: Callable[[Diagnostic], tuple[Site, ...]]
    work: int


Recheck = Callable[[Sequence[Edit], str, Callable[[Sequence[Diagnostic]], bool]], Outcome]
"""Compiles the file after some edits: the named network first, the others while what is found is allowed."""

_MENDED = ("E0405", "E0408")
"""What these advise is an edit, which is shown where it holds."""
SHOWN = 3
"""Fixes of a finding."""
_FAR, _FURTHER = 3.0, 2.0
"""A plan of a rank beyond the first, or so much behind the best, is proposed only where no other works."""
_WORK = 30_000
"""Steps of elaboration that may be spent on texts for a finding, until one of them holds."""
_MORE = 8_000
"""And on more after it; a quarter of what it took, where that is more."""
_ALL = 3
"""So many times as much is spent on all findings of a file."""


class Suspected(NamedTuple):
    """A finding with its reasons; ``plain``: as it was reported; ``others`` are those that the same fault explains.

    With the inputs of ``fit`` it would be gone.
    """

    finding: Diagnostic
    plain: Diagnostic
    others: tuple[Diagnostic, ...] = ()
    fit: Fit | None = None


def repaired(
    suspected: Sequence[Suspected],
    sites: Callable[[Diagnostic], tuple[Site, ...]],
    file: tree.File,
    recheck: Recheck,
) -> list[Diagnostic]:
    """The findings, those of shapes with at most three fixes that were compiled."""
    places = Places(file)
    plain = [one for each in suspected for one in (each.plain, *each.others)]
    faults = {one: frozenset((site.span.start, one.code) for site in sites(one)) for one in plain}
    starts = frozenset(start for found in faults.values() for start, _ in found)
    done: list[Diagnostic] = []
    left = _ALL * _WORK
    for each in suspected:
        finding, met = each.finding, sites(each.plain)
        if left <= 0 or finding.severity != "error" or not met or finding.span.source is not file.source:
            done.append(finding)
            continue
        others = [one for one in plain if one is not each.plain and one not in each.others]
        rehearsal = Rehearsal(met[0], frozenset().union(*(faults[one] for one in others)), starts)
        search = _Search(Case(finding, met[0], rehearsal, places, each.fit), Known(others, file.source), recheck)
        fixes = search.fixes(min(left, _WORK))
        said = each.plain.help if fixes and finding.code in _MENDED else ()
        done.append(finding._replace(fixes=fixes, help=tuple(one for one in finding.help if one not in said)))
        left -= search.spent
    return done


class Known:
    """The other errors of a file, which may stay when one is mended."""

    def __init__(self, findings: Sequence[Diagnostic], source: Source) -> None:
        self._said = Counter((one.code, one.message) for one in findings if one.severity == "error")
        self._places = {(one.code, one.span.start) for one in findings if one.span.source is source}
        self._source = source
        self._doubted = [
            (one.code, re.compile(re.escape(one.message).replace(r"\?", r"\d+")))
            for one in findings
            if one.severity == "error" and "?" in one.message
        ]

    def holds(self, found: Sequence[Diagnostic]) -> bool:
        """Whether there is no error but these; at the place of one, another network may have its own words for it."""
        left = self._said.copy()
        for one in found:
            key = (one.code, one.message)
            if one.severity != "error":
                continue
            if left[key]:
                left[key] -= 1
            elif any(one.code == code and said.fullmatch(one.message) for code, said in self._doubted):
                continue  # its sizes were in doubt behind the fault that is mended
            elif one.span.source is not self._source or (one.code, one.span.start) not in self._places:
                return False
        return True


class _Search:
    """The fixes of one finding, best first: a plan is rehearsed when it is its turn, and compiled when it still is."""

    def __init__(self, case: Case, known: Known, recheck: Recheck) -> None:
        self.case = case
        self.known = known
        self.recheck = recheck
        self.spent = self._last = 0
        self._queue = [(plan.rank, turn, plan, False) for turn, plan in enumerate(proposals(case))]
        self._turns = len(self._queue)
        self._tried: set[tuple[Edit, ...]] = set()

    def fixes(self, left: int) -> tuple[Fix, ...]:
        """At most three, while there is work ``left``."""
        heapify(self._queue)
        found: list[Fix] = []
        ideas: set[str] = set()
        best = _FAR
        while self._queue and len(found) < SHOWN and self.spent < left:
            rank, _, plan, ready = heappop(self._queue)
            if found and rank > min(_FAR, best + _FURTHER):
                break
            if plan.idea in ideas:
                continue
            if not ready:
                self._prepare(plan)
                continue
            fix = self._tested(plan)
            if fix is not None:
                left = left if found else min(left, self.spent + max(_MORE, self._last // 4))
                best = min(best, rank)
                ideas.add(plan.idea)
                found.append(fix._replace(safe=fix.safe and not found))
        return tuple(found)

    def _prepare(self, plan: Plan) -> None:
        """Put a plan back into the queue, as it is after its rehearsal; or those that it stands for."""
        if plan.solve is None:
            again = rehearsed(self.case, plan)
            if again is not None:
                self._push(again, True)
            return
        for one in plan.solve():
            self._push(one, False)

    def _push(self, plan: Plan, ready: bool) -> None:
        self._turns += 1
        heappush(self._queue, (plan.rank, self._turns, plan, ready))

    def _tested(self, plan: Plan) -> Fix | None:
        """The fix, if the compiler finds no error in the text with it but those that were there."""
        edits = plan.text_edits()
        if not edits or edits in self._tried or not _are_apart(edits):
            return None
        self._tried.add(edits)
        outcome = self.recheck(edits, self.case.rehearsal.root.name, self.known.holds)
        self._last = outcome.work
        self.spent += outcome.work
        if not self.known.holds(outcome.findings):
            return None
        return Fix(f"{plan.title} ({_price(self.case, outcome, edits)}checked)", edits, plan.safe)


def _price(case: Case, outcome: Outcome, edits: Sequence[Edit]) -> str:
    """What it costs, where it does."""
    root = case.rehearsal.root
    after = outcome.networks.get(root.name)
    more = cost(root, after, edits, case.places.file.source, case.site, case.finding.code) if after is not None else 0
    return f"{more:+,} parameters; " if more else ""


def _are_apart(edits: Sequence[Edit]) -> bool:
    ordered = sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))
    return all(
        one.span.end <= other.span.start and one.span.start < other.span.start for one, other in pairwise(ordered)
    )
