"""A finding as a person reads it: the claim, the source with labelled places, reasons, help."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from cnndsl.diagnostics.arcs import Arcs
from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.diagnostics.excerpt import Excerpt, visible
from cnndsl.diagnostics.formats import place
from cnndsl.diagnostics.layout import Layout
from cnndsl.diagnostics.marks import Mark, Piece, Row, Style, mark, underline
from cnndsl.diagnostics.patch import patch
from cnndsl.source import Source, Span

_BETWEEN = 2
"""Lines without a mark that are shown between two with marks; more are left out."""

_RESET = "\x1b[0m"
_SEVERITY = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;32m"}
_STYLES = {
    "secondary": "\x1b[1;34m",
    "gutter": "\x1b[1;34m",
    "add": "\x1b[32m",
    "remove": "\x1b[31m",
    "bold": "\x1b[1m",
}


def render(diagnostic: Diagnostic, color: bool = False, width: int | None = None) -> str:
    """The full form, over several lines, with a line end.

    With a ``width`` in columns no line is wider, except for a longer word; without, only lines of source are cropped.
    """
    rows = map(_stripped, _rows(diagnostic, width))
    if not color:
        return "".join("".join(piece.text for piece in row) + "\n" for row in rows)
    styles = {**_STYLES, "primary": _SEVERITY[diagnostic.severity]}
    return "".join(_paint(row, styles) + "\n" for row in rows)


def _stripped(row: Row) -> Row:
    """``row`` without the spaces at its end."""
    while row and not row[-1].text.rstrip():
        row = row[:-1]
    return [*row[:-1], row[-1]._replace(text=row[-1].text.rstrip())] if row else row


def _paint(row: Row, styles: dict[Style, str]) -> str:
    painted = ""
    for style, pieces in groupby(row, key=attrgetter("style")):
        text = "".join(piece.text for piece in pieces)
        start = styles.get(style, "")
        painted += f"{start}{text}{_RESET}" if start and text.strip() else text
    return painted


def _rows(diagnostic: Diagnostic, width: int | None) -> list[Row]:
    by_source: dict[Source, list[Mark]] = {diagnostic.span.source: []}
    for label in diagnostic.labels:
        by_source.setdefault(label.span.source, []).append(mark(label.span, label.message, primary=False))
    primary = mark(diagnostic.span, diagnostic.label, primary=True)
    by_source[diagnostic.span.source].append(primary)
    layout = Layout(_margin(diagnostic, by_source), width)

    rows = layout.title(f"{diagnostic.severity}[{diagnostic.code}]", visible(diagnostic.message))
    for source, marks in by_source.items():
        arrow = "-->" if source is diagnostic.span.source else ":::"
        span = diagnostic.span if source is diagnostic.span.source else _first(diagnostic, source)
        rows.append([Piece(" " * layout.margin + arrow, "gutter"), Piece(f" {place(span)}")])
        rows += _snippet(source, marks, layout) if source.text else _said(marks, layout)
    for word, texts in (("note", diagnostic.notes), ("help", diagnostic.help)):
        for text in texts:
            rows += layout.remark(f"{word}: ", visible(text))
    for fix in diagnostic.fixes:
        rows += layout.title("help", visible(fix.title), "bold")
        rows += patch(fix, layout)
    return rows


def _margin(diagnostic: Diagnostic, by_source: dict[Source, list[Mark]]) -> int:
    """Columns of the largest number of a line."""
    edits = [edit for fix in diagnostic.fixes for edit in fix.edits]
    lines = [one.last_line for marks in by_source.values() for one in marks]
    lines += [edit.span.source.position(edit.span.end)[0] + edit.text.count("\n") for edit in edits]
    return len(str(max(lines)))


def _first(diagnostic: Diagnostic, source: Source) -> Span:
    return next(label.span for label in diagnostic.labels if label.span.source is source)


def _snippet(source: Source, marks: list[Mark], layout: Layout) -> list[Row]:
    """Lines with marks, and what lies between where that is little; then the labels that have no room there."""
    arcs = Arcs([one for one in marks if one.first_line != one.last_line])
    layout = layout.beside(arcs.width)
    wanted = sorted({line for one in marks for line in (one.first_line, one.last_line)})
    rows: list[Row] = [[Piece(" " * (layout.margin + 1) + "|", "gutter")]]
    unsaid: list[Mark] = []
    previous = wanted[0] - 1
    if previous and not source.line(wanted[0]).strip():
        previous -= 1
    for number in wanted:
        if number - previous - 1 > _BETWEEN:
            rows.append([Piece("...".ljust(layout.margin + 3), "gutter"), *arcs.beside(number - 1)])
        else:
            for between in range(previous + 1, number):
                excerpt = Excerpt(source.line(between), (), layout.longest)
                rows.append([layout.number(between), *arcs.beside(between), Piece(excerpt.shown)])
        rows += _marked_line(source.line(number), number, marks, arcs, layout, unsaid)
        previous = number
    return rows + _said(unsaid, layout)


def _said(marks: list[Mark], layout: Layout) -> list[Row]:
    """Labels without the lines that they belong to."""
    remarks = [layout.remark(f"at {one.first_line}:{one.first + 1}: ", one.label) for one in marks if one.label]
    return [row for rows in remarks for row in rows]


def _marked_line(
    line: str, number: int, marks: list[Mark], arcs: Arcs, layout: Layout, unsaid: list[Mark]
) -> list[Row]:
    """A line, and what is said under it; the marks that are not shown are added to ``unsaid``."""
    here = sorted((one for one in marks if one.first_line == one.last_line == number), key=lambda one: not one.primary)
    ending = [one for one in reversed(arcs.marks) if one.last_line == number]
    beginning = [(one.first, one.first + 1) for one in arcs.marks if one.first_line == number]
    places = [(one.first, one.last) for one in here] + [(max(one.last - 1, 0), one.last) for one in ending] + beginning
    excerpt = Excerpt(line, places, layout.longest)
    shown = [one for one in here if excerpt.holds((one.first, one.last))]
    unsaid += [one for one in here if one not in shown]
    rows: list[Row] = [[layout.number(number), *arcs.beside(number), Piece(excerpt.shown)]]
    if shown:
        below, without_room = underline(excerpt, sorted(shown, key=marks.index), layout.room)
        rows += [[layout.gutter, *arcs.below(number), *row] for row in below]
        unsaid += without_room
    for one in ending:
        room = None if layout.room is None else layout.room + arcs.width
        rows += [[layout.gutter, *row] for row in arcs.closing(one, excerpt, room)]
    return rows
