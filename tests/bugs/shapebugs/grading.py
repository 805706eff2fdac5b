"""What the compiler says to a bug, held against what the corpus knows of it: six criteria.

one      exactly one error (of a silent bug, and of one that only a batch of one has: no error, and the rule fires)
family   it is of the right family (``families``)
fault    a layer at fault is labelled, by the primary or a secondary label
numbers  both conflicting numbers are told: in the message, the labels or the notes, not in the lines that are quoted
fix      one of the offered edits, applied, leaves no error
fixed    the version that the corpus gives as right has no error, and the rule of a silent bug does not fire

A criterion that has no meaning for a bug is None: the family of a category that is not known, numbers where none
disagree, and of a silent bug the fix, which a rule need not offer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from cnndsl.compiler import check
from cnndsl.diagnostics.diagnostic import Diagnostic, Fix
from cnndsl.lints import Selection
from cnndsl.source import Source
from shapebugs.bug import Bug, Untranslatable
from shapebugs.conflicts import conflicts
from shapebugs.families import family, remarked
from shapebugs.mending import mended
from shapebugs.program import PROMISE, Program, translate

CRITERIA = ("one", "family", "fault", "numbers", "fix", "fixed")


class Grade(NamedTuple):
    """A bug, what holds of each criterion (None: not asked), and why not; ``others`` are warnings of the fixed one."""

    bug: Bug
    holds: dict[str, bool | None]
    findings: tuple[Diagnostic, ...]
    remarks: dict[str, bool]
    others: tuple[str, ...]
    untranslatable: str | None = None

    @property
    def passed(self) -> bool:
        """Whether all that is asked holds."""
        return self.untranslatable is None and False not in self.holds.values()


def grade(bug: Bug) -> Grade:
    """One bug, graded."""
    try:
        program, fixed = translate(bug), translate(mended(bug))
    except Untranslatable as reason:
        return Grade(bug, dict.fromkeys(CRITERIA, False), (), {}, (), str(reason))
    wanted = family(bug.category)
    findings, after = _findings(program.text), _findings(fixed.text)
    errors = [one for one in findings if one.severity == "error"]
    told = errors or [one for one in findings if one.code in wanted]
    numbers = conflicts(bug)
    silent = bug.kind == "silent" or bool(bug.facts.get("needs_training_mode"))
    rules = {one.code for one in findings} | {one.code for one in after}
    holds = {
        "one": len(told) == 1 and bool(errors) != (silent and not _is_error(wanted)),
        "family": bool(told) and all(one.code in wanted for one in told) if wanted else None,
        "fault": any(_labels(told, program, name) for name in _places(bug)),
        "numbers": any(all(choice & _told(told) for choice in one) for one in numbers) if numbers else None,
        "fix": any(_mends(fix, program, wanted if silent else frozenset()) for one in told for fix in one.fixes),
        "fixed": not any(one.severity == "error" or (silent and one.code in wanted) for one in after),
    }
    if silent and not any(one.fixes for one in told):
        holds["fix"] = None
    remarks = {remark: bool(remarked(remark) & rules) for remark in bug.facts["also_should_report"]}
    return Grade(bug, holds, tuple(findings), remarks, tuple(one.code for one in after if one.severity != "error"))


def _findings(text: str, fixes: bool = True) -> list[Diagnostic]:
    source = Source("bug.cnn", text)
    found = check(source, lambda name, importer: None, lint=Selection(), fixes=fixes).findings
    return [one for one in found if one.severity != "note"]


def _is_error(wanted: Iterable[str]) -> bool:
    """Whether the language has only errors for a family: what PyTorch lets pass, it does not."""
    return all(re.fullmatch(r"E\d{4}", code) for code in wanted)


def _places(bug: Bug) -> tuple[str, ...]:
    """The layers at fault; ``output`` is the promise where no layer is called so."""
    return tuple(PROMISE if name == "output" and bug.layer(name) is None else name for name in bug.faults)


def _labels(told: Iterable[Diagnostic], program: Program, name: str) -> bool:
    """Whether a label lies in what is written for a layer; one that holds all of it (a whole join's) is none of it."""
    if name not in program.places:
        return False
    start, end = program.places[name]
    spans = [span for one in told for span in (one.span, *(label.span for label in one.labels))]
    return any(start <= span.start and span.end <= end for span in spans)


def _told(told: Iterable[Diagnostic]) -> frozenset[int]:
    """The numbers in the words of the findings; 5_184 and 5,184 are one."""
    words = " ".join(
        text for one in told for text in (one.message, one.label, *(label.message for label in one.labels), *one.notes)
    )
    return frozenset(int(number) for number in re.findall(r"\d+", re.sub(r"(?<=\d)[,_](?=\d{3})", "", words)))


def _mends(fix: Fix, program: Program, rules: frozenset[str]) -> bool:
    after = _findings(applied(program.text, fix), fixes=False)
    return not any(one.severity == "error" or one.code in rules for one in after)


def applied(text: str, fix: Fix) -> str:
    """``text`` with the edits of a fix."""
    for edit in sorted(fix.edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text
