"""From the findings of rules to warnings: one for each line of the text, with the number of its uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from cnndsl.diagnostics.diagnostic import Diagnostic, Label
from cnndsl.graph import Graph, Step
from cnndsl.lints.registry import find
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.selection import Selection
from cnndsl.lints.subject import Subject
from cnndsl.source import Span
from cnndsl.syntax import tree

_NAMED = 3


def linted(file: tree.File, networks: Mapping[str, Graph], selection: Selection) -> list[Diagnostic]:
    """Warnings of the selected rules at places of this file, sorted by place; the code of each is its rule's name."""
    subjects = {name: Subject(graph) for name, graph in networks.items()}
    uses = Uses(subjects)
    found: list[Diagnostic] = []
    for name in selection.rules():
        rule = find(name)
        met = [(network, one) for network, subject in subjects.items() for one in rule.check(subject)]
        found.extend(_diagnostic(rule, one) for one in (*uses.gathered(rule, met), *rule.check_file(file, networks)))
    own = {one for one in found if one.span.source is file.source}
    return sorted(own, key=lambda one: (one.span.start, one.span.end, one.code, one.message))


def _diagnostic(rule: Rule, finding: Finding) -> Diagnostic:
    message, span, label, labels, help, fixes, _, notes = finding
    return Diagnostic(rule.name, "warning", message, span, label, labels, notes, help, fixes)


class Use(NamedTuple):
    """A step of a network."""

    network: str
    step: Step


class Uses:
    """Which steps stand for a line of the text: one in a loop or in a block is used several times."""

    def __init__(self, subjects: Mapping[str, Subject]) -> None:
        self._subjects = subjects
        self._index: dict[Span, list[Use]] = {}

    def gathered(self, rule: Rule, met: Iterable[tuple[str, Finding]]) -> Iterator[Finding]:
        """One finding for each place.

        The place is the line of the step where the finding is true of all its uses, else the innermost call of a block
        of which that can be said, else the line again, with the uses of which it is true.
        """
        lines: dict[Span, list[tuple[Use, Finding]]] = {}
        for network, finding in met:
            if finding.step is None:
                yield finding
            else:
                lines.setdefault(finding.step.node.span, []).append((Use(network, finding.step), finding))
        for line, found in lines.items():
            true = {(use.network, use.step.name) for use, _ in found}
            places: dict[Span | None, list[tuple[Use, Finding]]] = {}
            for use, finding in found:
                places.setdefault(self._place(line, use.step, true), []).append((use, finding))
            for place, here in places.items():
                if place is not None or not rule.everywhere:
                    yield self._told(here, place, line)

    def _place(self, line: Span, step: Step, true: set[tuple[str, str]]) -> Span | None:
        every = self._of(line)
        if len(every) == len(true):
            return line
        for call in reversed(step.path):
            inside = [use for use in every if any(one.span == call.span for one in use.step.path)]
            if all((use.network, use.step.name) in true for use in inside):
                return call.span
        return None

    def _told(self, here: list[tuple[Use, Finding]], place: Span | None, line: Span) -> Finding:
        (first, finding), count = here[0], len(here)
        if place == line:
            notes = (f"{count} uses; the first: {self._called(first)}",) if count > 1 else ()
            return finding._replace(notes=finding.notes + notes)
        named = ", ".join(self._called(use) for use, _ in here[:_NAMED]) + (", ..." if count > _NAMED else "")
        if place is None:
            notes = (f"in {count} of {len(self._of(line))} uses: {named}",)
            return finding._replace(notes=finding.notes + notes, fixes=())
        inner = Label(finding.span, finding.label or "this step of the block")
        notes = (f"here: {named}; elsewhere this is not so",)
        return finding._replace(
            span=place, label="", labels=(inner, *finding.labels), notes=finding.notes + notes, fixes=()
        )

    def _of(self, line: Span) -> list[Use]:
        if not self._index:
            for network, subject in self._subjects.items():
                for step in subject.steps:
                    self._index.setdefault(step.node.span, []).append(Use(network, step))
        return self._index[line]

    def _called(self, use: Use) -> str:
        return f"{use.network}: {use.step.name}" if len(self._subjects) > 1 else use.step.name
