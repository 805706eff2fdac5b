"""Brackets that do not match: what was forgotten, and where.

Only files with such a slip come here. The tokens leave with brackets that match, so that the grammar sees the rest as
it was meant. Indentation tells which brace was forgotten: items begin at the left margin, and a brace that closes a
body usually stands under the line that opened it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnndsl.diagnostics import Diagnostic, Label, error
from cnndsl.source import Source, Span
from cnndsl.syntax import limits
from cnndsl.syntax.table import END, NEWLINE
from cnndsl.syntax.tokens import CLOSERS, ITEM_WORDS, NEVER_INSIDE, OPENERS, Layout, Token

HEADER_WORDS = frozenset({"BLOCK", "NETWORK", "REPEAT", "FOR", "IF", "RESIDUAL", "DENSE", "WITH"})
OPERANDS = frozenset({"NAME", "INT", "FLOAT", "SIZE", "STRING", "TEMPLATE", "TRUE", "FALSE", "NONE"})
ARMS = frozenset({"ELSE", "SHORTCUT"})
LONGEST_HEADER = 200
SIGNS = {"LPAR": "(", "LSQB": "[", "LBRACE": "{", "RPAR": ")", "RSQB": "]", "RBRACE": "}"}


class Open(NamedTuple):
    """A bracket that waits for its partner, and the indentation of its line."""

    token: Token
    indent: int


class Mended(NamedTuple):
    """Tokens with brackets that match; None where they nest too deep to go on."""

    tokens: list[Token] | None
    findings: list[Diagnostic]


def mend(source: Source, raw: Sequence[Token], start: int, end: int) -> Mended:
    """Add the brackets that are missing, drop those that are too many."""
    mender = Mender(source, raw, start)
    margins = [place for place, token in enumerate(raw) if token.kind in ITEM_WORDS and mender.columns[place] == 0]
    for first, last in zip([0, *margins], [*margins, len(raw)], strict=True):
        if first == last:
            continue
        mender.begin(first, last)
        for place in range(first, last):
            if not mender.take(place):
                return Mended(None, mender.findings)
        mender.finish(end_of_file=last == len(raw))
    return Mended([*mender.layout.tokens, Token(END, "", end, end)], mender.findings)


class Mender:
    """The tokens one by one, the brackets that are open and what was found."""

    def __init__(self, source: Source, raw: Sequence[Token], start: int) -> None:
        self.source = source
        self.raw = raw
        self.layout = Layout(source.text)
        self.opens: list[Open] = []
        self.findings: list[Diagnostic] = []
        self.indents: list[int] = []
        self.columns: list[int] = []
        """Of a token that is first on its line; others have -1."""
        self.surplus = 0
        self.headers: frozenset[int] = frozenset()
        self.excused = False
        self.measure(start)

    def measure(self, line_start: int) -> None:
        """Find the indentation of every line."""
        indent, fresh = 0, True
        for token in self.raw:
            if fresh:
                indent = token.start - line_start
            self.columns.append(indent if fresh else -1)
            self.indents.append(indent)
            fresh = token.kind == NEWLINE
            if fresh:
                line_start = token.end

    def begin(self, first: int, last: int) -> None:
        """Look over an item: how many braces it opens in surplus, and which headers lack theirs."""
        kinds = [self.raw[place].kind for place in range(first, last)]
        self.surplus = kinds.count("LBRACE") - kinds.count("RBRACE")
        self.headers = frozenset()
        if self.surplus + len(self.opens) < 0:
            bare = [
                place
                for place in range(first, last)
                if self.columns[place] >= 0 and kinds[place - first] in HEADER_WORDS
            ]
            ends = [end for end in (self.end_of_bare_header(place) for place in bare) if end is not None]
            self.headers = frozenset(ends[: -self.surplus])
            self.surplus += len(self.headers)

    def end_of_bare_header(self, place: int) -> int | None:
        """Where the header's line ends, if it opens no brace and is no ``network a = b``."""
        depth = 0
        for end in range(place, min(place + LONGEST_HEADER, len(self.raw))):
            kind = self.raw[end].kind
            if kind in ("LPAR", "LSQB"):
                depth += 1
            elif kind in ("RPAR", "RSQB"):
                depth -= 1
            elif kind in ("LBRACE", "RBRACE") or (kind == "ASSIGN" and depth <= 0):
                return None
            elif kind == NEWLINE and depth <= 0:
                return end
        return None

    def take(self, place: int) -> bool:
        """Take the next token; False where the nesting is too deep."""
        token = self.raw[place]
        kind, layout = token.kind, self.layout
        if place in self.headers:
            self.add_brace()
        if kind in ARMS and self.columns[place] >= 0 and self.surplus > 0 and self.opens and not self.after_brace():
            self.surplus -= 1
            self.close(1)
        if layout.inside and self.stands_for_list(token):
            return True
        if layout.inside and (kind in NEVER_INSIDE or (kind == NEWLINE and self.ends_here(place))):
            self.close(self.open_brackets())
        if kind in CLOSERS:
            return self.open(token, self.indents[place])
        if kind == "RBRACE":
            self.right_brace(token, self.columns[place])
        elif kind in OPENERS:
            self.right_bracket(token)
        else:
            layout.put(token)
            self.excused &= kind != NEWLINE or layout.inside
        return True

    def after_brace(self) -> bool:
        """Whether a body was closed just before."""
        before = [token.kind for token in self.layout.tokens[-2:] if token.kind != NEWLINE]
        return before[-1:] == ["RBRACE"]

    def stands_for_list(self, token: Token) -> bool:
        """Take a brace that was written for a square bracket: ``f({1, 2})``."""
        opener = self.opens[-1].token
        if token.kind == "RBRACE" and opener.text == "{":
            self.shut(Token("RSQB", "}", token.start, token.end))
            return True
        if token.kind != "LBRACE" or self.layout.tokens[-1].kind not in ("LPAR", "LSQB", "COMMA", "ASSIGN"):
            return False
        if not self.excused:
            span = Span(self.source, token.start, token.end)
            self.report("expected a value, found `{`", span, "a list stands in square brackets", [], code="E0101")
        self.open(Token("LSQB", "{", token.start, token.end), self.opens[-1].indent)
        return True

    def open(self, token: Token, indent: int) -> bool:
        """Take an opening bracket."""
        if len(self.opens) == limits.NESTING:
            span = Span(self.source, token.start, token.end)
            message = f"brackets nest more than {limits.NESTING} deep"
            self.findings.append(error("E0106", message, span, "the rest is not read"))
            return False
        self.opens.append(Open(token, indent))
        self.layout.put(token)
        self.layout.bracket(token.kind)
        return True

    def shut(self, token: Token) -> None:
        """Take the closing bracket of the innermost opening one."""
        self.opens.pop()
        self.layout.put(token)
        self.layout.bracket(token.kind)

    def open_brackets(self) -> int:
        """How many ( and [ are open since the last brace."""
        count = 0
        while count < len(self.opens) and self.opens[-1 - count].token.kind != "LBRACE":
            count += 1
        return count

    def ends_here(self, place: int) -> bool:
        """Whether a statement ends at this newline although a bracket is open."""
        before = self.layout.tokens[-1].kind
        following = self.raw[place + 1] if place + 1 < len(self.raw) else None
        if following is None or before not in OPERANDS | {"RPAR", "RSQB"} or following.kind not in OPERANDS:
            return False
        return self.columns[place + 1] <= self.opens[-1].indent

    def right_brace(self, token: Token, column: int) -> None:
        """Take a ``}``."""
        while column >= 0 and self.surplus > 0 and self.closes_outer(column):
            self.surplus -= 1
            self.close(1)
        too_far_right = column >= 0 and self.surplus < 0 and bool(self.opens) and self.opens[-1].indent < column
        if self.opens and not too_far_right:
            self.shut(token)
        else:
            self.surplus += 1
            self.drop(token)

    def closes_outer(self, column: int) -> bool:
        """Whether a ``}`` at this column belongs to a brace further out."""
        inner, outer = self.opens[-1:], self.opens[:-1]
        return bool(inner) and inner[0].indent > column and any(one.indent == column for one in outer)

    def right_bracket(self, token: Token) -> None:
        """Take a ``)`` or ``]``."""
        count = self.open_brackets()
        waiting = [one.token.kind for one in self.opens[len(self.opens) - count :]]
        if not waiting:
            self.drop(token)
            return
        wanted = OPENERS[token.kind]
        if wanted in waiting:
            self.close(waiting[::-1].index(wanted))
            self.shut(token)
            return
        opener = self.opens[-1].token
        closer = CLOSERS[opener.kind]
        if not self.excused:
            message = f"`{opener.text}` is closed by `{token.text}`"
            self.report(message, Span(self.source, token.start, token.end), f"write `{SIGNS[closer]}`", [opener])
        self.shut(Token(closer, SIGNS[closer], token.start, token.end))

    def drop(self, token: Token) -> None:
        """Leave out a closing bracket that closes nothing."""
        if not self.excused:
            span = Span(self.source, token.start, token.end)
            self.report(f"`{token.text}` closes nothing", span, f"no `{SIGNS[OPENERS[token.kind]]}` is open here", [])

    def close(self, count: int) -> None:
        """Close the innermost brackets, which were forgotten."""
        if not count:
            return
        end = self.layout.tokens[-1].start if self.layout.tokens[-1].kind == NEWLINE else self.layout.tokens[-1].end
        openers = [one.token for one in self.opens[-count:]]
        closers = "".join(SIGNS[CLOSERS[one.kind]] for one in reversed(openers))
        if not self.excused:
            message = f"`{openers[0].text}` is never closed" if count == 1 else f"{count} brackets are never closed"
            self.report(message, Span(self.source, end, end), f"`{closers}` is missing", openers)
        newline = self.layout.tokens.pop() if self.layout.tokens[-1].kind == NEWLINE else None
        for opener in reversed(openers):
            kind = CLOSERS[opener.kind]
            self.shut(Token(kind, SIGNS[kind], end, end))
        if newline:
            self.layout.put(newline)

    def add_brace(self) -> None:
        """Open the body whose brace was forgotten."""
        before = self.layout.tokens[-1]
        span = Span(self.source, before.end, before.end)
        self.report("expected `{` at the end of this line", span, "a body stands in braces", [], code="E0101")
        self.open(Token("LBRACE", "{", before.end, before.end), 0)

    def report(self, message: str, span: Span, label: str, openers: Sequence[Token], code: str = "E0102") -> None:
        """Note a finding; what follows on the same line is excused."""
        places = [Label(Span(self.source, one.start, one.end), "opened here") for one in openers[-4:]]
        self.findings.append(error(code, message, span, label, tuple(places)))
        self.excused = True

    def finish(self, end_of_file: bool) -> None:
        """Close what an item left open; the brace of a ``with`` around items stays."""
        count = 0
        places = self.layout.openers
        while count < len(places) and (end_of_file or not self.layout.encloses_items(places[-1 - count])):
            count += 1
        self.excused = False
        self.close(count)
        if count:
            end = self.layout.tokens[-1].end
            self.layout.put(Token(NEWLINE, "", end, end))
        self.excused = False
