"""The caption below a picture: the network, its size, and what its colours and lines mean."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from cnndsl.backends.graphviz.escaping import html
from cnndsl.backends.graphviz.label import amounts, readable
from cnndsl.backends.graphviz.picture import Picture, boxes
from cnndsl.backends.graphviz.theme import MARKS, SIGNS, Theme, swatch
from cnndsl.backends.palette import legend


def caption(picture: Picture, theme: Theme, columns: int) -> str:
    """An HTML-like label: a line of words, then a sample of each kind that is there, at most ``columns`` to a row."""
    samples = list(_samples(picture, theme))
    columns = ceil(len(samples) / ceil(len(samples) / columns))
    rows = [samples[start : start + columns] for start in range(0, len(samples), columns)]
    size = amounts(picture)
    words = f"<b>{html(readable(picture.name))}</b>" + (f"   {html(size)}" if size else "")
    inner = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    table = f'<table border="0" cellborder="0" cellspacing="3" cellpadding="0">{inner}</table>'
    return f'<<table border="0" cellborder="0"><tr><td>{words}</td></tr><tr><td>{table}</td></tr></table>>'


def _samples(picture: Picture, theme: Theme) -> Iterator[str]:
    shown = list(boxes(picture.members))
    marks = {box.mark for box in shown} | {arrow.mark for arrow in picture.arrows}
    if any(marks):
        for mark, made in MARKS[theme.name].items():
            if mark in marks:
                yield _sample(swatch("block", theme, mark), f"{SIGNS.get(mark, '')} {made.words}".strip())
        return
    for kind, words in legend({box.kind for box in shown}):
        yield _sample(swatch(kind, theme), words)
    if any(arrow.skip for arrow in picture.arrows):
        yield _line(theme.skip, "\N{BOX DRAWINGS HEAVY HORIZONTAL}" * 2, "skip connection")
    if any(box.training for box in shown):
        yield _line(theme.line, "\N{BOX DRAWINGS LIGHT DOUBLE DASH HORIZONTAL}" * 2, "in training only")


def _sample(attributes: str, words: str) -> str:
    cell = f'<td {attributes} width="16" height="11" fixedsize="true"></td>'
    return f'{cell}<td align="left">{html(words)}   </td>'


def _line(color: str, line: str, words: str) -> str:
    return f'<td><font color="{color}">{line}</font></td><td align="left">{html(words)}   </td>'
