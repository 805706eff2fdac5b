"""How kinds, skips and marks look: colours come from the palette, lines are told apart without any."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

from cnndsl.backends.palette import color_of

FONT = "Helvetica,Arial,sans-serif"


class Theme(NamedTuple):
    """The paper, and the inks on it."""

    name: str
    paper: str
    ink: str
    faint: str
    line: str
    skip: str
    cluster: str
    edge: str


class Mark(NamedTuple):
    """How a box or arrow stands out, and what the legend says of it; ``dashed``: so is its line."""

    words: str
    fill: str
    line: str
    dashed: bool = False


THEMES = MappingProxyType(
    {
        "light": Theme("light", "#ffffff", "#1b1f24", "#4a525c", "#4a525c", "#b3471d", "#f7f8fa", "#c3c9d1"),
        "dark": Theme("dark", "#15181c", "#f2f4f7", "#c3cad3", "#aab3be", "#ff9d66", "#1d2126", "#4a525c"),
        "print": Theme("print", "#ffffff", "#000000", "#222222", "#000000", "#000000", "#ffffff", "#777777"),
    }
)

MARKS = MappingProxyType(
    {
        "light": {
            "added": Mark("added", "#b7e4c0", "#1f7a36"),
            "removed": Mark("removed", "#f9c9c5", "#b3261e", dashed=True),
            "changed": Mark("changed", "#ffe1a1", "#a86400"),
            "moved": Mark("moved or renamed", "#c9ddf7", "#1f5fa8"),
            "same": Mark("unchanged", "#eef0f2", "#b9c0c8"),
        },
        "dark": {
            "added": Mark("added", "#1f5c30", "#6fcf87"),
            "removed": Mark("removed", "#6e2420", "#f28b82", dashed=True),
            "changed": Mark("changed", "#6b4a0c", "#f2bd5a"),
            "moved": Mark("moved or renamed", "#1f4470", "#86b8f2"),
            "same": Mark("unchanged", "#24292f", "#4a525c"),
        },
        "print": {
            "added": Mark("added", "#ffffff", "#000000"),
            "removed": Mark("removed", "#ffffff", "#000000", dashed=True),
            "changed": Mark("changed", "#c8c8c8", "#000000"),
            "moved": Mark("moved or renamed", "#e4e4e4", "#000000"),
            "same": Mark("unchanged", "#ffffff", "#b4b4b4"),
        },
    }
)
"""By theme, the styles that ``Box.mark`` and ``Arrow.mark`` name."""
SIGNS = MappingProxyType({"added": "+", "removed": "\N{MINUS SIGN}", "changed": "~", "moved": ">"})
"""What tells them apart where there is no colour."""

_ROUND = frozenset({"input", "output", "join", "convolution", "transposed", "block", "activation", "normalization"})
_WIDTHS = {"pooling": 2.0, "block": 1.6}


def look(kind: str, theme: Theme, mark: str = "", training: bool = False) -> dict[str, str]:
    """The attributes of a box: fill, line, corners. A dashed line is for training only, or for what was removed."""
    made = MARKS[theme.name].get(mark)
    styles = ["filled", *(["rounded"] if kind in _ROUND else [])]
    if training or (made is not None and made.dashed):
        styles.append("dashed")
    return {
        "style": ",".join(styles),
        "fillcolor": made.fill if made is not None else color_of(kind, theme.name),
        "color": made.line if made is not None else theme.line,
        "penwidth": f"{_width(kind, mark):g}",
        "peripheries": "2" if kind == "linear" and theme.name == "print" else "1",
    }


def swatch(kind: str, theme: Theme, mark: str = "") -> str:
    """The same as attributes of a cell."""
    made = look(kind, theme, mark)
    style = "rounded" if kind in _ROUND else "solid"
    return f'bgcolor="{made["fillcolor"]}" color="{made["color"]}" border="{_width(kind, mark):.0f}" style="{style}"'


def _width(kind: str, mark: str) -> float:
    return 2.0 if mark not in ("", "same") else _WIDTHS.get(kind, 1.0)
