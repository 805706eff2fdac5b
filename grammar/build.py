"""Write `cnn.table`, the LALR table of `cnn.lark`: `python -m cnndsl.grammar.build`.

The table is what the parser reads at start: plain JSON, the same bytes from every lark that is allowed. So a compiler
run costs neither the import of lark nor the construction of the automaton, and nothing is unpickled.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lark import Lark, logger
from lark.grammar import Rule, Terminal
from lark.lexer import PatternStr

GRAMMAR = Path(__file__).with_name("cnn.lark")
TABLE = Path(__file__).with_name("cnn.table")
STARTS = ["file", "expression"]


class Conflicts(logging.Handler):
    """Keeps what lark logs about conflicts, which it would resolve silently."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message if it tells of a conflict."""
        message = record.getMessage()
        if "conflict" in message.lower():
            self.found.append(message)


def load_grammar() -> Lark:
    """The grammar as lark reads it; ValueError where it is not LALR(1)."""
    conflicts, level = Conflicts(), logger.level
    logger.addHandler(conflicts)
    logger.setLevel(logging.DEBUG)
    try:
        grammar = Lark(GRAMMAR.read_text("utf-8"), parser="lalr", lexer="basic", start=STARTS, debug=True)
    finally:
        logger.setLevel(level)
        logger.removeHandler(conflicts)
    if conflicts.found:
        raise ValueError("\n".join(conflicts.found))
    return grammar


def build() -> str:
    """The text of the table."""
    grammar = load_grammar()
    table = {**lexical_part(grammar), **syntactic_part(grammar)}
    lines = []
    for name, value in table.items():
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in value)
            lines.append(f"{json.dumps(name)}: [\n{rows}\n]")
        else:
            lines.append(f"{json.dumps(name)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def lexical_part(grammar: Lark) -> dict[str, Any]:
    """One regular expression for all tokens; words and punctuation are looked up by their text."""
    patterns, words, marks = [], {}, {}
    ordered = sorted(grammar.terminals, key=lambda one: (-one.priority, -one.pattern.max_width, one.name))
    for terminal in ordered:
        if not isinstance(terminal.pattern, PatternStr):
            patterns.append(f"(?P<{terminal.name}>{terminal.pattern.to_regexp()})")
        elif terminal.pattern.value.isalpha():
            words[terminal.pattern.value] = terminal.name
        else:
            marks[terminal.pattern.value] = terminal.name
    longest_first = sorted(marks, key=lambda mark: (-len(mark), mark))
    escaped = "|".join("".join("\\" + letter for letter in mark) for mark in longest_first)
    return {
        "pattern": "|".join([*patterns, f"(?P<MARK>{escaped})"]),
        "words": dict(sorted(words.items())),
        "marks": dict(sorted(marks.items())),
        "ignored": sorted(grammar.ignore_tokens),
    }


def syntactic_part(grammar: Lark) -> dict[str, Any]:
    """Rules and states, numbered in the order in which they are met from the start states."""
    automaton = grammar.parser.parser._parse_table
    rules: dict[Rule, int] = {}
    queue = [automaton.start_states[start] for start in STARTS]
    numbers = {state: number for number, state in enumerate(queue)}
    for state in queue:
        for _, (_, target) in sorted(automaton.states[state].items(), key=lambda entry: str(entry[0])):
            if isinstance(target, Rule):
                rules.setdefault(target, len(rules))
            elif target not in numbers:
                numbers[target] = len(numbers)
                queue.append(target)
    states = []
    for state in queue:
        row = {}
        for symbol, (_, target) in sorted(automaton.states[state].items(), key=lambda entry: str(entry[0])):
            row[str(symbol)] = ~rules[target] if isinstance(target, Rule) else numbers[target]
        states.append(row)
    return {
        "starts": {start: numbers[automaton.start_states[start]] for start in STARTS},
        "ends": {start: numbers[automaton.end_states[start]] for start in STARTS},
        "rules": [describe(rule) for rule in rules],
        "states": states,
    }


def describe(rule: Rule) -> list[Any]:
    """Origin, length, name of the action (none: the only child itself), children to pick, which of them to splice."""
    picks = list(picked(rule))
    splices = [place for place in picks if place is not None and rule.expansion[place].name.startswith("_")]
    origin = rule.origin.name
    action: str | None = rule.alias or origin
    if origin.startswith("_"):
        action = "[]"
    elif rule.options.expand1 and not rule.alias and len(picks) == 1:
        action = None
    return [origin, len(rule.expansion), action, picks, splices]


def picked(rule: Rule) -> Iterator[int | None]:
    """Places of the children that an action sees; None where an optional one is absent."""
    keep_all = rule.options.keep_all_tokens
    place = 0
    for empty in rule.options.empty_indices or [False] * len(rule.expansion):
        if empty:
            yield None
            continue
        symbol = rule.expansion[place]
        if keep_all or not (isinstance(symbol, Terminal) and symbol.filter_out):
            yield place
        place += 1


if __name__ == "__main__":
    TABLE.write_text(build(), "utf-8")
