"""Where parameters, MACs and memory are: a row a stage, a kind of operation, or a size of maps."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Literal, NamedTuple

from cnndsl.passes.conventions import Convention
from cnndsl.passes.shares import Share, percentages, shares
from cnndsl.summary.facts import Facts
from cnndsl.summary.notes import notes
from cnndsl.summary.table import Column, Table, choose, find, headed, line, order, totalled

Place = Literal["stage", "kind", "resolution"]


class Part(NamedTuple):
    """A stage, kind or size of maps, its parameters, and shares in percent that add up to 100; None: nothing."""

    share: Share
    params: int
    of_params: float | None
    of_macs: float | None
    of_operations: float | None
    of_memory: float | None


_DECLARED: tuple[Column[Part], ...] = (
    Column("name", "name", "of the stage, the kind, or the size of maps", lambda p: p.share.name, "text"),
    Column("output", "output", "shape at the end of a stage", lambda p: p.share.output, "text"),
    Column("params", "parameters", "what is learned; --no-bias leaves biases out", lambda p: p.params, sums="all"),
    Column("params_share", "%", "share of the parameters", lambda p: p.of_params, "share", sums="all"),
    Column("macs", "MACs", "multiply-adds", lambda p: p.share.macs, sums="all"),
    Column("macs_share", "%", "share of the MACs", lambda p: p.of_macs, "share", sums="all"),
    Column("operations", "operations", "operations under the --convention", lambda p: p.share.operations, sums="all"),
    Column("operations_share", "%", "share of these operations", lambda p: p.of_operations, "share", sums="all"),
    Column("memory", "memory", "of the outputs of all steps", lambda p: p.share.memory, "memory", "KiB", "all"),
    Column("memory_share", "%", "share of that memory", lambda p: p.of_memory, "share", sums="all"),
)

PARTS: dict[str, Column[Part]] = {column.name: column for column in _DECLARED}


class Stages:
    """The table of a network with a row a stage, kind or size of maps. Raises ``UnknownColumn``."""

    def __init__(self, facts: Facts, by: Place, columns: str | Iterable[str] | None, sort: str | None) -> None:
        self.columns = headed(
            choose(PARTS, default(by, facts.convention) if columns is None else columns), facts.convention
        )
        self._sort = find(PARTS, sort) if sort is not None else None
        self._facts = facts
        self._by = by

    @cached_property
    def table(self) -> Table:
        """In the order of the text, or of the legend of kinds."""
        found = _parts(self._facts, self._by)
        if self._sort is not None:
            found = order(self._sort, found)
        total: tuple[Any, ...] = tuple(
            sum(column.value(part) or 0 for part in found) if column.sums else None for column in self.columns
        )
        lines = tuple(line(self.columns, part) for part in found)
        title = f"{self._facts.graph.name} by {self._by}"
        told = notes(self._facts)
        if any(column.name.startswith("memory") for column in self.columns):
            told += ("the column memory adds up the outputs of all steps at inference, activations too",)
        return Table(title, self.columns, lines, totalled(total), told)

    @property
    def flat(self) -> Table:
        """The same: no row is in another."""
        return self.table


def default(by: Place, convention: Convention) -> list[str]:
    """The columns where none are asked for: only a stage has an output, and MACs give way to another convention."""
    hidden = {"macs", "macs_share"} if convention != "macs" else {"operations", "operations_share"}
    return [name for name in PARTS if name not in hidden and (by == "stage" or name != "output")]


def _parts(facts: Facts, by: Place) -> list[Part]:
    found = shares(facts.graph, by, facts.convention)
    params = [one.params - one.biases if facts.no_bias else one.params for one in found]
    columns = [params, *([getattr(one, what) for one in found] for what in ("macs", "operations", "memory"))]
    shown = zip(*map(_percentages, columns), strict=True)
    return [Part(one, own, *each) for one, own, each in zip(found, params, shown, strict=True)]


def _percentages(values: list[int]) -> list[float | None]:
    return [float(written) if value else None for value, written in zip(values, percentages(values), strict=True)]
