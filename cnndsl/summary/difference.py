"""The difference of two networks to read: as text, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from cnndsl.diagnostics.excerpt import visible
from cnndsl.passes.difference import Change, Difference, Figures, Place, Total
from cnndsl.summary.difference_words import Entry, Style, alike, entries, loading

SIGNS = {"added": "+", "removed": "-", "changed": "~", "moved": ">", "renamed": "="}
"""By kind of change; a picture has the same."""
_TITLES = {
    "params": "parameters",
    "macs": "MACs",
    "inference_peak": "inference peak",
    "saved_for_backward": "saved for backward",
    "receptive_field": "receptive field",
}
_BYTES = ("inference_peak", "saved_for_backward")
_WIDE = 30
_UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


class Sides(NamedTuple):
    """What the two networks are called in a title and above columns."""

    before: str
    after: str


def text(found: Difference, sides: Sides) -> str:
    """For a terminal: a line a change with its sign, then what follows from them, and the totals."""
    title = f"{visible(sides.before)} -> {visible(sides.after)}"
    if found.same:
        return f"{title}\n\n{alike(found)}\n"
    told = list(entries(found, _TEXT))
    width = min(_WIDE, max(len(entry.where) for entry in told))
    lines = [line for entry in told for line in _lines(entry, width)]
    table = [("", *map(visible, sides), "difference", ""), *map(_row, found.totals)]
    widths = [max(map(len, cells)) for cells in zip(*table, strict=True)]
    totals = [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(size) for cell, size in zip(row[1:], widths[1:], strict=True))]
        )
        for row in table
    ]
    parts = [title, "", *lines, "", *(line.rstrip() for line in totals), "", loading(found, *map(visible, sides))]
    return "\n".join(parts) + "\n"


def markdown(found: Difference, sides: Sides) -> str:
    """For a pull request on GitHub: names in code, one table of changes and one of totals."""
    title = f"### {_code(sides.before)} → {_code(sides.after)}"
    if found.same:
        return f"{title}\n\n{_capital(alike(found))}.\n"
    lines = [
        title,
        "",
        "| | where | what | parameters | MACs | activations |",
        "|---|---|---|--:|--:|--:|",
        *map(_piped, entries(found, _MARKDOWN)),
        "",
        f"| | {_code(sides.before)} | {_code(sides.after)} | difference | |",
        "|---|--:|--:|--:|--:|",
        *(f"| {' | '.join(_row(total))} |" for total in found.totals),
        "",
        f"{_capital(loading(found, *map(_code, sides)))}.",
    ]
    return "\n".join(lines) + "\n"


def listed(names: Sequence[str], form: str, only: str = "") -> str:
    """A line that names networks of files: those without difference, or those that ``only`` this file has."""
    quote = _code if form == "markdown" else visible
    line = f"{f'only in {quote(only)}' if only else 'no difference'}: {', '.join(map(quote, names))}\n"
    return _capital(line) if form == "markdown" else line


def as_json(found: Difference, sides: Sides) -> dict[str, Any]:
    """The documented form: changes as they are, every key of weights."""
    weights, told = found.weights, found.consequence
    return {
        "before": sides.before,
        "after": sides.after,
        "same": found.same,
        "changes": [_change(change) for change in found.changes],
        "consequence": {
            "shapes": [_place(place) for place in told.shapes],
            "weights": told.weights,
            **told.delta._asdict(),
        },
        "weights": {
            "load": weights.loads,
            "missing": list(weights.missing),
            "unexpected": list(weights.unexpected),
            "mismatched": [one._asdict() for one in weights.mismatched],
            "renamed": weights.renamed,
        },
        "totals": {total.name: {"before": total.before, "after": total.after} for total in found.totals},
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "what": change.what,
        "places": [_place(place) for place in change.places],
        "details": [detail._asdict() for detail in change.details],
        "layers": change.layers,
        "keys": change.keys,
        **change.delta._asdict(),
    }


def _place(place: Place) -> dict[str, Any]:
    return {name: value for name, value in place._asdict().items() if value is not None}


def _lines(entry: Entry, width: int) -> Iterator[str]:
    sign, what = SIGNS.get(entry.kind, " "), entry.what or entry.kind
    rows = [what, ", ".join(_figures(entry.delta))]
    if len(entry.where) > width:
        yield f"{sign} {entry.where}"
    else:
        yield f"{sign} {entry.where:{width}}  {rows.pop(0)}"
    yield from (f"  {'':{width}}  {row}" for row in rows if row)


def _figures(delta: Figures) -> Iterator[str]:
    if delta.params:
        yield f"{delta.params:+,} parameters"
    if delta.macs:
        yield f"{delta.macs:+,} MACs"
    if delta.memory:
        yield f"{_memory(delta.memory, True)} of activations"


def _row(total: Total) -> tuple[str, str, str, str, str]:
    before, after = total.before, total.after
    shown = (_figure(total.name, before), _figure(total.name, after))
    title = _TITLES.get(total.name, total.name)
    if before is None or after is None or not total.alike:
        return title, *shown, "", ""
    if before == after:
        return title, *shown, "=", ""
    change = _memory(after - before, True) if total.name in _BYTES else f"{after - before:+,}"
    share = f"{100 * (after - before) / before:+.1f} %" if before else ""
    return title, *shown, change, share if share not in ("+0.0 %", "-0.0 %") else ""


def _figure(name: str, value: int | None) -> str:
    if value is None:
        return "-"
    return _memory(value, False) if name in _BYTES else f"{value:,}"


def _memory(number: int, signed: bool) -> str:
    sign = ("+" if number > 0 else "-" if number < 0 else "") if signed else ""
    size = abs(number)
    for unit, name in _UNITS:
        if size >= unit:
            return f"{sign}{size / unit:,.1f} {name}"
    return f"{sign}{size} B"


def _capital(line: str) -> str:
    return line[:1].upper() + line[1:]


def _piped(entry: Entry) -> str:
    delta = entry.delta
    cells = [
        f"{delta.params:+,}" if delta.params else "",
        f"{delta.macs:+,}" if delta.macs else "",
        _memory(delta.memory, True) if delta.memory else "",
    ]
    return f"| **{entry.kind}** | {' | '.join([entry.where, entry.what, *cells])} |"


def _code(words: str) -> str:
    """A span of code that nothing inside can end, also in a cell of a table."""
    shown = visible(words).replace("|", "\\|")
    ticks = 1
    while "`" * ticks in shown:
        ticks += 1
    space = " " if shown.startswith("`") or shown.endswith("`") or not shown else ""
    return f"{'`' * ticks}{space}{shown}{space}{'`' * ticks}"


_TEXT = Style(visible, "->")
_MARKDOWN = Style(_code, "→")
