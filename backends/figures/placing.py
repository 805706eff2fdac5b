"""Where each volume stands on the page: columns for ranks, lanes or levels, and rows that fit it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cnndsl.backends.figures.flow import Volume
from cnndsl.backends.figures.page import width_of
from cnndsl.backends.figures.pen import leading
from cnndsl.backends.figures.ranks import Arrangement, rows
from cnndsl.backends.figures.solids import Point, Scale, Solid, circle, lying, sides, solid

SIZE = 6.4
GAP = 15.0
_AIR = 3.0
_ACROSS = 770.0
_DOWN = 640.0
"""How long a row may be on a page of A4, from left to right (on its side), and from top to bottom."""
_FALL = 30.0
_AISLE = 14.0
_LEAD = 8.0


class Cell(NamedTuple):
    """A solid with its texts, and the room that it takes: along the flow, and across it on both sides of the axis."""

    body: Solid
    caption: tuple[str, ...]
    sizes: tuple[str, ...]
    along: float
    up: float
    down: float


class Room(NamedTuple):
    """Of a rank: the row, where it begins and ends along it, and how far it reaches to both sides."""

    row: int
    start: float
    end: float
    up: float
    down: float


class Layout(NamedTuple):
    """The middle of each volume; ``rooms`` by rank; ``axes`` of the rows or levels, across the flow.

    ``tracks`` say for an arrow that passes over others, by its ends, how far above the axis it does.
    """

    cells: tuple[Cell, ...]
    places: tuple[Point, ...]
    arrangement: Arrangement
    rooms: tuple[Room, ...]
    axes: tuple[float, ...]
    tracks: dict[tuple[int, int], float]


def cell(volume: Volume, scale: Scale, color: Callable[[str], str], down: bool, level: bool) -> Cell:
    """``down``: the flow goes from top to bottom. ``level``: its caption stands elsewhere."""
    if volume.sign:
        body = circle()
    else:
        filling = tuple((channels, color(kind)) for channels, kind in volume.filling)
        body = solid(volume.shape, scale, color(volume.kind), volume.times, filling)
    sizes = _sizes(volume)
    caption = () if level else volume.caption
    if down:
        body = body if body.round else lying(body)
        wide = max((width_of(text, SIZE, True) for text in spoken(volume.caption, sizes)), default=0.0)
        return Cell(
            body, caption, sizes, max(body.height, 2.2 * leading(SIZE)), body.width / 2, body.width / 2 + 8 + wide
        )
    wide = max([body.width, *(width_of(text, SIZE, True) for text in (*caption, *sizes))])
    line = leading(SIZE)
    up = body.height / 2 + (len(caption) * line + _AIR if caption else 0)
    return Cell(body, caption, sizes, wide, up, body.height / 2 + (len(sizes) * line + _AIR if sizes else 0))


def spoken(caption: Sequence[str], sizes: Sequence[str]) -> tuple[str, ...]:
    """The texts of a volume in two lines."""
    return tuple(line for line in (" ".join(caption), "\N{MULTIPLICATION SIGN}".join(sizes)) if line)


def in_rows(
    volumes: Sequence[Volume], cells: Sequence[Cell], arrangement: Arrangement, down: bool, feet: float
) -> Layout:
    """Ranks side by side in rows that fit a page, branches in lanes; ``feet`` is the room below each row."""
    ranks, lanes = arrangement.ranks, arrangement.lanes
    lengths = _lengths(cells, ranks)
    cuts = rows(arrangement, volumes, lengths, _DOWN if down else _ACROSS)
    row_of = [sum(rank >= cut for cut in cuts) - 1 for rank in range(len(lengths))]
    centers = [_lanes(row, cells, arrangement, row_of) for row in range(len(cuts))]
    above = [centers[row_of[rank]][lane] for rank, lane in zip(ranks, lanes, strict=True)]
    rooms: list[Room] = []
    for rank, length in enumerate(lengths):
        start = (0.0 if rank == 0 else _LEAD) if rank in cuts else rooms[-1].end
        inside = [index for index, one in enumerate(ranks) if one == rank]
        up = max((cells[index].up + above[index] for index in inside), default=0.0)
        down_to = max((cells[index].down - above[index] for index in inside), default=0.0)
        rooms.append(Room(row_of[rank], start, start + length, up, down_to))
    bands = [row_of[rank] for rank in ranks]
    tracks = _tracks(volumes, arrangement, bands, [one.up + far for one, far in zip(cells, above, strict=True)])
    axes: list[float] = []
    foot = 0.0
    for row in range(len(cuts)):
        here = [room for room in rooms if room.row == row]
        over = [height + _AIR for (_, end), height in tracks.items() if bands[end] == row]
        axes.append(foot - max([*(room.up for room in here), *over]))
        foot = axes[-1] - max(room.down for room in here) - feet - _AISLE
    places = tuple(
        ((rooms[rank].start + rooms[rank].end) / 2, axes[row_of[rank]] + far)
        for rank, far in zip(ranks, above, strict=True)
    )
    return Layout(tuple(cells), places, arrangement, tuple(rooms), tuple(axes), tracks)


def in_levels(volumes: Sequence[Volume], cells: Sequence[Cell], arrangement: Arrangement) -> Layout:
    """The levels of a U below one another."""
    ranks, levels = arrangement.ranks, arrangement.lanes
    lengths = _lengths(cells, ranks)
    rooms: list[Room] = []
    for length in lengths:
        start = rooms[-1].end if rooms else 0.0
        rooms.append(Room(0, start, start + length, 0.0, 0.0))
    tracks = _tracks(volumes, arrangement, levels, [one.up for one in cells])
    axes: list[float] = []
    foot = 0.0
    for level in range(max(levels) + 1):
        here = [one for one, at in zip(cells, levels, strict=True) if at == level]
        over = [height + _AIR for (_, end), height in tracks.items() if levels[end] == level]
        axes.append(foot - max([*(one.up for one in here), *over], default=0.0))
        foot = axes[-1] - max((one.down for one in here), default=0.0) - _FALL
    places = tuple(
        ((rooms[rank].start + rooms[rank].end) / 2, axes[level]) for rank, level in zip(ranks, levels, strict=True)
    )
    return Layout(tuple(cells), places, arrangement, tuple(rooms), tuple(axes), tracks)


def _lengths(cells: Sequence[Cell], ranks: Sequence[int]) -> list[float]:
    """Of each rank, with the gap to the next."""
    lengths = [GAP] * (max(ranks) + 1)
    for one, rank in zip(cells, ranks, strict=True):
        lengths[rank] = max(lengths[rank], one.along + GAP)
    return lengths


def _tracks(
    volumes: Sequence[Volume], arrangement: Arrangement, bands: Sequence[int], tops: Sequence[float]
) -> dict[tuple[int, int], float]:
    """Short ones lie below long ones. ``bands`` are the rows or levels of the volumes, ``tops`` how high they reach."""
    ranks, lanes = arrangement.ranks, arrangement.lanes
    arcs = [
        (read.source, index)
        for index, one in enumerate(volumes)
        for read in one.reads
        if lanes[read.source] == lanes[index]
    ]
    tracks: dict[tuple[int, int], float] = {}
    for start, end in sorted(arcs, key=lambda arc: (ranks[arc[1]] - ranks[arc[0]], arc)):
        between = [
            index
            for index in range(len(volumes))
            if bands[index] == bands[end] and ranks[start] < ranks[index] < ranks[end]
        ]
        if not any(lanes[index] == lanes[end] for index in between):
            continue
        below = [
            height
            for (first, last), height in tracks.items()
            if bands[last] == bands[end] and ranks[first] < ranks[end] and ranks[start] < ranks[last]
        ]
        tracks[start, end] = max(max(tops[index] for index in between), *(one + 2.0 for one in below), 0.0) + 5.0
    return tracks


def _lanes(row: int, cells: Sequence[Cell], arrangement: Arrangement, row_of: Sequence[int]) -> dict[int, float]:
    """The axis of each lane of a row, above and below that of lane 0."""
    lanes: dict[int, list[tuple[int, Cell]]] = {}
    for one, rank, lane in zip(cells, arrangement.ranks, arrangement.lanes, strict=True):
        if row_of[rank] == row:
            lanes.setdefault(lane, []).append((rank, one))
    centers = {0: 0.0}
    tops = {rank: one.up for rank, one in lanes.get(0, [])}
    feet = {rank: one.down for rank, one in lanes.get(0, [])}
    for lane in sorted(lanes, key=abs):
        if lane:
            centers[lane] = _beyond(lanes[lane], tops if lane > 0 else feet, lane > 0)
    return centers


def _beyond(members: list[tuple[int, Cell]], edge: dict[int, float], above: bool) -> float:
    """The axis of a lane just beyond what stands at its ranks so far, which it moves."""
    first, last = min(rank for rank, _ in members) - 1, max(rank for rank, _ in members) + 1
    reached = max((far for rank, far in edge.items() if first <= rank <= last), default=0.0)
    center = reached + 2 * _AIR + max(one.down if above else one.up for _, one in members)
    far = center + max(one.up if above else one.down for _, one in members)
    edge.update(dict.fromkeys(range(first, last + 1), far))
    return center if above else -center


def _sizes(volume: Volume) -> tuple[str, ...]:
    """C, then H and W; of a sum nothing, since it is that of its operands."""
    if volume.shape is None or volume.sign:
        return ()
    first = str(volume.shape.sizes[0]) if volume.shape.sizes else "1"
    others = "\N{MULTIPLICATION SIGN}".join(map(str, sides(volume.shape)))
    rest = "\N{MULTIPLICATION SIGN}".join(map(str, volume.shape.sizes[1:]))
    return (first, rest or others) if rest else (first,)
