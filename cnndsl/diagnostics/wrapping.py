"""Text in lines that are no wider than there is room."""

from __future__ import annotations

from cnndsl.diagnostics.excerpt import display_width

ENOUGH = 30
"""Columns that are room for a text of several lines."""


def wrapped(text: str, room: int | None, first: int | None = None) -> list[str]:
    """``text`` in lines of at most ``room`` columns, or ``first`` in the first one; a longer word has its own."""
    if room is None:
        return [text]
    lines: list[str] = []
    line = ""
    left = room if first is None else first
    words = text.split(" ")
    if left < display_width(words[0]) and left < room:
        lines, left = [""], room
    for word in words:
        longer = f"{line} {word}" if line else word
        if line and display_width(longer) > left:
            lines.append(line)
            line, left = word, room
        else:
            line = longer
    return [*lines, line]


def widest(lines: list[str]) -> int:
    """Columns of the longest line."""
    return max(map(display_width, lines))
