"""Lines to the left of the source that join the first and the last line of a mark; a column for each."""

from __future__ import annotations

from cnndsl.diagnostics.excerpt import Excerpt
from cnndsl.diagnostics.marks import Mark, Piece, Row


class Arcs:
    """The marks that run over several lines, the outermost first."""

    def __init__(self, marks: list[Mark]) -> None:
        self.marks = sorted(marks, key=lambda one: (one.first_line, -one.last_line))

    def beside(self, line: int) -> Row:
        """What stands to the left of line ``line`` of the source."""
        return self._row(["/" if line == one.first_line else _bar(one, line) for one in self.marks])

    def below(self, line: int) -> Row:
        """What stands to the left of the marks under that line."""
        return self._row([_bar(one, line) for one in self.marks])

    def closing(self, one: Mark, excerpt: Excerpt) -> Row:
        """The row that ends the arc of ``one`` under its last character."""
        index = self.marks.index(one)
        row = self._row([_bar(other, one.last_line) for other in self.marks[:index]])
        column = 2 * (len(self.marks) - index) + max(excerpt.column(one.last) - 1, 0)
        row.append(Piece("|" + "_" * (column - 1) + one.sign, one.style))
        if one.label:
            row.append(Piece(" " + one.label, one.style))
        return row

    def _row(self, characters: list[str]) -> Row:
        return [Piece(character + " ", one.style) for character, one in zip(characters, self.marks, strict=False)]


def _bar(one: Mark, line: int) -> str:
    return "|" if one.first_line <= line <= one.last_line else " "
