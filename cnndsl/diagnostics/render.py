"""A finding as a person reads it: the claim, the source with labelled places, reasons, help."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from cnndsl.diagnostics.arcs import Arcs
from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.diagnostics.excerpt import Excerpt, visible
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
    """The full form, over several lines, with a line end."""
    rows = _rows(diagnostic)
    if not color:
        return "".join("".join(piece.text for piece in row).rstrip() + "\n" for row in rows)
    styles = {**_STYLES, "primary": _SEVERITY[diagnostic.severity]}
    return "".join(_paint(row, styles) + "\n" for row in rows)


def _paint(row: Row, styles: dict[Style, str]) -> str:
    painted = ""
    for style, pieces in groupby(row, key=attrgetter("style")):
        text = "".join(piece.text for piece in pieces)
        start = styles.get(style, "")
        painted += f"{start}{text}{_RESET}" if start and text.strip() else text
    return painted.rstrip()


def _rows(diagnostic: Diagnostic) -> list[Row]:
    by_source: dict[Source, list[Mark]] = {diagnostic.span.source: []}
    for label in diagnostic.labels:
        by_source.setdefault(label.span.source, []).append(mark(label.span, label.message, primary=False))
    primary = mark(diagnostic.span, diagnostic.label, primary=True)
    by_source[diagnostic.span.source].append(primary)
    edits = [edit for fix in diagnostic.fixes for edit in fix.edits]
    lines = [one.last_line for marks in by_source.values() for one in marks]
    lines += [edit.span.source.position(edit.span.end)[0] + edit.text.count("\n") for edit in edits]
    margin = len(str(max(lines)))

    name = f"{diagnostic.severity}[{diagnostic.code}]"
    rows: list[Row] = [[Piece(name, "primary"), Piece(f": {visible(diagnostic.message)}", "bold")]]
    for source, marks in by_source.items():
        arrow = "-->" if source is diagnostic.span.source else ":::"
        span = diagnostic.span if source is diagnostic.span.source else _first(diagnostic, source)
        rows.append([Piece(" " * margin + arrow, "gutter"), Piece(f" {place(span)}")])
        if source.text:
            rows.append([Piece(" " * (margin + 1) + "|", "gutter")])
            rows += _snippet(source, marks, margin)
    for word, texts in (("note", diagnostic.notes), ("help", diagnostic.help)):
        rows += [[Piece(f"{' ' * (margin + 1)}= ", "gutter"), Piece(f"{word}: {visible(text)}")] for text in texts]
    for fix in diagnostic.fixes:
        rows.append([Piece("help", "bold"), Piece(f": {visible(fix.title)}")])
        rows += patch(fix, margin)
    return rows


def _first(diagnostic: Diagnostic, source: Source) -> Span:
    return next(label.span for label in diagnostic.labels if label.span.source is source)


def place(span: Span) -> str:
    """``resnet.cnn:12:5``."""
    line, column = span.source.position(min(span.start, len(span.source.text)))
    return f"{visible(span.source.name)}:{line}:{column}"


def _snippet(source: Source, marks: list[Mark], margin: int) -> list[Row]:
    """Lines with marks, and what lies between where that is little."""
    arcs = Arcs([one for one in marks if one.first_line != one.last_line])
    wanted = sorted({line for one in marks for line in (one.first_line, one.last_line)})
    rows: list[Row] = []
    previous = wanted[0] - 1
    if previous and not source.line(wanted[0]).strip():
        previous -= 1
    for number in wanted:
        if number - previous - 1 > _BETWEEN:
            rows.append([Piece("...".ljust(margin + 3), "gutter"), *arcs.beside(number - 1)])
        else:
            for between in range(previous + 1, number):
                rows.append(
                    [*_number(between, margin), *arcs.beside(between), Piece(Excerpt(source.line(between)).shown)]
                )
        rows += _marked_line(source, number, marks, arcs, margin)
        previous = number
    return rows


def _marked_line(source: Source, number: int, marks: list[Mark], arcs: Arcs, margin: int) -> list[Row]:
    here = [one for one in marks if one.first_line == one.last_line == number]
    ending = [one for one in reversed(arcs.marks) if one.last_line == number]
    places = [one.first for one in here if one.primary] or [one.first for one in here] or [one.last for one in ending]
    excerpt = Excerpt(source.line(number), min(places, default=0))
    gutter = Piece(" " * (margin + 1) + "| ", "gutter")
    rows: list[Row] = [[*_number(number, margin), *arcs.beside(number), Piece(excerpt.shown)]]
    if here:
        rows += [[gutter, *arcs.below(number), *row] for row in underline(excerpt, here)]
    for one in ending:
        rows.append([gutter, *arcs.closing(one, excerpt)])
    return rows


def _number(line: int, margin: int) -> Row:
    return [Piece(f"{line:>{margin}} | ", "gutter")]
