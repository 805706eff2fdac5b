"""Where parameters, MACs and memory are: a row a stage, or a kind of operation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from cnndsl.passes.shares import Share, percentages, shares
from cnndsl.summary.facts import Facts
from cnndsl.summary.notes import notes
from cnndsl.summary.table import Column, Line, Table, choose, find, line, order


class Part(NamedTuple):
    """A stage or kind, and its shares as percentages that add up to 100; None where it has nothing."""

    share: Share
    params: float | None
    macs: float | None
    memory: float | None


_DECLARED: tuple[Column[Part], ...] = (
    Column("name", "name", "of the stage, or the kind", lambda p: p.share.name, "text"),
    Column("output", "output", "shape at the end of a stage", lambda p: p.share.output, "text"),
    Column("params", "parameters", "what is learned", lambda p: p.share.params, sums="all"),
    Column("params_share", "%", "share of the parameters", lambda p: p.params, "share", sums="all"),
    Column("macs", "MACs", "multiply-adds", lambda p: p.share.macs, sums="all"),
    Column("macs_share", "%", "share of the MACs", lambda p: p.macs, "share", sums="all"),
    Column("memory", "memory", "of the outputs of all steps", lambda p: p.share.memory, "memory", "KiB", "all"),
    Column("memory_share", "%", "share of that memory", lambda p: p.memory, "share", sums="all"),
)

PARTS: dict[str, Column[Part]] = {column.name: column for column in _DECLARED}


def share_table(
    facts: Facts, by: Literal["stage", "kind"], columns: str | Iterable[str] | None, sort: str | None
) -> Table:
    """In the order of the text, or of the legend of kinds."""
    chosen = choose(PARTS, columns or default(by))
    key = find(PARTS, sort) if sort is not None else None
    found = _parts(facts, by)
    if key is not None:
        found = order(key, found)
    values = [
        sum(column.value(part) or 0 for part in found) if column.sums else "total" if not index else None
        for index, column in enumerate(chosen)
    ]
    title = f"{facts.graph.name} by {by}"
    return Table(title, chosen, tuple(line(chosen, part) for part in found), Line(tuple(values)), notes(facts))


def default(by: Literal["stage", "kind"]) -> list[str]:
    """The columns where none are asked for: a kind has no output."""
    return [name for name in PARTS if by == "stage" or name != "output"]


def _parts(facts: Facts, by: Literal["stage", "kind"]) -> list[Part]:
    found = shares(facts.graph, by)
    columns = (_percentages([getattr(share, what) for share in found]) for what in ("params", "macs", "memory"))
    return [Part(share, *each) for share, *each in zip(found, *columns, strict=True)]


def _percentages(values: list[int]) -> list[float | None]:
    return [float(written) if value else None for value, written in zip(values, percentages(values), strict=True)]
