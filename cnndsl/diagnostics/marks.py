"""Where spans fall on lines, and the rows of marks that are drawn under a line."""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.diagnostics.excerpt import Excerpt, visible
from cnndsl.source import Span

Style = str
"""What a piece of text is: ``primary``, ``secondary``, ``gutter``, ``add``, ``remove``, ``bold`` or plain."""


class Piece(NamedTuple):
    """Text in one style."""

    text: str
    style: Style = ""


Row = list[Piece]


class Mark(NamedTuple):
    """A labelled span by lines (from 1) and characters (from 0)."""

    first_line: int
    first: int
    last_line: int
    last: int
    label: str
    primary: bool

    @property
    def style(self) -> Style:
        """How it is drawn."""
        return "primary" if self.primary else "secondary"

    @property
    def sign(self) -> str:
        """What underlines it."""
        return "^" if self.primary else "-"


def mark(span: Span, label: str, primary: bool) -> Mark:
    """The mark of ``span``; a line end at its end does not count."""
    text = span.source.text
    start = min(max(span.start, 0), len(text))
    end = min(max(span.end, start), len(text))
    while end > start and text[end - 1] in "\r\n":
        end -= 1
    first_line, first = span.source.position(start)
    last_line, last = span.source.position(end)
    return Mark(first_line, first - 1, last_line, last - 1, visible(label), primary)


def underline(excerpt: Excerpt, marks: list[Mark]) -> list[Row]:
    """The rows under a line for the marks that lie on it alone: the signs, then the labels that found no room."""
    places = [(excerpt.column(one.first), excerpt.column(one.last), one) for one in marks]
    places.sort(key=lambda place: (place[0], place[1], bool(place[2].label)))
    width = max(max(last, first + 1) for first, last, _ in places)
    signs: list[Piece] = [Piece(" ")] * width
    for first, last, one in sorted(places, key=lambda place: place[2].primary):
        signs[first : max(last, first + 1)] = [Piece(one.sign, one.style)] * max(last - first, 1)
    first, last, final = places[-1]
    beside = all(end <= first or (start, end) == (first, last) for start, end, _ in places[:-1])
    if beside and final.label:
        signs.append(Piece(" " + final.label, final.style))
        places.pop()
    hanging = [(first, one) for first, _, one in places if one.label]
    return [signs, *_hang(hanging)]


def _hang(hanging: list[tuple[int, Mark]]) -> list[Row]:
    rows: list[Row] = []
    if hanging:
        rows.append(_bars(hanging))
    while hanging:
        column, one = hanging.pop()
        row = _bars([left for left in hanging if left[0] < column])
        done = sum(len(piece.text) for piece in row)
        rows.append([*row, Piece(" " * (column - done)), Piece(one.label, one.style)])
    return rows


def _bars(hanging: list[tuple[int, Mark]]) -> Row:
    row: Row = []
    width = 0
    for column, one in hanging:
        if column >= width:
            row += [Piece(" " * (column - width)), Piece("|", one.style)]
            width = column + 1
    return row
