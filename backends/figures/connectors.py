"""The arrows between volumes: straight ones, branches, arcs over others, from row to row and from level to level."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from cnndsl.backends.figures.flow import Read, Volume
from cnndsl.backends.figures.pen import Pen, leading
from cnndsl.backends.figures.placing import SIZE, Layout
from cnndsl.backends.figures.solids import Point

_OFF = 1.5
_TURN = 4.5
_BESIDE = 4.0
_AISLE = 6.0


def connect(pen: Pen, volumes: Sequence[Volume], layout: Layout) -> None:
    """Draw all arrows."""
    for index, one in enumerate(volumes):
        for read in one.reads:
            if layout.arrangement.is_u:
                _in_u(pen, volumes, layout, read, index)
            else:
                pen.arrow(_way(pen, layout, read.source, index), dashed=one.training)
                _note(pen, layout, read, index)


def _half(pen: Pen, layout: Layout, index: int) -> float:
    """From the middle of a volume to its end along the flow."""
    body = layout.cells[index].body
    return (body.height if pen.down else body.width) / 2


def _way(pen: Pen, layout: Layout, start: int, end: int) -> list[Point]:
    """The corners of the arrow between two volumes."""
    ranks, lanes = layout.arrangement.ranks, layout.arrangement.lanes
    here, there = layout.rooms[ranks[start]], layout.rooms[ranks[end]]
    (a, c), (b, d) = layout.places[start], layout.places[end]
    leave = (a + _half(pen, layout, start) + _OFF, c)
    arrive = (b - _half(pen, layout, end) - _OFF, d)
    if (start, end) in layout.tracks:
        return _over(pen, layout, start, end)
    if here.row != there.row:
        middle = _between_rows(layout, here.row)
        return [leave, (here.end, c), (here.end, middle), (0.0, middle), (0.0, d), arrive]
    if lanes[start] == lanes[end]:
        return [leave, arrive]
    turn = here.end - _TURN if lanes[end] != 0 else there.start + _TURN
    return [leave, (turn, c), (turn, d), arrive]


def _over(pen: Pen, layout: Layout, start: int, end: int) -> list[Point]:
    """Up in the gap behind one volume, over the others, and down into the sign or the front of the other."""
    (a, c), (b, d) = layout.places[start], layout.places[end]
    ranks, lanes = layout.arrangement.ranks, layout.arrangement.lanes
    band = lanes[end] if layout.arrangement.is_u else layout.rooms[ranks[end]].row
    height = layout.axes[band] + layout.tracks[start, end]
    edge = a + _half(pen, layout, start) + _OFF
    leave = max(edge + _TURN, a + layout.cells[start].along / 2 + _OFF)
    rise = [(edge, c), (leave, c), (leave, height)]
    if not layout.arrangement.is_u and layout.rooms[ranks[start]].row != band:
        rise = [(0.0, height)]  # from the arrow that comes from the row before
    body = layout.cells[end].body
    if body.round:
        return [*rise, (b, height), (b, d + body.height / 2 + _OFF)]
    arrive = b - _half(pen, layout, end)
    fall = b - max(_half(pen, layout, end) + 2 * _TURN, layout.cells[end].along / 2 + _OFF)
    return [*rise, (fall, height), (fall, d + 6), (arrive - _OFF, d + 6)]


def _between_rows(layout: Layout, row: int) -> float:
    """Across the flow, halfway from what hangs below a row to what stands above the next."""
    over = [
        height
        for (_, end), height in layout.tracks.items()
        if layout.rooms[layout.arrangement.ranks[end]].row == row + 1
    ]
    top = max([*(room.up for room in layout.rooms if room.row == row + 1), *over])
    return layout.axes[row + 1] + top + _AISLE


def _note(pen: Pen, layout: Layout, read: Read, end: int) -> None:
    """``crop`` above an arc."""
    if read.note and (read.source, end) in layout.tracks:
        _above(pen, _over(pen, layout, read.source, end), read.note)


def _above(pen: Pen, way: Sequence[Point], words: str) -> None:
    """Words at the longest part of an arrow."""
    first, last = max(pairwise(way), key=lambda part: abs(part[1][0] - part[0][0]))
    x, y = pen.at(((first[0] + last[0]) / 2, first[1]))
    pen.lines([(words, False)], (x, y + leading(SIZE) + 1), SIZE, quiet=True)


def _in_u(pen: Pen, volumes: Sequence[Volume], layout: Layout, read: Read, end: int) -> None:
    """Down and up between levels, straight across within one."""
    start = read.source
    levels = layout.arrangement.lanes
    (a, c), (b, d) = layout.places[start], layout.places[end]
    if levels[start] == levels[end]:
        way = _way(pen, layout, start, end)
        far = end - start > 1
        pen.arrow(way, quiet=far)
        if far:
            _above(pen, way, f"copy and {read.note}" if read.note else "copy")
        return
    if levels[end] > levels[start]:
        way = [(a, c - layout.cells[start].down), (a, d + layout.cells[end].up + _OFF)]
    else:
        way = [(a, c + layout.cells[start].up), (a, d - layout.cells[end].down - _OFF)]
    if a != b:
        way = [way[0], (a, (way[0][1] + way[1][1]) / 2), (b, (way[0][1] + way[1][1]) / 2), (b, way[1][1])]
    pen.arrow(way)
    caption = volumes[end].caption
    middle_height = (way[0][1] + way[-1][1]) / 2 + len(caption) * leading(SIZE) / 2
    pen.lines([(line, False) for line in caption], (b + _BESIDE, middle_height), SIZE, align="left")
