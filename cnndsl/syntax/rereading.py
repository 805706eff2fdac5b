"""A file whose text was edited, read again where it changed."""

from __future__ import annotations

from collections.abc import Sequence

from cnndsl.diagnostics.diagnostic import Diagnostic, Edit
from cnndsl.source import Source
from cnndsl.syntax import tree
from cnndsl.syntax.parser import Reading, parse


def reread(file: tree.File, source: Source, edits: Sequence[Edit]) -> tuple[tree.File, list[Diagnostic], int]:
    """The tree of ``source``, which is ``file`` after ``edits``; its findings; how many characters were read.

    ``file`` was free of slips. Items that no edit touches are those of ``file``, with their places in its text.
    """
    items: list[tree.Item] = []
    moved = read = 0
    pending = sorted(edits, key=lambda edit: edit.span.start)
    for item in file.items:
        inside = [edit for edit in pending if item.span.start < edit.span.end and edit.span.start < item.span.end]
        inside += [edit for edit in pending if edit.span.start == edit.span.end == item.span.end]
        if not inside:
            items.append(item)
            moved += _moved([edit for edit in pending if edit.span.end <= item.span.start])
            pending = [edit for edit in pending if edit.span.start >= item.span.end]
            continue
        if any(edit.span.start < item.span.start or edit.span.end > item.span.end for edit in inside):
            return (*parse(source), len(source.text))
        moved += _moved([edit for edit in pending if edit.span.end <= item.span.start and edit not in inside])
        start, end = item.span.start + moved, item.span.end + moved + _moved(inside)
        moved += _moved(inside)
        pending = [edit for edit in pending if edit not in inside and edit.span.start >= item.span.end]
        reading = Reading(source)
        tokens = reading.read_tokens(start, end)
        again = reading.read_file(tokens) if tokens else None
        if again is None or len(again.items) != 1 or reading.findings.listed():
            return (*parse(source), len(source.text))
        items += again.items
        read += end - start
    if pending:
        return (*parse(source), len(source.text))
    return tree.File(source, file.doc, tuple(items)), [], read


def _moved(edits: Sequence[Edit]) -> int:
    """By how much edits lengthen a text."""
    return sum(len(edit.text) - (edit.span.end - edit.span.start) for edit in edits)
