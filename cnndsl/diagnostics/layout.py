"""The columns of a finding: the margin with the numbers of lines, and what is left to its right."""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.diagnostics.excerpt import LONGEST
from cnndsl.diagnostics.marks import Piece, Row, Style
from cnndsl.diagnostics.wrapping import wrapped

_INDENT = 4
"""Where a text goes on whose beginning stands too far to the right."""

_LEAST = 20
"""Columns of source that are shown in any case."""


class Layout(NamedTuple):
    """``margin`` columns for numbers of lines; ``width`` is that of the whole, None where it has none."""

    margin: int
    width: int | None
    taken: int = 0
    """Columns between the margin and the source."""

    @property
    def room(self) -> int | None:
        """Columns for source and what is said under it."""
        return None if self.width is None else max(self.width - self.margin - 3 - self.taken, _LEAST)

    @property
    def longest(self) -> int:
        """Columns of a line of source; one is left for the mark of its end."""
        return LONGEST if self.room is None else self.room - 1

    @property
    def gutter(self) -> Piece:
        """The margin of a row that is no line of the source."""
        return Piece(" " * (self.margin + 1) + "| ", "gutter")

    def number(self, line: int) -> Piece:
        """The margin of a line of the source."""
        return Piece(f"{line:>{self.margin}} | ", "gutter")

    def beside(self, columns: int) -> Layout:
        """What is left beside so many columns that are taken."""
        return self._replace(taken=columns)

    def title(self, name: str, text: str, style: Style = "primary") -> list[Row]:
        """``name: text``, what goes on indented."""
        lead = len(name) + 2
        hang = lead if self.width is None or lead <= self.width // 3 else _INDENT
        first, *others = self._wrapped(text, hang, lead)
        rest = "" if style == "bold" else "bold"
        begin = [Piece(name, style), Piece(f": {first}", rest)]
        return [begin, *([Piece(" " * hang), Piece(line, rest)] for line in others)]

    def remark(self, lead: str, text: str) -> list[Row]:
        """``= note: text`` below the source, what goes on indented."""
        margin = " " * (self.margin + 1)
        first, *others = self._wrapped(text, self.margin + 3 + len(lead), None)
        begin = [Piece(f"{margin}= ", "gutter"), Piece(lead + first)]
        return [begin, *([Piece(f"{margin}  {' ' * len(lead)}{line}")] for line in others)]

    def _wrapped(self, text: str, hang: int, lead: int | None) -> list[str]:
        if self.width is None:
            return [text]
        return wrapped(text, self.width - hang, None if lead is None else self.width - lead)
