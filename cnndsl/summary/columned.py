"""Reasons in columns: a size, what makes it, and how; indented where a size is made of several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnndsl.diagnostics.excerpt import visible

_WIDEST = 34
"""Of what stands in the middle; what is longer pushes its own line alone."""
_LEAST = 24
"""Characters at the right that are shown however narrow the terminal is."""
_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"


class Look(NamedTuple):
    """The columns of the terminal, None: no end to the right; and whether there are colours."""

    width: int | None = None
    color: bool = False


class Row(NamedTuple):
    """A line: ``size`` stands at the left where it begins a reason, then what makes it or the place, then how.

    A ``heading`` stands at the margin.
    """

    indent: int
    size: str
    left: str
    right: str
    heading: bool = False


def columned(rows: Sequence[Row], look: Look) -> str:
    """The rows, those of one indentation under each other; what is indented begins under the names before it."""
    sizes: dict[int, int] = {}
    lefts: dict[int, int] = {}
    for row in rows:
        sizes[row.indent] = max(sizes.get(row.indent, 0), len(row.size))
        if len(row.left) <= _WIDEST and not row.heading:
            lefts[row.indent] = max(lefts.get(row.indent, 0), len(row.left))
    margins = {indent: 2 + sum(sizes[outer] + 2 for outer in range(indent)) for indent in sizes}
    return "".join(
        _line(row, " " * margins[row.indent], sizes[row.indent], lefts.get(row.indent, 0), look) + "\n" for row in rows
    )


def _line(row: Row, margin: str, size: int, left: int, look: Look) -> str:
    if row.heading:
        return margin + visible(row.left)
    number, middle = f"{row.size:>{size}}", f"{visible(row.left):<{left}}"
    right = _cut(visible(row.right), look.width, len(margin) + len(number) + len(middle) + 4)
    if look.color:
        number = f"{_BOLD}{number}{_RESET}" if row.size else number
        middle = middle if row.size else f"{_DIM}{middle}{_RESET}"
    return f"{margin}{number}  {middle}  {right}".rstrip()


def _cut(text: str, width: int | None, used: int) -> str:
    room = max(width - used, _LEAST) if width is not None else 200
    return text if len(text) <= room else text[: room - 3] + "..."
