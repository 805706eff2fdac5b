"""A table as text, Markdown, CSV and LaTeX."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from io import StringIO
from textwrap import wrap
from typing import Any

from cnndsl.shape import Shape
from cnndsl.summary.table import Column, Line, Table

_INDENT = "  "
_NARROW = 80


def text(table: Table) -> str:
    """For a terminal: columns in line, numbers to the right, rules around."""
    head = [column.title for column in table.columns]
    body = list(_cells(table))
    total = [cells_of(table.columns, table.total)] if table.total is not None else []
    widths = [max(map(len, cells)) for cells in zip(head, *body, *total, strict=True)]
    lines = [_aligned(table.columns, row, widths) for row in (head, *body, *total)]
    rule = "-" * max(map(len, lines))
    parts = [printable(table.title), rule, lines[0], rule, *lines[1 : len(body) + 1], rule, *lines[len(body) + 1 :]]
    notes = (line for note in table.notes for line in _wrapped(note, max(len(rule), _NARROW)))
    return "\n".join(part for part in [*parts, *notes] if part) + "\n"


def _wrapped(note: str, width: int) -> list[str]:
    return wrap(printable(note), width, subsequent_indent=_INDENT, break_on_hyphens=False)


def markdown(table: Table) -> str:
    """A pipe table as GitHub has it, in line in the source too; the title above, the notes below."""
    head = [_piped(column.title) for column in table.columns]
    body = [[_piped(cell) for cell in row] for row in _cells(table)]
    if table.total is not None:
        body.append([f"**{_piped(cell)}**" if cell else "" for cell in cells_of(table.columns, table.total)])
    widths = [max(3, *map(len, cells)) for cells in zip(head, *body, strict=True)]
    marks = ["-" * (width - 1) + (":" if column.right else "-") for column, width in _beside(table, widths)]
    lines = [_aligned(table.columns, row, widths, " | ") for row in (head, marks, *body)]
    notes = [f"- {_piped(note)}" for note in table.notes]
    title = [f"### {_piped(table.title)}", ""] if table.title else []
    return "\n".join([*title, *(f"| {line} |" for line in lines), *([""] if notes else []), *notes]) + "\n"


def comma_separated(table: Table) -> str:
    """For programs: a heading, and the lines without total, numbers in full. A shape is 64x56x56."""
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([_exact(value) for value in line.values] for line in table.lines)
    return written.getvalue()


def _exact(value: Any) -> str:
    if isinstance(value, tuple) and not isinstance(value, Shape):
        return "x".join(map(str, value))
    return "" if value is None else str(value)


def latex(table: Table) -> str:
    """A ``tabular`` with the rules of ``booktabs``; the notes are comments."""
    head = [_tex(column.title) for column in table.columns]
    body = [[_tex(cell) for cell in row] for row in _cells(table)]
    total = [_tex(cell) for cell in cells_of(table.columns, table.total)] if table.total is not None else []
    lines = [
        "% " + printable(f"{table.title}: " if table.title else "") + r"needs \usepackage{booktabs}",
        "\\begin{tabular}{" + "".join("r" if column.right else "l" for column in table.columns) + "}",
        "\\toprule",
        " & ".join(head) + " \\\\",
        "\\midrule",
        *(" & ".join(row) + " \\\\" for row in body),
        *(["\\midrule", " & ".join(total) + " \\\\"] if total else []),
        "\\bottomrule",
        "\\end{tabular}",
        *(f"% {printable(note)}" for note in table.notes),
    ]
    return "\n".join(lines) + "\n"


FORMATS: dict[str, Callable[[Table], str]] = {
    "text": text,
    "markdown": markdown,
    "csv": comma_separated,
    "latex": latex,
}


def cells_of(columns: tuple[Column[Any], ...], line: Line) -> list[str]:
    """The values of a line as they are read."""
    cells = [_shown(column, value) for column, value in zip(columns, line.values, strict=True)]
    return [_INDENT * line.level + cells[0] if not columns[0].right else cells[0], *cells[1:]]


def _cells(table: Table) -> Iterator[list[str]]:
    for line in table.lines:
        yield cells_of(table.columns, line)


def _shown(column: Column[Any], value: Any) -> str:
    if value is None or (value == 0 and column.form == "count"):
        return ""
    if column.form == "share":
        return f"{value:.1f}"
    if column.form == "memory":
        return _digits(column.scaled(value), 1 if column.unit == "MiB" else 0)
    return printable(written(value))


def written(value: Any) -> str:
    """A value of any kind: 1,234, 0.5, 64x56x56, words."""
    if isinstance(value, Shape) or not isinstance(value, int | float | tuple):
        return str(value)
    if isinstance(value, tuple):
        return "x".join(map(written, value))
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _digits(value: float, places: int) -> str:
    """As many digits as a reader compares: 3,136 and 36, yet 3.9 and 0.04."""
    if value == 0:
        return ""
    if value >= 10 or (value == int(value) and not places):
        return f"{value:,.{places}f}"
    if value < 0.001:
        return "<0.001"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}" if value >= 0.1 else f"{value:.1g}"


def printable(words: str) -> str:
    """Names of files may hold anything; a terminal is told nothing but characters."""
    return words if words.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in words)


def _aligned(columns: tuple[Column[Any], ...], cells: list[str], widths: list[int], between: str = "  ") -> str:
    aligned = (
        cell.rjust(width) if column.right else cell.ljust(width)
        for column, cell, width in zip(columns, cells, widths, strict=True)
    )
    line = between.join(aligned)
    return line if between.strip() else line.rstrip()


def _beside(table: Table, widths: list[int]) -> Iterator[tuple[Column[Any], int]]:
    return zip(table.columns, widths, strict=True)


_MARKDOWN = re.compile(r"[\\|*`<>\[\]$~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
"""What means something there; an underline within a word does not."""


def _piped(cell: str) -> str:
    words = printable(cell.lstrip(" "))
    return "&nbsp;" * (len(cell) - len(cell.lstrip(" "))) + _MARKDOWN.sub(r"\\\g<0>", words)


_TEX = str.maketrans(
    {
        **{mark: f"\\{mark}" for mark in "&%$#_{}"},
        **{mark: f"{{{mark}}}" for mark in "[*-"},  # the first two mean something after \\, and -- is a dash
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def _tex(cell: str) -> str:
    words = cell.lstrip(" ")
    return r"\quad " * ((len(cell) - len(words)) // len(_INDENT)) + words.translate(_TEX)
