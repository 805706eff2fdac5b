"""A row a layer or a step, as a table to read and as one that adds up."""

from __future__ import annotations

from collections.abc import Iterable

from cnndsl.passes.conventions import Convention
from cnndsl.summary.columns import COLUMNS, DEFAULT, Entry
from cnndsl.summary.facts import Facts
from cnndsl.summary.notes import notes
from cnndsl.summary.rows import rows
from cnndsl.summary.table import Column, Line, Table, choose, find, headed, line, order


def layer_tables(
    facts: Facts, depth: int, columns: str | Iterable[str] | None, sort: str | None
) -> tuple[Table, Table]:
    """The table that is read, with headings of opened blocks, totals and notes; and only what adds up."""
    chosen = headed(choose(COLUMNS, columns or default(facts.convention)), facts.convention)
    by = find(COLUMNS, sort) if sort is not None else None
    entries = entries_of(facts, depth)
    leaves = [entry for entry in entries if not entry.row.inside]
    if by is not None:
        entries = leaves = order(by, leaves)
    # Names are short where they stand under the name of their block.
    nested = by is None and chosen[0].name == "step"
    lines = (line(chosen, one._replace(relative=nested), one.row.level if nested else 0) for one in entries)
    total = Line(("total", *(_total(column, leaves) for column in chosen[1:])))
    if chosen[0].sums:
        total = Line((_total(chosen[0], leaves), *total.values[1:]))
    title = facts.graph.name
    return (
        Table(title, chosen, tuple(lines), total, notes(facts)),
        Table(title, chosen, tuple(line(chosen, one) for one in leaves)),
    )


def entries_of(facts: Facts, depth: int = 1) -> list[Entry]:
    """The rows with their figures, in the order of the text; a block that is opened stands before what is in it."""
    return [Entry(row, facts.sum(row), facts) for row in rows(facts.graph, depth, facts.every_step)]


def default(convention: Convention) -> list[str]:
    """The columns where none are asked for: MACs give way to another convention."""
    return [name if name != "macs" or convention == "macs" else "operations" for name in DEFAULT]


def _total(column: Column[Entry], entries: list[Entry]) -> int | float | None:
    if not column.sums:
        return None
    found: list[float | None] = [column.value(entry) for entry in entries if _is_added(column, entry)]
    return sum(value for value in found if value is not None)


def _is_added(column: Column[Entry], entry: Entry) -> bool:
    return column.sums == "all" or (entry.adds if column.sums == "stored" else entry.counts.inference)
