"""Networks side by side: MACs against parameters, the area of a bubble for memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from math import cos, log10, pi, sin, sqrt
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from cnndsl.backends.figures.page import LOOKS, Format, Look, TooLarge, plain, settings, sheet, width_of, written
from cnndsl.backends.figures.quantities import Unit, bytes_unit, count_unit, spelled_bytes
from cnndsl.backends.palette import color_of

MOST = 100
"""More bubbles than this cannot be told apart."""

_WIDTH, _HEIGHT = 8.3, 5.8
_BOX = (0.85, 0.75, 5.75, 4.45)
"""Left, bottom, width and height of the axes, in inches."""
_SIZE = 8.5
_LARGEST = 30.0
"""Radius of the largest bubble, in points, as long as there are few."""
_FEW = 8
_SPREAD = 30
"""From where an axis is logarithmic: the largest value by the smallest."""
_NEAR = 8.0
"""Up to so many points from a bubble, its name needs no line."""


class Bubble(NamedTuple):
    """A network: its name, parameters, MACs and bytes of memory at batch 1."""

    name: str
    params: int
    macs: int
    bytes: int


class _Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    def overlap(self, other: _Box) -> float:
        """The common area."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(wide, 0.0) * max(high, 0.0)


class _Circle(NamedTuple):
    x: float
    y: float
    radius: float

    def overlap(self, box: _Box) -> float:
        """The common area with a box, by a grid of points."""
        points = [
            (box.left + (box.right - box.left) * (i + 0.5) / 12, box.bottom + (box.top - box.bottom) * (j + 0.5) / 4)
            for i in range(12)
            for j in range(4)
        ]
        inside = sum((x - self.x) ** 2 + (y - self.y) ** 2 < self.radius**2 for x, y in points)
        return inside / len(points) * (box.right - box.left) * (box.top - box.bottom)


def draw(bubbles: Sequence[Bubble], memory: str, format: Format, theme: str = "light") -> bytes:
    """The chart as a file, with logarithmic axes where the spread is wide; ``memory`` says what the areas are.

    Raises ``TooLarge``.
    """
    with settings():
        return written(page(bubbles, memory, theme), format)


def page(bubbles: Sequence[Bubble], memory: str, theme: str = "light") -> Figure:
    """The same as a page, within ``settings``: the chart, and a key of its areas. Raises ``TooLarge``."""
    if len(bubbles) > MOST:
        raise TooLarge(f"{len(bubbles):,} bubbles cannot be told apart; {MOST} can", "compare fewer networks")
    look = LOOKS[theme]
    bubbles = sorted(bubbles, key=lambda bubble: -bubble.bytes)  # the small ones lie on top
    figure = sheet(_WIDTH, _HEIGHT, look)
    left, bottom, wide, high = _BOX
    axes = figure.add_axes((left / _WIDTH, bottom / _HEIGHT, wide / _WIDTH, high / _HEIGHT), facecolor="none")
    macs = count_unit([bubble.macs for bubble in bubbles])
    params = count_unit([bubble.params for bubble in bubbles])
    x = [bubble.macs / macs.size for bubble in bubbles]
    y = [bubble.params / params.size for bubble in bubbles]
    radii = _radii(bubbles)
    _scale(axes.xaxis, x, look, max(radii) / (72 * wide))
    _scale(axes.yaxis, y, look, max(radii) / (72 * high))
    axes.set_xlabel(f"MACs ({_prefix(macs)}a multiply and an add each; batch 1)", fontsize=_SIZE, color=look.ink)
    axes.set_ylabel(f"parameters ({params.name})" if params.name else "parameters", fontsize=_SIZE, color=look.ink)
    axes.grid(color=look.grid, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.scatter(
        x, y, s=[(2 * radius) ** 2 for radius in radii], color=color_of("block", theme), alpha=0.75,
        edgecolors=look.ink, linewidths=0.8, clip_on=False,
    )  # fmt: skip
    axes.set_title("Multiply-adds, parameters and memory", loc="left", fontsize=_SIZE + 3, color=look.ink, pad=12)
    _labels(axes, [plain(bubble.name, 32) for bubble in bubbles], x, y, radii, look)
    _sizes(figure, bubbles, memory, look, theme)
    return figure


def _prefix(unit: Unit) -> str:
    return f"{unit.name}, " if unit.name else ""


def _radii(bubbles: Sequence[Bubble]) -> list[float]:
    """Areas are in proportion; the smallest can still be seen."""
    largest = max([bubble.bytes for bubble in bubbles] + [1])
    return [_radius(bubble.bytes / largest, len(bubbles)) for bubble in bubbles]


def _radius(share: float, number: int) -> float:
    return max(2.0, _LARGEST * sqrt(min(1.0, _FEW / number) * share))


def _scale(axis: Axis, values: Sequence[float], look: Look, edge: float) -> None:
    """Room for the largest bubble at both ends: it is ``edge`` of the axis."""
    axes = axis.axes
    positive = [value for value in values if value > 0]
    wide = len(positive) == len(values) and max(positive) / min(positive) > _SPREAD
    name = axis.axis_name  # type: ignore[attr-defined]
    share = min(edge + 0.03, 0.3)
    if wide:
        low, high = log10(min(values)), log10(max(values))
        room = (high - low) * share / (1 - 2 * share)
        limits = (10 ** (low - room), 10 ** (high + room))
        axes.set(**{f"{name}scale": "log"})
        axis.set_major_locator(LogLocator(10, subs=(1, 2, 5) if high - low < 3 else (1,), numticks=12))
        axis.set_minor_formatter(NullFormatter())
    else:
        room = max(max(values), 1e-9) * share / (1 - share)
        limits = (0.0 if min(values) > room else -room, max(values) + room)
        axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.set(**{f"{name}lim": limits})
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}" if value >= 0 else ""))
    axis.set_tick_params(which="both", colors=look.quiet, labelsize=_SIZE - 1)
    for side in axes.spines.values():
        side.set_color(look.quiet)
        side.set_linewidth(0.6)


