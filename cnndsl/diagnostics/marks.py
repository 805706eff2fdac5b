"""Where spans fall on lines, and the rows of marks that are drawn under a line."""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.diagnostics.excerpt import Excerpt, display_width, visible
from cnndsl.diagnostics.wrapping import ENOUGH, widest, wrapped
from cnndsl.source import Source, Span

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
    """The mark of ``span``; ends of lines do not count."""
    text = span.source.text
    start = min(max(span.start, 0), len(text))
    end = min(max(span.end, start), len(text))
    while end > start and text[end - 1] in "\r\n":
        end -= 1
    (first_line, first), (last_line, last) = _place(span.source, start), _place(span.source, end)
    return Mark(first_line, first, last_line, last, visible(label), primary)


def _place(source: Source, offset: int) -> tuple[int, int]:
    line, column = source.position(offset)
    return line, min(column - 1, len(source.line(line)))


def underline(excerpt: Excerpt, marks: list[Mark], room: int | None) -> tuple[list[Row], list[Mark]]:
    """The rows under a line for the marks that lie on it alone: the signs, then the labels that found no room.

    Rows have at most ``room`` columns; the marks come back whose labels would need more.
    """
    places = [(excerpt.column(one.first), excerpt.column(one.last), one) for one in marks]
    places.sort(key=lambda place: (place[0], place[1], bool(place[2].label)))
    width = max(max(last, first + 1) for first, last, _ in places)
    signs: list[Piece] = [Piece(" ")] * width
    for first, last, one in sorted(places, key=lambda place: place[2].primary):
        signs[first : max(last, first + 1)] = [Piece(one.sign, one.style)] * max(last - first, 1)
    first, last, final = places[-1]
    lines = beside(final.label, width + 1, room)
    if lines and all(end <= first or (start, end) == (first, last) for start, end, _ in places[:-1]):
        places.pop()
        signs.append(Piece(" " + lines[0], final.style))
    else:
        lines = []
    hanging, unsaid = _arranged([(first, one) for first, _, one in places if one.label], room)
    beside_bars = [_at(width + 1, Piece(line, final.style), _bars(hanging)) for line in lines[1:]]
    below = _hang(hanging)
    return [signs, *beside_bars, *(below[1:] if beside_bars else below)], unsaid


def hung(label: str, column: int, least: int, room: int | None) -> tuple[int, list[str]]:
    """The column where the lines of ``label`` begin, from ``least`` on, and the lines: below ``column`` if they can."""
    if room is None:
        return column, [label]
    needed = display_width(label)
    start = max(least, min(column, room - (needed if needed <= room - least else ENOUGH)))
    return start, wrapped(label, room - start)


def beside(label: str, column: int, room: int | None) -> list[str]:
    """The lines of a label to the right of what it labels; none where it would have too little room there."""
    if not label:
        return []
    lines = wrapped(label, None if room is None else room - column)
    fits = room is None or (widest(lines) <= room - column and (len(lines) == 1 or room - column >= ENOUGH))
    return lines if fits else []


class _Hanging(NamedTuple):
    """A label under its mark: ``column`` is that of the bar, ``start`` that of the lines."""

    column: int
    start: int
    lines: list[str]
    style: Style


def _arranged(places: list[tuple[int, Mark]], room: int | None) -> tuple[list[_Hanging], list[Mark]]:
    """The labels that can hang, and the marks of those that have too little room beside the bars of others."""
    hanging: list[_Hanging] = []
    unsaid: list[Mark] = []
    for column, one in places:
        least = max((min(other.column + 2, column) for other in hanging if other.column < column), default=0)
        start, lines = hung(one.label, column, least, room)
        narrow = room is not None and (widest(lines) > room - start or (len(lines) > 1 and room - least < ENOUGH))
        if least and narrow:
            unsaid.append(one)
        else:
            hanging.append(_Hanging(column, start, lines, one.style))
    return hanging, unsaid


def _hang(hanging: list[_Hanging]) -> list[Row]:
    rows = [_bars(hanging)] if hanging else []
    for index in range(len(hanging) - 1, -1, -1):
        one = hanging[index]
        bars = _bars([left for left in hanging[:index] if left.column < one.column])
        rows += [_at(one.start, Piece(line, one.style), bars) for line in one.lines]
    return rows


def _at(column: int, piece: Piece, before: Row) -> Row:
    done = sum(len(piece.text) for piece in before)
    return [*before, Piece(" " * (column - done)), piece]


def _bars(hanging: list[_Hanging]) -> Row:
    row: Row = []
    width = 0
    for one in hanging:
        if one.column >= width:
            row += [Piece(" " * (one.column - width)), Piece("|", one.style)]
            width = one.column + 1
    return row
