"""The bar charts of the lectures: memory of outputs, parameters and MACs, a bar a layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

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
from cnndsl.backends.figures.quantities import Unit, bytes_unit, count_unit, in_unit, spelled_bytes, spelled_count
from cnndsl.backends.palette import color_of, legend

MOST = 300
"""More bars than this cannot be read."""

_WIDTH = 11.7
_ROW = 0.21
_TOP, _BOTTOM, _RIGHT = 0.9, 0.85, 0.25
_SIZE = 8.0


class Bar(NamedTuple):
    """A layer: its name, what it is, its family (a key of the palette), and what is charted of it.

    ``bytes`` are those of its outputs at batch 1 in float32.
    """

    name: str
    what: str
    kind: str
    bytes: int
    params: int
    macs: int


class _Chart(NamedTuple):
    title: str
    axis: str
    value: Callable[[Bar], int]
    unit: Callable[[Sequence[int]], Unit]
    total: Callable[[int], str]


_CHARTS = (
    _Chart("memory of outputs", "{} (float32, batch 1)", lambda bar: bar.bytes, bytes_unit, spelled_bytes),
    _Chart("parameters", "parameters ({})", lambda bar: bar.params, count_unit, spelled_count),
    _Chart("multiply-adds", "MACs ({}, batch 1)", lambda bar: bar.macs, count_unit, spelled_count),
)


def draw(title: str, note: str, bars: Sequence[Bar], format: Format, theme: str = "light") -> bytes:
    """The three charts side by side, the layers from top to bottom, as a file. Raises ``TooLarge``."""
    with settings():
        return written(page(title, note, bars, theme), format)


def page(title: str, note: str, bars: Sequence[Bar], theme: str = "light") -> Figure:
    """The same as a page, within ``settings``: three axes, a bar for each of ``bars``. Raises ``TooLarge``."""
    if len(bars) > MOST:
        raise TooLarge(f"{len(bars):,} bars cannot be read; {MOST} can", "a smaller --depth, or --by stage")
    look = LOOKS[theme]
    height = _TOP + _BOTTOM + _ROW * max(len(bars), 3)
    figure = sheet(_WIDTH, height, look)
    left = _names_width(bars)
    each = (_WIDTH - left - _RIGHT - 0.5) / len(_CHARTS)
    high = (height - _TOP - _BOTTOM) / height
    for index, chart in enumerate(_CHARTS):
        start = (left + index * (each + 0.25)) / _WIDTH
        axes = figure.add_axes((start, _BOTTOM / height, each / _WIDTH, high), facecolor="none")
        _chart(axes, chart, bars, look, theme)
        if index == 0:
            _names(axes, bars, look)
    _headings(figure, title, note, bars, look, theme)
    return figure


def _chart(axes: Axes, chart: _Chart, bars: Sequence[Bar], look: Look, theme: str) -> None:
    values = [chart.value(bar) for bar in bars]
    unit = chart.unit(values)
    lengths = [value / unit.size for value in values]
    colors = [color_of(bar.kind, theme) for bar in bars]
    axes.barh(range(len(bars)), lengths, height=0.72, color=colors, edgecolor=look.ink, linewidth=0.5, zorder=2)
    axes.set_ylim(max(len(bars), 3) - 0.4, -0.6)
    longest = max([*lengths, 1e-9])
    axes.set_xlim(0, longest * 1.2)
    for row, (value, length) in enumerate(zip(values, lengths, strict=True)):
        if value:
            axes.annotate(
                in_unit(value, unit), (length, row), (3, 0), textcoords="offset points", va="center_baseline",
                fontsize=_SIZE - 1.5, color=look.ink,
            )  # fmt: skip
    axes.set_title(f"{chart.title}: {chart.total(sum(values))}", loc="left", fontsize=_SIZE + 1, color=look.ink, pad=6)
    label = chart.axis.format(unit.name).replace(" ()", "").replace("(, ", "(")
    axes.set_xlabel(label, fontsize=_SIZE, color=look.ink)
    ticks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(0, 1.2 * longest)
    axes.set_xticks([tick for tick in ticks if tick <= 1.2 * longest])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
    axes.tick_params(axis="x", labelsize=_SIZE - 1, colors=look.quiet, length=3)
    axes.set_yticks([])
    axes.grid(axis="x", color=look.grid, linewidth=0.6, zorder=0)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(look.quiet)


def _names(axes: Axes, bars: Sequence[Bar], look: Look) -> None:
    """The name of a layer stands beside its bars, what it is to the left of that."""
    wide = max((width_of(plain(typeset(bar.what), 40), _SIZE - 1) for bar in bars), default=0)
    for row, bar in enumerate(bars):
        for text, offset, color, size in (
            (plain(typeset(bar.what), 40), -6.0, look.quiet, _SIZE - 1),
            (plain(typeset(bar.name), 40), -16.0 - wide, look.ink, _SIZE),
        ):
            axes.annotate(
                text, (0, row), (offset, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                ha="right", va="center_baseline", fontsize=size, color=color, annotation_clip=False,
            )  # fmt: skip


def _names_width(bars: Sequence[Bar]) -> float:
    """In inches."""
    names = max((width_of(plain(typeset(bar.name), 40), _SIZE) for bar in bars), default=0)
    kinds = max((width_of(plain(typeset(bar.what), 40), _SIZE - 1) for bar in bars), default=0)
    return min((names + kinds + 36) / 72, 0.5 * _WIDTH)


def _headings(figure: Figure, title: str, note: str, bars: Sequence[Bar], look: Look, theme: str) -> None:
    height = figure.get_figheight()
    name = plain(title)
    top = 1 - 0.4 / height
    figure.text(0.25 / _WIDTH, top, name, fontsize=_SIZE + 5, color=look.ink, weight="bold")
    beside = 0.25 + (width_of(name, _SIZE + 5, True) + 10) / 72
    figure.text(beside / _WIDTH, top, plain(typeset(note), 100), fontsize=_SIZE, color=look.quiet)
    entries = [
        Patch(facecolor=color_of(kind, theme), edgecolor=look.ink, linewidth=0.5, label=words)
        for kind, words in legend({bar.kind for bar in bars})
    ]
    if {bar.kind for bar in bars} - {"block"}:
        figure.legend(
            handles=entries, loc="lower left", bbox_to_anchor=(0.2 / _WIDTH, 0.08 / height), ncols=len(entries),
            fontsize=_SIZE, frameon=False, labelcolor=look.ink, handlelength=1.4, columnspacing=1.6,
        )  # fmt: skip
