"""A row a layer or a step, as a table to read and as one that adds up."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from cnndsl.passes.conventions import Convention
from cnndsl.summary.columns import COLUMNS, DEFAULT, Entry
from cnndsl.summary.facts import Facts
from cnndsl.summary.notes import notes
from cnndsl.summary.rows import rows
from cnndsl.summary.table import Column, Table, choose, find, headed, line, order, totalled


class Layers:
    """The table of a network with a row a layer. Raises ``UnknownColumn``."""

    def __init__(self, facts: Facts, depth: int, columns: str | Iterable[str] | None, sort: str | None) -> None:
        self.columns = headed(
            choose(COLUMNS, default(facts.convention) if columns is None else columns), facts.convention
        )
        self._sort = find(COLUMNS, sort) if sort is not None else None
        self._facts = facts
        self._depth = depth

    @cached_property
    def table(self) -> Table:
        """What is read: with headings of opened blocks, totals and notes."""
        # Names are short where they stand under the name of their block.
        nested = self._sort is None and self.columns[0].name == "step"
        entries = self._entries if self._sort is None else self._leaves
        lines = (line(self.columns, one._replace(relative=nested), one.row.level if nested else 0) for one in entries)
        total: tuple[Any, ...] = tuple(_total(column, self._leaves) for column in self.columns)
        return Table(self._facts.graph.name, self.columns, tuple(lines), totalled(total), notes(self._facts))

    @cached_property
    def flat(self) -> Table:
        """What adds up: opened blocks without their subtotals."""
        return Table(self._facts.graph.name, self.columns, tuple(line(self.columns, one) for one in self._leaves))

    @cached_property
    def _entries(self) -> list[Entry]:
        return entries_of(self._facts, self._depth)

    @cached_property
    def _leaves(self) -> list[Entry]:
        leaves = [entry for entry in self._entries if not entry.row.inside]
        return order(self._sort, leaves) if self._sort is not None else leaves


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
