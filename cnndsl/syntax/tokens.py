"""From text to tokens."""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.syntax.table import END, Table

NEWLINE = "_NEWLINE"
JOINING = frozenset({"ARROW", "ELSE", "SHORTCUT"})


class Token(NamedTuple):
    """A word, number, text or mark at ``start`` to ``end``."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(table: Table, text: str, start: int, end: int) -> list[Token]:
    """The tokens of a piece of text, without those that mean nothing, closed by one of kind END."""
    match, words, marks, ignored = table.pattern.match, table.words, table.marks, table.ignored
    found: list[Token] = []
    brackets: list[str] = []
    position = start
    while position < end:
        matched = match(text, position, end)
        if matched is None:
            position += 1
            continue
        begin, position = position, matched.end()
        kind = matched.lastgroup or ""
        if kind in ignored:
            continue
        piece = matched.group()
        if kind == "NAME":
            kind = words.get(piece, kind)
        elif kind == "MARK":
            kind = marks[piece]
            if piece in "([{":
                brackets.append(piece)
            elif piece in ")]}" and brackets:
                brackets.pop()
        if kind == NEWLINE:
            if (brackets and brackets[-1] != "{") or (found and found[-1].kind == NEWLINE):
                continue
        elif kind in JOINING and found and found[-1].kind == NEWLINE:
            found.pop()
        found.append(Token(kind, piece, begin, position))
    found.append(Token(END, "", end, end))
    return found
