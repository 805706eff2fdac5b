"""From the findings of rules to warnings: one for each line of the text, with the number of its uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from cnndsl.diagnostics.diagnostic import Diagnostic, Label
from cnndsl.graph import Graph, Step, instances
from cnndsl.lints.allowances import UNUSED, allowed, unused
from cnndsl.lints.registry import find
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.selection import Selection
from cnndsl.lints.subject import Subject
from cnndsl.source import Source, Span
from cnndsl.syntax import tree
from cnndsl.syntax.definitions import definitions
from cnndsl.trace import Value

LARGEST = 20_000
"""Operations of a network that is looked at; the largest that is known has some thousand."""
ALL = 60_000
"""Operations of the networks of a file that are looked at."""
_NAMED = 3


def linted(
    file: tree.File, networks: Mapping[str, Graph], selection: Selection, whole: bool = True
) -> list[Diagnostic]:
    """Warnings of the selected rules at places of this file, sorted by place; the code of each is its rule's name.

    ``whole``: these are all networks of the file, so that something can be said of the file itself.
    """
    sound = _sound(networks)
    applied = {one.definition for graph in sound.values() for one in instances(graph) if one is not graph}
    subjects = {name: Subject(graph, graph.definition in applied) for name, graph in sound.items()}
    uses = Uses(subjects, file.source)
    found: list[Diagnostic] = []
    rules = selection.rules()
    for name in rules:
        rule = find(name)
        met = [(network, one) for network, subject in subjects.items() for one in rule.check(subject)]
        of_file = rule.check_file(file, selection.elsewhere) if whole else ()
        found.extend(_diagnostic(rule, one) for one in (*uses.gathered(rule, met), *of_file))
    own = [one for one in dict.fromkeys(found) if one.span.source is file.source]
    own, needed = allowed(own, file.source)
    if whole and UNUSED in rules:
        own.extend(unused(file.source, needed, rules, _seen(file, sound.values())))
    return sorted(own, key=lambda one: (one.span.start, one.span.end, one.code, one.message))


def _sound(networks: Mapping[str, Graph]) -> dict[str, Graph]:
    """The networks of which all is known, without those that are beyond all measure."""
    found: dict[str, Graph] = {}
    total = 0
    for name, graph in networks.items():
        operations = _operations(graph)
        if operations is not None and operations <= LARGEST and total + operations <= ALL:
            found[name] = graph
            total += operations
    return found


def _operations(graph: Graph) -> int | None:
    """How many operations a network has, its blocks opened; None where a shape is unknown."""
    counts: dict[Graph, int] = {}
    for one in instances(graph):
        if any(node.graph is None and Value(node.name) not in one.shapes for node in one):
            return None
        counts[one] = sum(node.operation is not None if node.graph is None else counts[node.graph] for node in one)
    return counts[graph]


def _seen(file: tree.File, networks: Iterable[Graph]) -> Callable[[str, int], bool]:
    """Whether a rule looked at a place of the file: one of networks looks at no block of which there is none."""
    used = {id(one.definition) for graph in networks for one in instances(graph)}
    unseen = [definition.span for definition in definitions(file.items) if id(definition) not in used]

    def seen(rule: str, place: int) -> bool:
        of_file = type(find(rule)).check_file is not Rule.check_file
        return of_file or not any(span.start <= place < span.end for span in unseen)

    return seen


def _diagnostic(rule: Rule, finding: Finding) -> Diagnostic:
    message, span, label, labels, help, fixes, _, notes = finding
    return Diagnostic(rule.name, "warning", message, span, label, labels, notes, help, fixes)


class Use(NamedTuple):
    """A step of a network."""

    network: str
    step: Step


class Uses:
    """Which steps stand for a line of the text: one in a loop or in a block is used several times."""

    def __init__(self, subjects: Mapping[str, Subject], source: Source) -> None:
        self._source = source
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
            once = {(use.network, use.step.name): (use, finding) for use, finding in found}
            whole = self._whole(line, once)
            places: dict[Span | None, list[tuple[Use, Finding]]] = {}
            for use, finding in once.values():
                place = next((span for span in self._candidates(use.step, finding) if span in whole), None)
                places.setdefault(place, []).append((use, finding))
            for place, here in places.items():
                if place == line or rule.least == "use" or (rule.least == "call" and place is not None):
                    yield self._told(here, place, line)

    def _candidates(self, step: Step, finding: Finding) -> Iterator[Span]:
        """The line and the calls on the way to it, innermost first; where it is another file's, and part of the reason
        is this one's, calls of this one.
        """
        spans = (step.node.span, *(one.span for one in reversed(step.path)))
        mixed = spans[0].source is not self._source and any(one.span.source is self._source for one in finding.labels)
        return (span for span in spans if not mixed or span.source is self._source)

    def _whole(self, line: Span, true: Container[tuple[str, str]]) -> set[Span]:
        """Of all uses of which places it is true: of the line itself, of calls on the way to it."""
        every: Counter[Span] = Counter()
        fit: Counter[Span] = Counter()
        for use in self._of(line):
            spans = {line, *(one.span for one in use.step.path)}
            every.update(spans)
            if (use.network, use.step.name) in true:
                fit.update(spans)
        return {span for span, count in fit.items() if count == every[span]}

    def _told(self, here: list[tuple[Use, Finding]], place: Span | None, line: Span) -> Finding:
        (first, finding), count = here[0], len(here)
        if place == line:
            notes = (f"{count} uses; the first: {self._called(first)}",) if count > 1 else ()
            return finding._replace(notes=finding.notes + notes)
        if place is None:
            notes = (f"in {count} of {len(self._of(line))} uses: {self._named([use for use, _ in here])}",)
            return finding._replace(notes=finding.notes + notes, fixes=())
        inner = Label(finding.span, finding.label or "this step of the block")
        notes = ("of other uses of the block this is not true",)
        return finding._replace(
            span=place, label="", labels=(inner, *finding.labels), notes=finding.notes + notes, fixes=()
        )

    def _of(self, line: Span) -> list[Use]:
        if not self._index:
            for network, subject in self._subjects.items():
                for step in subject.steps:
                    self._index.setdefault(step.node.span, []).append(Use(network, step))
        return self._index[line]

    def _named(self, uses: list[Use]) -> str:
        """The first of some uses; of several networks, these."""
        networks = list(dict.fromkeys(use.network for use in uses))
        names = networks if len(self._subjects) > 1 else [use.step.name for use in uses]
        return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")

    def _called(self, use: Use) -> str:
        return f"{use.network}: {use.step.name}" if len(self._subjects) > 1 else use.step.name
