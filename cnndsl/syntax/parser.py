"""From text to tree, with findings; never raises."""

from __future__ import annotations

from cnndsl.diagnostics import Diagnostic, error
from cnndsl.source import Source, Span
from cnndsl.syntax import tree
from cnndsl.syntax.automaton import Machine
from cnndsl.syntax.builder import Builder
from cnndsl.syntax.table import load_table
from cnndsl.syntax.tokens import tokenize


def parse(source: Source) -> tuple[tree.File, list[Diagnostic]]:
    """What could be read of a file, and what could not."""
    findings: list[Diagnostic] = []
    start = 1 if source.text.startswith("\ufeff") else 0
    result = run(source, "file", start, len(source.text), findings)
    if not isinstance(result, tree.File):
        result = tree.File(source, None, ())
    return result, findings


def parse_expression(source: Source, start: int, end: int, findings: list[Diagnostic]) -> tree.Expression | None:
    """The expression that stands in a piece of a file."""
    expression: tree.Expression | None = run(source, "expression", start, end, findings)
    return expression


def run(source: Source, start_rule: str, start: int, end: int, findings: list[Diagnostic]) -> object:
    table = load_table()
    machine = Machine(table, start_rule, Builder(source, findings))
    for token in tokenize(table, source.text, start, end):
        if not machine.feed(token):
            findings.append(error("E0101", f"`{token.text}` is not expected here", Span(source, token.start, token.end)))
            return None
    return machine.result
