"""Which plans hold: each is carried out on the text and compiled, within a budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from cnndsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from cnndsl.graph import Graph
from cnndsl.repairs.case import Case, Plan
from cnndsl.repairs.edits import applied
from cnndsl.repairs.places import Places
from cnndsl.repairs.proposals import proposals
from cnndsl.site import Site
from cnndsl.syntax import tree

Outcome = tuple[dict[str, Graph], list[Diagnostic], Callable[[Diagnostic], tuple[Site, ...]]]
"""The networks, the findings, and the sites of each finding."""

Recheck = Callable[[str], Outcome]
"""What a check finds in another text of the file."""

SHOWN = 3
"""Fixes of a finding."""
_WORK = 4_000
"""Steps that the rehearsals of a finding may look at."""
_TRIALS = 10
"""Texts that are compiled for a finding."""


def mended(
    findings: Sequence[Diagnostic],
    sites: Callable[[Diagnostic], tuple[Site, ...]],
    file: tree.File,
    recheck: Recheck,
) -> list[Diagnostic]:
    """The findings with their fixes."""
    places = Places(file)
    errors = _errors(findings)
    faults = frozenset(site.span.start for finding in findings for site in sites(finding))
    done: list[Diagnostic] = []
    for finding in findings:
        met = sites(finding)
        if finding.severity != "error" or not met:
            done.append(finding)
            continue
        case = Case(finding, met[0], places, _WORK, faults)
        done.append(finding._replace(fixes=tuple(_fixes(case, errors, recheck))))
    return done


def _errors(findings: Sequence[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((finding.code, finding.message) for finding in findings if finding.severity == "error")


def _fixes(case: Case, errors: Counter[tuple[str, str]], recheck: Recheck) -> list[Fix]:
    source = case.places.file.source
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
        _, after, _ = recheck(applied(source.text, edits))
        if _errors(after) - wanted:
            continue
        ideas.add(plan.idea)
        found.append(Fix(f"{plan.title} (checked)", edits, plan.safe))
    return found


def _are_apart(edits: Sequence[Edit]) -> bool:
    ordered = sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))
    return all(one.span.end <= other.span.start for one, other in zip(ordered, ordered[1:], strict=False))
