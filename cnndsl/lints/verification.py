"""Fixes of warnings, each compiled before it is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cnndsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from cnndsl.graph import Graph

TRIED = 6
"""Fixes that are compiled for a file; later ones are not offered."""


LONGEST = 50_000
"""Characters of a file whose fixes are compiled; the longest network that is known has some thousand."""
_TRIED = " (checked)"


class Outcome(NamedTuple):
    """What a check finds in another text of the file: its networks, and its errors or else its warnings."""

    networks: Mapping[str, Graph]
    findings: Sequence[Diagnostic]


Recheck = Callable[[str], Outcome]


def verified(findings: Sequence[Diagnostic], networks: Mapping[str, Graph], recheck: Recheck) -> list[Diagnostic]:
    """The warnings of a file without errors, with those of their fixes that leave no error and no more warnings.

    A fix is safe where the rule says so and all networks keep their weights, names and all, and their results. Help
    that says the same as a fix is left out.
    """
    if any(len(one.span.source.text) > LONGEST for one in findings[:1]):
        return [one._replace(fixes=()) for one in findings]
    before = Counter(one.code for one in findings)
    tried = 0
    checked: list[Diagnostic] = []
    for one in findings:
        kept: list[Fix] = []
        for fix in one.fixes:
            tried += 1
            after = recheck(edited(one.span.source.text, fix.edits)) if tried <= TRIED else None
            if after is not None and _is_better(before, one.code, after.findings):
                safe = fix.safe and _same(networks, after.networks)
                kept.append(fix._replace(title=fix.title + _TRIED, safe=safe))
        help = tuple(line for line in one.help if line not in {fix.title.removesuffix(_TRIED) for fix in kept})
        checked.append(one._replace(fixes=tuple(kept), help=help))
    return checked


def edited(text: str, edits: Sequence[Edit]) -> str:
    """``text`` with edits that do not overlap."""
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def _is_better(before: Counter[str], code: str, after: Sequence[Diagnostic]) -> bool:
    if any(one.severity == "error" for one in after):
        return False
    counts = Counter(one.code for one in after)
    return counts[code] < before[code] and counts.total() <= before.total()


def _same(before: Mapping[str, Graph], after: Mapping[str, Graph]) -> bool:
    return list(before) == list(after) and all(
        list(weights(graph)) == list(weights(after[name])) and _results(graph) == _results(after[name])
        for name, graph in before.items()
    )


def _results(graph: Graph) -> list[tuple[object, ...]]:
    return [(one.name, one.training, graph.shapes.get(one.value)) for one in graph.outputs]


def weights(graph: Graph, prefix: str = "") -> Iterator[tuple[str, tuple[int, ...]]]:
    """The names and sizes of all weights, in the order of the text; those of a shared instance each time."""
    for node in graph:
        path = f"{prefix}{node.module}."
        if node.graph is not None:
            yield from weights(node.graph, path if node.module is not None else prefix)
        elif node.operation is not None:
            for weight in node.operation.weights(*(graph.operand_shapes(node) or ())):
                yield path + weight.name, weight.sizes
