"""A fix as a person reads it: the lines as they would be, with what is new marked."""

from __future__ import annotations

from cnndsl.diagnostics.diagnostic import Edit, Fix
from cnndsl.diagnostics.excerpt import Excerpt, Place
from cnndsl.diagnostics.layout import Layout
from cnndsl.diagnostics.marks import Piece, Row
from cnndsl.source import Source

_MOST = 12
"""Lines of a fix that are shown."""


def apply(text: str, edits: list[Edit]) -> str:
    """``text`` with ``edits``, which must not overlap, carried out."""
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def patch(fix: Fix, layout: Layout) -> list[Row]:
    """The rows of ``fix``."""
    rows: list[Row] = []
    for source in dict.fromkeys(edit.span.source for edit in fix.edits):
        edits = sorted((edit for edit in fix.edits if edit.span.source is source), key=lambda edit: edit.span.start)
        rows.append([Piece(layout.gutter.text.rstrip(), "gutter")])
        for first, last, group in _by_lines(source, edits):
            rows += _lines(source, first, last, group, layout)
    if len(rows) > _MOST:
        rows[_MOST:] = [[Piece("...", "gutter")]]
    return rows


def _by_lines(source: Source, edits: list[Edit]) -> list[tuple[int, int, list[Edit]]]:
    """Edits that touch the same lines together, with the first and the last of these lines."""
    groups: list[tuple[int, int, list[Edit]]] = []
    for edit in edits:
        first, last = source.position(edit.span.start)[0], source.position(edit.span.end)[0]
        if groups and groups[-1][1] >= first:
            first, _, group = groups.pop()
            groups.append((first, last, [*group, edit]))
        else:
            groups.append((first, last, [edit]))
    return groups


def _lines(source: Source, first: int, last: int, edits: list[Edit], layout: Layout) -> list[Row]:
    start = source.line_starts[first - 1]
    end = source.line_starts[last] - 1 if last < len(source.line_starts) else len(source.text)
    shifted = [
        edit._replace(span=edit.span._replace(start=edit.span.start - start, end=edit.span.end - start))
        for edit in edits
    ]
    old = source.text[start:end]
    new = apply(old, shifted)
    if first == last and "\n" not in new and all(edit.text for edit in edits):
        return _one_line(new.rstrip("\r"), first, shifted, layout)
    before, after = ([line.rstrip("\r") for line in text.split("\n")] for text in (old, new))
    return _diff(before, after, first, layout)


def _one_line(new: str, number: int, edits: list[Edit], layout: Layout) -> list[Row]:
    places: list[Place] = []
    moved = 0
    for edit in edits:
        places.append((edit.span.start + moved, edit.span.start + moved + len(edit.text)))
        moved += len(edit.text) - (edit.span.end - edit.span.start)
    excerpt = Excerpt(new, places, layout.longest)
    marks: Row = []
    width = 0
    for edit, (first, last) in zip(edits, places, strict=True):
        start, stop = excerpt.column(first), excerpt.column(last)
        sign = "~" if edit.span.end > edit.span.start else "+"
        if excerpt.holds((first, last)):
            marks += [Piece(" " * (start - width)), Piece(sign * (stop - start), "add")]
            width = stop
    return [[layout.number(number), Piece(excerpt.shown)], [layout.gutter, *marks]]


def _diff(old: list[str], new: list[str], first: int, layout: Layout) -> list[Row]:
    while old and new and old[0] == new[0]:
        old, new, first = old[1:], new[1:], first + 1
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    rows: list[Row] = []
    for sign, style, lines, others in (("-", "remove", old, new), ("+", "add", new, old)):
        for index, line in enumerate(lines[: _MOST + 1]):
            place = _change(line, others[index]) if index < len(others) else (0, 0)
            shown = Excerpt(line, (place,), layout.longest).shown
            rows.append([Piece(f"{first + index:>{layout.margin}} ", "gutter"), Piece(f"{sign} {shown}", style)])
    return rows


def _change(line: str, other: str) -> Place:
    """What ``line`` has where ``other`` has something else."""
    first = _alike(line, other)
    return first, max(len(line) - _alike(line[:first:-1], other[:first:-1]), first + 1)


def _alike(line: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = zip(line, other, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(line), len(other)))
