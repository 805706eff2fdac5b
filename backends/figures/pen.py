"""Drawing on a page whose unit is a point, along the flow (from left to right, or from top to bottom) and across it."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import Circle, PathPatch, Polygon
from matplotlib.path import Path

from cnndsl.backends.figures.page import Look
from cnndsl.backends.figures.solids import Point, Solid

_CORNER = 5.0
_HEAD = (5.0, 2.1)
_LINE = 0.8


class Pen(NamedTuple):
    """Places are (along, across); across grows upwards, or to the left where the flow goes down."""

    axes: Axes
    look: Look
    down: bool

    def at(self, place: Point) -> Point:
        """On the page."""
        along, across = place
        return (-across, -along) if self.down else (along, across)

    def solid(self, body: Solid, middle: Point, color: str, sign: str = "") -> None:
        """A solid around its middle."""
        x, y = self.at(middle)
        if body.round:
            self.axes.add_patch(Circle((x, y), body.width / 2, facecolor=color, edgecolor=self.look.ink, linewidth=0.8))
            size = 10.0 if len(sign) == 1 else 6.0
            self.axes.text(x, y, sign, fontsize=size, color=self.look.ink, ha="center", va="center_baseline")
            return
        for face in body.faces:
            corners = [(x + dx - body.width / 2, y + dy - body.height / 2) for dx, dy in face.corners]
            self.axes.add_patch(
                Polygon(
                    corners, facecolor=face.color, edgecolor=self.look.ink, linewidth=0.5, joinstyle="round", zorder=2
                )
            )

    def arrow(self, places: Sequence[Point], quiet: bool = False, dashed: bool = False) -> None:
        """A line with round corners and a head at its end."""
        points = [self.at(place) for place in places]
        points = [one for index, one in enumerate(points) if index == 0 or one != points[index - 1]]
        color = self.look.quiet if quiet else self.look.ink
        tip, before = points[-1], points[-2]
        long = hypot(tip[0] - before[0], tip[1] - before[1]) or 1.0
        x, y = (tip[0] - before[0]) / long, (tip[1] - before[1]) / long
        length, half = _HEAD
        back = (tip[0] - length * x, tip[1] - length * y)
        wings = [(back[0] - half * y, back[1] + half * x), tip, (back[0] + half * y, back[1] - half * x)]
        self.axes.add_patch(Polygon(wings, facecolor=color, edgecolor="none", zorder=4))
        points[-1] = (tip[0] - 0.8 * length * x, tip[1] - 0.8 * length * y)
        style = (0, (3.0, 2.0)) if dashed else "solid"
        self.axes.add_patch(
            PathPatch(_rounded(points), facecolor="none", edgecolor=color, linewidth=_LINE, linestyle=style, zorder=3)
        )

    def lines(
        self, texts: Sequence[tuple[str, bool]], top: Point, size: float, align: str = "center", quiet: bool = False
    ) -> None:
        """Lines of text below ``top``, a point of the page; each says whether it is bold."""
        for row, (text, bold) in enumerate(texts):
            self.axes.text(
                top[0], top[1] - (row + 0.78) * leading(size), text, fontsize=size, ha=align, va="baseline",
                color=self.look.quiet if quiet else self.look.ink, weight="bold" if bold else "normal", zorder=5,
            )  # fmt: skip

    def stroke(self, places: Sequence[Point]) -> None:
        """A thin line."""
        path = Path([self.at(place) for place in places])
        self.axes.add_patch(PathPatch(path, facecolor="none", edgecolor=self.look.quiet, linewidth=0.6))


def leading(size: float) -> float:
    """From one line of text to the next."""
    return 1.2 * size


def _rounded(points: Sequence[Point]) -> Path:
    """A line through these points, each corner cut by a curve."""
    places, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        start, end = _towards(corner, before), _towards(corner, after)
        places += [start, corner, end]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*places, points[-1]], [*codes, Path.LINETO])


def _towards(corner: Point, other: Point) -> Point:
    long = hypot(other[0] - corner[0], other[1] - corner[1]) or 1.0
    share = min(_CORNER / long, 0.5)
    return (corner[0] + share * (other[0] - corner[0]), corner[1] + share * (other[1] - corner[1]))
