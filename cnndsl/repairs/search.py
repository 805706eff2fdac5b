"""Which plans hold: each is carried out on the text and compiled, within a budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from cnndsl.blame import Fit
from cnndsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from cnndsl.graph import Graph
from cnndsl.repairs.case import Case
from cnndsl.repairs.cost import cost
from cnndsl.repairs.places import Places
from cnndsl.repairs.proposals import proposals, rehearsed
from cnndsl.repairs.rehearsal import Rehearsal
from cnndsl.site import Site
from cnndsl.syntax import tree


class Outcome(NamedTuple):
    """What a check finds in another text of the file: in the networks that the edits reach; and what it has cost."""

    networks: Mapping[str, Graph]
    findings: Sequence[Diagnostic]
    sites: Callable[[Diagnostic], tuple[Site, ...]]
    work: int


Recheck = Callable[[Sequence[Edit], str, Callable[[Sequence[Diagnostic]], bool]], Outcome]
"""Compiles the file after some edits: the named network first, the others while what is found is allowed."""

SHOWN = 3
"""Fixes of a finding."""
_STEPS = 10_000
"""Work of the rehearsals of a finding."""
_FAR, _FURTHER = 3.0, 2.0
"""A plan of a rank beyond the first, or so much behind the best, is proposed only where no other works."""
_WORK = 30_000
"""Steps of elaboration that may be spent on texts for a finding, until one of them holds."""
_MORE = 8_000
"""And on more after it; a quarter of what it took, where that is more."""


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
    errors = _errors(plain)
    faults = frozenset((site.span.start, one.code) for one in plain for site in sites(one))
    done: list[Diagnostic] = []
    for each in suspected:
        finding, met = each.finding, sites(each.plain)
        if finding.severity != "error" or not met or finding.span.source is not file.source:
            done.append(finding)
            continue
        own = frozenset((site.span.start, one.code) for one in (each.plain, *each.others) for site in sites(one))
        rehearsal = Rehearsal(met[0], _STEPS, faults - own, frozenset(start for start, _ in faults))
        case = Case(finding, met[0], rehearsal, places, each.fit)
        wanted = errors - _errors((each.plain, *each.others))
        done.append(finding._replace(fixes=tuple(_fixes(case, wanted, recheck))))
    return done


def _errors(findings: Sequence[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((finding.code, finding.message) for finding in findings if finding.severity == "error")


def _fixes(case: Case, wanted: Counter[tuple[str, str]], recheck: Recheck) -> list[Fix]:
    """Best first: a plan is rehearsed when it is its turn, and compiled when it still is. ``wanted`` may stay wrong."""
    found: list[Fix] = []
    ideas: set[str] = set()
    tried: set[tuple[Edit, ...]] = set()
    queue = [(plan.rank, turn, plan, False) for turn, plan in enumerate(proposals(case))]
    heapify(queue)
    turns = len(queue)
    left = _WORK
    best = _FAR
    while queue and len(found) < SHOWN and left > 0:
        rank, turn, plan, ready = heappop(queue)
        if found and rank > min(_FAR, best + _FURTHER):
            break
        if plan.idea in ideas:
            continue
        if not ready:
            made = plan.solve() if plan.solve is not None else iter((rehearsed(case, plan),))
            for one in made:
                if one is not None:
                    turns += 1
                    heappush(queue, (one.rank, turns if plan.solve else turn, one, plan.solve is None))
            continue
        edits = plan.text_edits()
        if not edits or edits in tried or not _are_apart(edits):
            continue
        tried.add(edits)
        outcome = recheck(edits, case.rehearsal.root.name, lambda found: not _errors(found) - wanted)
        left -= outcome.work
        if _errors(outcome.findings) - wanted:
            continue
        if not found:
            left = max(_MORE, outcome.work // 4)
        best = min(best, rank)
        ideas.add(plan.idea)
        found.append(Fix(f"{plan.title} ({_price(case, outcome, edits)}checked)", edits, plan.safe and not found))
    return found


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
