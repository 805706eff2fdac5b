"""A table as HTML, for notebooks: it takes the colours of the page, light or dark."""

from __future__ import annotations

from html import escape

from cnndsl.summary.formats import cells_of
from cnndsl.summary.table import Line, Table

_CELL = "padding:0.15em 0.75em;white-space:pre;font-variant-numeric:tabular-nums;background:none;text-align:"
_LINE = "1px solid currentColor"


def html(table: Table) -> str:
    """One ``<table>`` with its styles written on it, everything escaped; the title above, the notes below."""
    heads = "".join(_cell("th", column.title, column.right, bold=True) for column in table.columns)
    lines = "".join(f"<tr>{_row(table, one)}</tr>" for one in table.lines)
    total = ""
    if table.total is not None:
        total = f'<tfoot style="border-top:{_LINE}"><tr>{_row(table, table.total, bold=True)}</tr></tfoot>'
    title = f'<caption style="text-align:left;color:inherit;font-weight:bold">{escape(table.title)}</caption>'
    notes = "".join(f"<div>{escape(note)}</div>" for note in table.notes)
    return (
        f'<table style="border-collapse:collapse;color:inherit;background:none">{title if table.title else ""}'
        f'<thead style="border-bottom:{_LINE}"><tr>{heads}</tr></thead><tbody>{lines}</tbody>{total}</table>'
        f'<div style="opacity:0.8">{notes}</div>'
    )


def _row(table: Table, line: Line, bold: bool = False) -> str:
    cells = zip(table.columns, cells_of(table.columns, line), strict=True)
    return "".join(_cell("td", cell, column.right, bold) for column, cell in cells)


def _cell(tag: str, words: str, right: bool, bold: bool = False) -> str:
    weight = "bold" if bold else "normal"
    return f'<{tag} style="{_CELL}{"right" if right else "left"};font-weight:{weight}">{escape(words)}</{tag}>'
