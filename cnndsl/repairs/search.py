"""Which plans hold: each is carried out on the text and compiled, within a budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from cnndsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from cnndsl.graph import Graph
from cnndsl.repairs.case import Case, Plan
from cnndsl.repairs.places import Places
from cnndsl.repairs.proposals import proposals
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
_STEPS = 4_000
"""Steps that the rehearsals of a finding may look at."""
_TRIALS = 10
"""Texts that are compiled for a finding."""


def repaired(
    findings: Sequence[Diagnostic],
    sites: Callable[[Diagnostic], tuple[Site, ...]],
    file: tree.File,
    recheck: Recheck,
) -> list[Diagnostic]:
    """The findings, those of shapes with at most three fixes that were compiled."""
    places = Places(file)
    errors = _errors(findings)
    faults = frozenset(site.span.start for finding in findings for site in sites(finding))
    done: list[Diagnostic] = []
    for finding in findings:
        met = sites(finding)
        if finding.severity != "error" or not met or finding.span.source is not file.source:
            done.append(finding)
            continue
        case = Case(finding, met[0], places, _STEPS, faults)
        done.append(finding._replace(fixes=tuple(_fixes(case, errors, recheck))))
    return done


def _errors(findings: Sequence[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((finding.code, finding.message) for finding in findings if finding.severity == "error")


def _fixes(case: Case, errors: Counter[tuple[str, str]], recheck: Recheck) -> list[Fix]:
    wanted = errors - Counter([(case.finding.code, case.finding.message)])
    found: list[Fix] = []
    ideas: set[str] = set()
    trials = 0
    for plan in proposals(case):
        if len(found) == SHOWN or trials == _TRIALS:
            break
        if plan.idea in ideas:
            continue
        edits = plan.text_edits()
        if not edits or not _are_apart(edits):
            continue
        trials += 1
        outcome = recheck(edits, case.rehearsal.root.name, lambda found: not _errors(found) - wanted)
        if _errors(outcome.findings) - wanted:
            continue
        ideas.add(plan.idea)
        found.append(Fix(f"{plan.title} (checked)", edits, plan.safe))
    return found


def _are_apart(edits: Sequence[Edit]) -> bool:
    ordered = sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))
    return all(one.span.end <= other.span.start for one, other in zip(ordered, ordered[1:], strict=False))
