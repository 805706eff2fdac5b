"""Where a token stands that the grammar does not allow."""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.diagnostics import Diagnostic, error
from cnndsl.source import Source, Span
from cnndsl.syntax.table import END, NEWLINE
from cnndsl.syntax.tokens import Token

MISPLACED = "a step stands in a block or a network"
NONE = Token("", "", 0, 0)


class Place(NamedTuple):
    """The tokens of the file, the one in question, where its statement begins, and what would have been allowed."""

    source: Source
    tokens: list[Token]
    at: int
    statement: int
    expected: frozenset[str]
    at_items: bool

    @property
    def token(self) -> Token:
        """The token in question."""
        return self.tokens[self.at]

    @property
    def kind(self) -> str:
        """Its kind."""
        return self.token.kind

    @property
    def previous(self) -> Token:
        """The token before it in the same statement."""
        return self.tokens[self.at - 1] if self.at > self.statement else NONE

    @property
    def following(self) -> Token:
        """The token after it."""
        return self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else NONE

    @property
    def first(self) -> Token:
        """The first token of the statement."""
        return self.tokens[self.statement]

    @property
    def is_first(self) -> bool:
        """Whether it begins the statement."""
        return self.at == self.statement

    @property
    def span(self) -> Span:
        """The place of the token."""
        return self.span_of(self.token)

    @property
    def after_previous(self) -> Span:
        """The place right after the token before."""
        end = self.tokens[self.at - 1].end if self.at else self.token.start
        return Span(self.source, end, end)

    def span_of(self, token: Token) -> Span:
        """The place of any token."""
        return Span(self.source, token.start, token.end)

    def rest(self) -> str:
        """The text from the token to the end of its step."""
        end = self.at
        while self.tokens[end].kind not in (NEWLINE, "ARROW", "LBRACE", "RBRACE", END):
            end += 1
        return self.source.text[self.token.start : self.tokens[end - 1].end]


def slip(place: Place, message: str, *advice: str, before: bool = False) -> Diagnostic:
    """A finding at the token, or at the one before it."""
    return error("E0101", message, place.span_of(place.previous) if before else place.span, help=advice)
