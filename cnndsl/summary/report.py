"""The summary of a network: what it prints, and its table in every format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, get_args

from cnndsl.graph import Graph
from cnndsl.passes.conventions import Convention
from cnndsl.summary.columns import COLUMNS
from cnndsl.summary.document import Json, as_json
from cnndsl.summary.facts import Facts
from cnndsl.summary.formats import FORMATS
from cnndsl.summary.html import html
from cnndsl.summary.layers import Layers
from cnndsl.summary.layers import default as _layers
from cnndsl.summary.stages import PARTS, Stages
from cnndsl.summary.stages import default as _stages
from cnndsl.summary.table import Column, Table

By = Literal["layer", "step", "stage", "kind", "resolution"]


class Summary:
    """A network as a table. It prints as text, and shows itself in a notebook.

    - ``depth``: blocks are opened ``depth - 1`` levels deep.
    - ``by``: a row a layer with its activation, an operation (``step``), a stage, a kind of
      operation, or a size of maps (``resolution``).
    - ``columns``: their names, as a list or joined by commas; ``sort``: largest first by this one.
    - ``no_bias``: parameters are counted without biases. ``convention``: what counts as an operation.

    Raises ``ValueError`` for a word that says nothing; ``UnknownColumn``, which is one, for a column.
    """

    def __init__(
        self,
        graph: Graph,
        depth: int = 1,
        by: By = "layer",
        columns: str | Iterable[str] | None = None,
        sort: str | None = None,
        no_bias: bool = False,
        convention: Convention = "macs",
    ) -> None:
        _known("by", by, get_args(By))
        _known("convention", convention, get_args(Convention))
        self.graph = graph
        facts = Facts(graph, no_bias, convention, every_step=by == "step")
        self._made: Layers | Stages
        if by == "stage" or by == "kind" or by == "resolution":
            self._made = Stages(facts, by, columns, sort)
        else:
            self._made = Layers(facts, depth, columns, sort)

    @property
    def table(self) -> Table:
        """What is read, with headings, totals and notes."""
        return self._made.table

    @property
    def flat(self) -> Table:
        """What adds up: opened blocks without their subtotals."""
        return self._made.flat

    def __str__(self) -> str:
        return FORMATS["text"](self.table).rstrip("\n")

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html(self.table)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The lines as dictionaries by the names of the columns."""
        return self.flat.records

    def as_json(self) -> Json:
        """Every operation with every figure: the form of ``cnn summary --format json``."""
        return as_json(self.graph)

    def to_markdown(self) -> str:
        """As a pipe table."""
        return FORMATS["markdown"](self.table)

    def to_csv(self) -> str:
        """For programs: numbers in full, no total."""
        return FORMATS["csv"](self.flat)

    def to_latex(self) -> str:
        """As a ``tabular`` with ``booktabs``."""
        return FORMATS["latex"](self.table)


def columns_of(by: By) -> tuple[Mapping[str, Column[Any]], Sequence[str]]:
    """The columns that a table can have, and those that it has where none are asked for."""
    if by == "stage" or by == "kind" or by == "resolution":
        return PARTS, _stages(by, "macs")
    return COLUMNS, _layers("macs")


def _known(option: str, word: str, words: tuple[str, ...]) -> None:
    if word not in words:
        raise ValueError(f"{option} is {word!r}; it may be {', '.join(words)}")
