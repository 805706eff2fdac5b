"""Lines to the left of the source that join the first and the last line of a mark; a column for each."""

from __future__ import annotations

from cnndsl.diagnostics.excerpt import Excerpt
from cnndsl.diagnostics.marks import Mark, Piece, Row, beside, hung


class Arcs:
    """The marks that run over several lines, the outermost first."""

    def __init__(self, marks: list[Mark]) -> None:
        self.marks = sorted(marks, key=lambda one: (one.first_line, -one.last_line))
        self.width = 2 * len(marks)

    def beside(self, line: int) -> Row:
        """What stands to the left of line ``line`` of the source."""
        return self._row(["/" if line == one.first_line else _bar(one, line) for one in self.marks])

    def below(self, line: int) -> Row:
        """What stands to the left of the marks under that line."""
        return self._row([_bar(one, line) for one in self.marks])

    def closing(self, one: Mark, excerpt: Excerpt, room: int | None) -> list[Row]:
        """The rows that end the arc of ``one`` under its last character, and its label beside or below."""
        index = self.marks.index(one)
        outer = self._row([_bar(other, one.last_line) for other in self.marks[:index]])
        column = 2 * (len(self.marks) - index) + max(excerpt.column(one.last) - 1, 0)
        rows = [[*outer, Piece("|" + "_" * (column - 1) + one.sign, one.style)]]
        if not one.label:
            return rows
        left = None if room is None else room - 2 * index
        lines = beside(one.label, column + 2, left)
        if lines:
            rows[0].append(Piece(" " + lines[0], one.style))
            start = column + 2
        else:
            start, lines = hung(one.label, column, 0, left)
            rows.append([*outer, Piece(" " * start), Piece(lines[0], one.style)])
        rows += [[*outer, Piece(" " * start), Piece(line, one.style)] for line in lines[1:]]
        return rows

    def _row(self, characters: list[str]) -> Row:
        return [Piece(character + " ", one.style) for character, one in zip(characters, self.marks, strict=False)]


def _bar(one: Mark, line: int) -> str:
    return "|" if one.first_line <= line <= one.last_line else " "