def _labels(
    axes: Axes, names: Sequence[str], x: Sequence[float], y: Sequence[float], radii: Sequence[float], look: Look
) -> None:
    """Each name at the nearest place around its bubble that is free, with a line where that is not beside it."""
    dots = axes.transData.transform(list(zip(x, y, strict=True))) * (72 / axes.figure.dpi)
    circles = [_Circle(float(dot[0]), float(dot[1]), radius) for dot, radius in zip(dots, radii, strict=True)]
    taken: list[_Box | _Circle] = []
    left, bottom, wide, high = (72 * inches for inches in _BOX)
    frame = _Box(left + 3, bottom + 3, left + wide - 3, bottom + high - 3)
    for index, (name, circle) in enumerate(zip(names, circles, strict=True)):
        size = (width_of(name, _SIZE) + 4, _SIZE * 1.1)
        others = [*taken, *(one for place, one in enumerate(circles) if place != index)]
        box = min(_places(circle, size), key=partial(_cost, circle=circle, taken=others, frame=frame))
        taken.append(box)
        middle = ((box.left + box.right) / 2, (box.bottom + box.top) / 2)
        away = (middle[0] - circle.x, middle[1] - circle.y)
        led = _distance(box, circle) > _NEAR or _is_doubtful(box, circle, others)
        if led:
            axes.plot(x[index], y[index], "o", markersize=2, color=look.quiet)
        axes.annotate(
            name, (x[index], y[index]), away, textcoords="offset points", ha="center", va="center_baseline",
            fontsize=_SIZE, color=look.ink, annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": look.quiet, "linewidth": 0.6, "shrinkA": 1, "shrinkB": 0}
            if led else None,
        )  # fmt: skip


def _places(circle: _Circle, size: tuple[float, float]) -> Iterator[_Box]:
    """Inside, then around at growing distances."""
    wide, high = size
    if wide < 1.8 * circle.radius:
        yield _Box(circle.x - wide / 2, circle.y - high / 2, circle.x + wide / 2, circle.y + high / 2)
    for away in (3, 12, 24, 40, 60, 90, 130, 180, 240):
        for turn in range(16):
            right, up = cos(turn * pi / 8), sin(turn * pi / 8)
            reach = circle.radius + away
            x = circle.x + right * (reach + wide / 2)
            y = circle.y + up * (reach + high / 2)
            yield _Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def _cost(place: _Box, circle: _Circle, taken: Sequence[_Box | _Circle], frame: _Box) -> float:
    """What it covers and what is cut off count most, names more than bubbles; then the distance, and a doubt."""
    area = (place.right - place.left) * (place.top - place.bottom)
    covered = sum(other.overlap(place) * (1 if isinstance(other, _Circle) else 10) for other in taken)
    doubt = _NEAR if _is_doubtful(place, circle, taken) else 0.0
    return 10 * covered + 10 * (area - place.overlap(frame)) + _distance(place, circle) + doubt


def _is_doubtful(place: _Box, circle: _Circle, others: Sequence[_Box | _Circle]) -> bool:
    """Whether a name at this place may be read as that of another bubble."""
    own = _distance(place, circle)
    return any(isinstance(other, _Circle) and _distance(place, other) < own + 3 for other in others)


def _distance(place: _Box, circle: _Circle) -> float:
    """From the bubble to the nearest point of a box; 0 inside."""
    x = max(place.left - circle.x, circle.x - place.right, 0)
    y = max(place.bottom - circle.y, circle.y - place.top, 0)
    return max(sqrt(x * x + y * y) - circle.radius, 0)


def _sizes(figure: Figure, bubbles: Sequence[Bubble], memory: str, look: Look, theme: str) -> None:
    """Three round numbers of bytes as circles, below what they are."""
    left = (_BOX[0] + _BOX[2] + 0.25) / _WIDTH
    axes = figure.add_axes((left, 0.1, 1 - left, 0.8))
    axes.set_xlim(0, (_WIDTH * (1 - left)) * 72)
    axes.set_ylim(0, _HEIGHT * 0.8 * 72)
    axes.set_axis_off()
    top = _HEIGHT * 0.8 * 72 - 10
    for line in ("area:", *plain(memory).split(", ")):
        axes.text(0, top, line, fontsize=_SIZE - 1, color=look.quiet)
        top -= 11
    largest = max([bubble.bytes for bubble in bubbles] + [1])
    for value in _round(largest):
        radius = _radius(value / largest, len(bubbles))
        top -= radius + 4
        axes.scatter(
            [_LARGEST], [top], s=[(2 * radius) ** 2], color=color_of("block", theme), alpha=0.75,
            edgecolors=look.ink, linewidths=0.8, clip_on=False,
        )  # fmt: skip
        axes.text(2 * _LARGEST + 8, top, spelled_bytes(value), fontsize=_SIZE - 1, color=look.ink, va="center_baseline")
        top -= radius + 6


def _round(largest: int) -> list[int]:
    """The largest round number of bytes that is not over ``largest``, a quarter and a twentieth, as far as whole."""
    unit: Unit = bytes_unit([largest * 10])
    count = largest / unit.size
    power = 10 ** int(log10(count)) if count >= 1 else 1
    lead = next((digit for digit in (5, 2, 1) if digit * power <= count), 1)
    return [value for value in (lead * power * unit.size // part for part in (1, 4, 20)) if value]
