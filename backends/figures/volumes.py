"""A network as volumes with their C, H, W, as the figures of AlexNet, VGG and U-Net draw it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cnndsl.backends.figures.connectors import connect
from cnndsl.backends.figures.flow import Volume, fused
from cnndsl.backends.figures.flow import volumes as volumes_of
from cnndsl.backends.figures.layers import layers
from cnndsl.backends.figures.page import (
    LOOKS,
    Format,
    Look,
    TooLarge,
    plain,
    settings,
    sheet,
    typeset,
    width_of,
    written,
)
from cnndsl.backends.figures.pen import Pen, leading
from cnndsl.backends.figures.placing import SIZE, Layout, cell, in_levels, in_rows, spoken
from cnndsl.backends.figures.ranks import arranged, as_u
from cnndsl.backends.figures.solids import scale_of
from cnndsl.backends.palette import color_of, legend
from cnndsl.graph import Graph
from cnndsl.trace import Value

MOST = 300
"""More volumes than this cannot be read."""

_FEW = 60
_MARGIN = 24.0
_TITLE = 12.0
_UNDER = 12.0
_BESIDE = 20.0


def draw(
    graph: Graph,
    format: Format,
    depth: int = 1,
    expand: tuple[str, ...] = (),
    theme: str = "light",
    down: bool = False,
) -> bytes:
    """A network as a file, blocks opened ``depth - 1`` levels deep, and those at the paths ``expand``.

    Raises ``TooLarge``, and ``DrawError`` for a path that is not there. It runs from left to right, in as many rows as
    a page needs, or ``down`` from top to bottom; a U-Net, unless it is to go down, is drawn as its U.
    """
    with settings():
        return written(page(graph, depth, expand, theme, down), format)


def page(graph: Graph, depth: int, expand: tuple[str, ...], theme: str, down: bool) -> Figure:
    """The same as a page, within ``settings``."""
    volumes = volumes_of(layers(graph, depth, expand, _FEW))
    if len(volumes) > MOST:
        raise TooLarge(
            f"{graph.name} is {len(volumes):,} volumes; more than {MOST} cannot be read",
            "a smaller --depth" if depth > 1 else "--style blocks has groups that are closed",
        )
    inputs = (graph.shapes.get(Value(name)) for name in graph.inputs)
    note = ", ".join(typeset(str(shape)) for shape in inputs if shape is not None)
    return _drawn(graph.name, f"input {note}", volumes, theme, down)


def _drawn(title: str, note: str, volumes: list[Volume], theme: str, down: bool) -> Figure:
    look = LOOKS[theme]
    layout, shown = _laid(volumes, look, theme, down)
    left, bottom, right, top = _extent(layout, down, 0.0 if layout.arrangement.is_u else _room(shown, down))
    kinds = _kinds(shown)
    title, note = plain(title), plain(note)
    beside = width_of(title, _TITLE, True) + 10
    wide = max(right - left, beside + width_of(note, SIZE + 1), _legend_width(kinds)) + 2 * _MARGIN
    high = top - bottom + 2 * _MARGIN + 4 * _TITLE
    figure = sheet(wide / 72, high / 72, look)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(left - _MARGIN, left - _MARGIN + wide)
    axes.set_ylim(top + _MARGIN + 2 * _TITLE - high, top + _MARGIN + 2 * _TITLE)
    pen = Pen(axes, look, down)
    connect(pen, shown, layout)
    for index, one in enumerate(shown):
        kind = "join" if one.sign else one.kind
        pen.solid(layout.cells[index].body, layout.places[index], color_of(kind, theme), one.sign)
        _texts(pen, layout, index)
    if not layout.arrangement.is_u:
        _brackets(pen, layout, shown)
    axes.text(left, top + 1.6 * _TITLE, title, fontsize=_TITLE, weight="bold", color=look.ink)
    axes.text(left + beside, top + 1.6 * _TITLE, note, fontsize=SIZE + 1, color=look.quiet)
    _legend(pen, kinds, (left, bottom - 2.2 * _TITLE), theme)
    return figure


def _laid(volumes: list[Volume], look: Look, theme: str, down: bool) -> tuple[Layout, list[Volume]]:
    shapes = [one.shape for one in volumes if one.shape is not None]

    def color(kind: str) -> str:
        return look.paper if kind == "copy" else color_of(kind, theme)

    bent = None if down else as_u(fused(volumes))
    if bent is not None:
        volumes = fused(volumes)
        levels = bent.lanes
        scale = scale_of(shapes, 1)
        cells = [
            cell(one, scale, color, down, index > 0 and levels[index] != levels[index - 1])
            for index, one in enumerate(volumes)
        ]
        return in_levels(volumes, cells, bent), volumes
    arrangement = arranged(volumes)
    scale = scale_of(shapes, len(set(arrangement.lanes)))
    cells = [cell(one, scale, color, down, False) for one in volumes]
    return in_rows(volumes, cells, arrangement, down, _room(volumes, down)), volumes


def _room(volumes: Sequence[Volume], down: bool) -> float:
    """What brackets take below a row."""
    names = [plain(one.name) for one in volumes if one.name]
    number = bool(names) + any(one.period for one in volumes)
    if not down:
        return number * _UNDER
    return max((width_of(name, SIZE) for name in names), default=0.0) + number * _BESIDE


def _extent(layout: Layout, down: bool, room: float) -> tuple[float, float, float, float]:
    """Left, bottom, right and top on the page."""
    start = min(room.start for room in layout.rooms)
    end = max(room.end for room in layout.rooms)
    tops = [c + one.up for one, (_, c) in zip(layout.cells, layout.places, strict=True)]
    feet = [c - one.down for one, (_, c) in zip(layout.cells, layout.places, strict=True)]
    for (_, index), height in layout.tracks.items():
        band = (
            layout.arrangement.lanes[index]
            if layout.arrangement.is_u
            else layout.rooms[layout.arrangement.ranks[index]].row
        )
        tops.append(layout.axes[band] + height + leading(SIZE))
    high, low = max(tops), min(feet) - room
    return (-high, -end, -low, -start) if down else (start, low, end, high)


def _texts(pen: Pen, layout: Layout, index: int) -> None:
    """What makes a map above it, its sizes below; both beside it where the flow goes down."""
    one = layout.cells[index]
    x, y = pen.at(layout.places[index])
    line = leading(SIZE)
    if pen.down:
        texts = spoken(one.caption, one.sizes)
        pen.lines(
            [(text, bool(one.sizes) and row == len(texts) - 1) for row, text in enumerate(texts)],
            (x + one.body.width / 2 + 7, y + len(texts) * line / 2), SIZE, align="left",
        )  # fmt: skip
        return
    pen.lines([(text, False) for text in one.caption], (x, y + one.body.height / 2 + len(one.caption) * line + 2), SIZE)
    sizes = [(text, row == 0) for row, text in enumerate(one.sizes)]
    pen.lines(sizes, (x, y - one.body.height / 2 - 2), SIZE)


def _brackets(pen: Pen, layout: Layout, volumes: Sequence[Volume]) -> None:
    """Below a row, how often several are repeated, and the names of the stages."""
    ranks, lanes = layout.arrangement.ranks, layout.arrangement.lanes
    spine = sorted((index for index in range(len(volumes)) if lanes[index] == 0), key=lambda index: ranks[index])
    periods = any(one.period for one in volumes)
    for (row, name), run in groupby(spine, lambda index: (layout.rooms[ranks[index]].row, volumes[index].name)):
        if name:
            _bracket(pen, layout, row, list(run), plain(name), periods * (_BESIDE if pen.down else _UNDER))
    for (row, period), run in groupby(spine, lambda index: (layout.rooms[ranks[index]].row, volumes[index].period)):
        members = list(run)
        if period:
            _bracket(pen, layout, row, members, f"\N{MULTIPLICATION SIGN}{volumes[members[0]].around}", 0.0)


def _bracket(pen: Pen, layout: Layout, row: int, members: Sequence[int], text: str, below: float) -> None:
    ranks = layout.arrangement.ranks
    first, last = layout.rooms[ranks[members[0]]], layout.rooms[ranks[members[-1]]]
    foot = layout.axes[row] - max(room.down for room in layout.rooms if room.row == row) - 3 - below
    start, end = first.start + 3, last.end - 3
    pen.stroke([(start, foot), (start, foot - 3), (end, foot - 3), (end, foot)])
    while len(text) > 1 and not pen.down and width_of(text, SIZE) > end - start + 6:
        text = text[:-2] + "\N{HORIZONTAL ELLIPSIS}"
    x, y = pen.at(((start + end) / 2, foot - 4))
    if pen.down:
        pen.lines([(text, False)], (x + 3, y + leading(SIZE) / 2), SIZE, align="left", quiet=True)
    else:
        pen.lines([(text, False)], (x, y), SIZE, quiet=True)


def _kinds(volumes: Sequence[Volume]) -> set[str]:
    """The families whose colours are seen: those of a concatenation are those of its parts."""
    plain = {"join" if one.sign else one.kind for one in volumes if not one.filling}
    return plain | {kind for one in volumes for _, kind in one.filling if kind != "copy"}


def _legend_width(kinds: set[str]) -> float:
    return sum(width_of(words, SIZE + 1) + 30 for _, words in legend(kinds))


def _legend(pen: Pen, kinds: set[str], place: tuple[float, float], theme: str) -> None:
    x, y = place
    for kind, words in legend(kinds):
        box = Rectangle((x, y - 1), 11, 7, facecolor=color_of(kind, theme), edgecolor=pen.look.ink, linewidth=0.5)
        pen.axes.add_patch(box)
        pen.axes.text(x + 15, y, words, fontsize=SIZE + 1, color=pen.look.ink)
        x += width_of(words, SIZE + 1) + 30
