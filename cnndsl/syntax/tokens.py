"""From text to tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cnndsl.diagnostics import error
from cnndsl.source import Source, Span
from cnndsl.syntax import limits
from cnndsl.syntax.slips import Slip, is_overrun, read_slip
from cnndsl.syntax.table import END, NEWLINE, Table

JOINING = frozenset({"ARROW", "ELSE", "SHORTCUT"})
"""A line that begins with one of these continues the line before."""

ITEM_WORDS = frozenset({"BLOCK", "NETWORK", "IMPORT"})
"""At the left margin they begin an item of the file; only ``with`` may enclose them."""

NEVER_INSIDE = frozenset(
    {
        "LBRACE",
        "RBRACE",
        "ARROW",
        "LET",
        "REPEAT",
        "RESIDUAL",
        "SHORTCUT",
        "DENSE",
        "FROM",
        "SHARED",
        "EXPECT",
        "REQUIRE",
        "WITH",
        "IMPORT",
        "NETWORK",
        "WHEN",
    }
)
"""What cannot stand inside ( ) or [ ]."""

CLOSERS = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
OPENERS = {closer: opener for opener, closer in CLOSERS.items()}


class Token(NamedTuple):
    """A word, number, text or mark at ``start`` to ``end``."""

    kind: str
    text: str
    start: int
    end: int


def scan(
    table: Table, source: Source, start: int, end: int, slips: list[Slip], distrust: bool = False
) -> Iterator[Token]:
    """All tokens but comments and spaces; what is none goes to ``slips``, with the token that was meant in its place.

    ``distrust`` looks into docstrings: one that holds definitions was probably never closed.
    """
    text, count = source.text, 0
    match, words, marks, ignored = table.pattern.match, table.words, table.marks, table.ignored
    position = start
    while position < end:
        begin = position
        matched = match(text, position, end)
        if matched is None or (distrust and matched.lastgroup == "DOC" and is_overrun(matched.group())):
            slip = read_slip(source, position, end)
            slips.append(slip)
            kind, piece, position = slip.kind, slip.text, slip.end
            if len(slips) > limits.FINDINGS:
                slips.append(Slip(END, "", end, None))
                return
        else:
            position = matched.end()
            kind, piece = matched.lastgroup or "", matched.group()
        if kind in ignored:
            continue
        if kind == "NAME":
            kind = words.get(piece, kind)
        elif kind == "MARK":
            kind = marks[piece]
        count += 1
        if count > limits.TOKENS:
            message = f"the file has more than {limits.TOKENS:,} words, marks and line ends"
            finding = error("E0107", message, Span(source, begin, position), "the rest is not read")
            slips.append(Slip(END, "", end, finding))
            return
        yield Token(kind, piece, begin, position)


class Layout:
    """Which newlines count, and whether the brackets match."""

    __slots__ = ("inside", "openers", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.openers: list[int] = []
        self.inside = False

    def put(self, token: Token) -> None:
        """Add a token, or leave out a newline that means nothing."""
        kind, tokens = token.kind, self.tokens
        if kind == NEWLINE:
            if self.inside or (tokens and tokens[-1].kind == NEWLINE):
                return
        elif kind in JOINING and tokens and tokens[-1].kind == NEWLINE:
            tokens.pop()
        tokens.append(token)

    def bracket(self, kind: str) -> None:
        """Note that the token which was put last opens or closes a bracket."""
        if kind in CLOSERS:
            self.openers.append(len(self.tokens) - 1)
            self.inside = kind != "LBRACE"
        else:
            self.openers.pop()
            self.inside = bool(self.openers) and self.tokens[self.openers[-1]].kind != "LBRACE"

    def fits(self, token: Token) -> bool:
        """Whether the token may stand here, as far as brackets go."""
        kind, openers = token.kind, self.openers
        if self.inside and kind in NEVER_INSIDE:
            return False
        if kind in OPENERS:
            return bool(openers) and self.tokens[openers[-1]].kind == OPENERS[kind]
        if kind in CLOSERS:
            return len(openers) < limits.NESTING
        if kind in ITEM_WORDS and openers and (token.start == 0 or self.text[token.start - 1] == "\n"):
            return self.encloses_items(openers[-1])
        return True

    def encloses_items(self, opener: int) -> bool:
        """Whether the brace at ``opener`` is that of a ``with``."""
        place = opener
        while place > 0 and self.tokens[place - 1].kind not in (NEWLINE, "LBRACE"):
            place -= 1
        return self.tokens[place].kind == "WITH"


def tokenize(table: Table, source: Source, start: int, end: int, slips: list[Slip]) -> list[Token] | None:
    """The tokens that the grammar sees, closed by one of kind END; None where the brackets do not match."""
    layout = Layout(source.text)
    put, fits = layout.put, layout.fits
    for token in scan(table, source, start, end, slips):
        if token.kind in NOTED:
            if not fits(token):
                return None
            put(token)
            if token.kind in BRACKETS:
                layout.bracket(token.kind)
        else:
            put(token)
    if layout.openers or any(slip.upsets for slip in slips):
        return None
    return [*layout.tokens, Token(END, "", end, end)]


BRACKETS = frozenset({*CLOSERS, *OPENERS})
NOTED = BRACKETS | ITEM_WORDS | NEVER_INSIDE
