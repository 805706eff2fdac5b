"""The columns of a network's table, one declaration each."""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.ops.operation import Costs
from cnndsl.passes.costs import Row as Counts
from cnndsl.passes.notation import FAMILIES, kernel, kind_of, spelled
from cnndsl.shape import Shape
from cnndsl.summary.facts import Facts, Seen
from cnndsl.summary.rows import Row, computes_nothing
from cnndsl.summary.table import Column

FLOAT = 4
"""Bytes of a value in float32."""

_NAMED = 3
"""How many operations a closed group names before it says only the first and the last."""


class Entry(NamedTuple):
    """A row, what it has and does, and what is known of its network. ``relative``: it is read under its heading."""

    row: Row
    counts: Counts
    facts: Facts
    relative: bool = False

    @property
    def step(self) -> str:
        """``layer1.1 .. 2``; ``relative``: without the name of the heading that it stands under."""
        row = self.row
        name = row.name.removeprefix(f"{row.heading}.") if self.relative else row.name
        return name if row.times == 1 else f"{name} .. {row.last.rpartition('.')[2]}"

    @property
    def operation(self) -> str:
        """``conv, relu``, ``bottleneck x 2``; what computes nothing is not told."""
        row = self.row
        told = [node.kind for node in row.nodes if node is row.main or not computes_nothing(row.graph, node)]
        if row.group or row.times > 1:
            told = list(dict.fromkeys(told))
        named = ", ".join(told) if len(told) <= _NAMED else f"{told[0]} .. {told[-1]}"
        times = f" x {row.times}" if row.times > 1 else ""
        return named + times + ("" if self.counts.inference else ", in training")

    @property
    def params(self) -> int:
        """Parameters, with biases or without as was asked."""
        return self.counts.params - (self.counts.biases if self.facts.no_bias else 0)

    @property
    def costs(self) -> Costs:
        """Of one image."""
        return self.counts.costs

    @property
    def operations(self) -> int:
        """Under the convention of the table; training-only ones beside others are none."""
        rows, counts = self.facts.counts[self.row.graph], self.facts.operations[self.row.graph]
        names = [node.name for node in self.row.nodes]
        found = [name for name in names if rows[name].inference] or names
        return sum(counts[name] for name in found)

    @property
    def adds(self) -> bool:
        """Whether its output is one more: at inference, and no other form of what it reads."""
        operation = self.row.main.operation
        return self.counts.inference and not (self.facts.every_step and operation is not None and operation.view)

    @property
    def family(self) -> str:
        """The key of the palette for what it is."""
        return "block" if self.row.group else kind_of(self.row.main)

    @property
    def kernel(self) -> str:
        """``7x7 /2``."""
        return "" if self.row.group else kernel(self.row.main)

    @property
    def written(self) -> str:
        """``7x7, 64, /2``."""
        return "" if self.row.group else spelled(self.row.main, self.row.shape)

    @property
    def input(self) -> str:
        """The shapes of what is read."""
        shapes = self.row.graph.operand_shapes(self.row.nodes[0])
        if shapes is None or self.row.group:
            return ""
        return ", ".join(map(str, shapes))

    @property
    def weights(self) -> str:
        """``64x3x7x7 + 64``."""
        return " + ".join(
            "x".join(map(str, weight.sizes)) or "1" for weight in self.facts.weights(self.row) if not weight.buffer
        )

    @property
    def values(self) -> int | None:
        """Of its output; of all outputs in a block."""
        return self.facts.stored(self.row)

    @property
    def bytes(self) -> int | None:
        """The same in float32."""
        values = self.values
        return None if values is None else FLOAT * values

    @property
    def seen(self) -> Seen:
        """The receptive field of its output."""
        return self.facts.seen(self.row) or Seen(None, None, None, None)

    @property
    def formula(self) -> str | None:
        """The shape of its output in H and W; a pooling that computes nothing at this size may at others."""
        node = self.row.main if self.row.main.operation is not None else self.row.result
        return self.facts.formulas.get(self.row.prefix + node.name)

    @property
    def output(self) -> Shape | str:
        """The shape of its output."""
        return self.row.shape or "?"


def _share(part: int | None, whole: int) -> float | None:
    return 100 * part / whole if part else None


def _inference(entry: Entry, part: int | None) -> int | None:
    return part if entry.counts.inference else None


_DECLARED: tuple[Column[Entry], ...] = (
    Column("step", "step", "its dotted name; in an opened block, the rest of it", lambda e: e.step, "text"),
    Column("operation", "operation", "the operations of a layer, or the block", lambda e: e.operation, "text"),
    Column(
        "kind", "kind", "the family of the operation: convolution, pooling, ...", lambda e: FAMILIES[e.family], "text"
    ),
    Column("input", "input", "shapes of what it reads", lambda e: e.input, "text"),
    Column("output", "output", "shape of its result, without the batch", lambda e: e.output, "text"),
    Column("formula", "formula", "its output in the symbols of the input: 64 x H x W", lambda e: e.formula, "text"),
    Column("kernel", "kernel", "window and stride: 7x7 /2", lambda e: e.kernel, "text"),
    Column("paper", "as papers write it", "as papers write it: 7x7, 64, /2", lambda e: e.written, "text"),
    Column("weights", "weights", "shapes of what is learned", lambda e: e.weights, "text"),
    Column("params", "parameters", "what is learned; --no-bias leaves biases out", lambda e: e.params, sums="all"),
    Column("biases", "biases", "those whose key ends in bias", lambda e: e.counts.biases, sums="all"),
    Column(
        "buffers",
        "buffers",
        "what is saved and not learned: running means, ...",
        lambda e: e.counts.buffers,
        sums="all",
    ),
    Column(
        "macs", "MACs", "multiply-adds of convolutions and matrix products", lambda e: e.costs.macs, sums="inference"
    ),
    Column("operations", "operations", "operations under the --convention", lambda e: e.operations, sums="inference"),
    Column("bias", "bias adds", "adds of biases", lambda e: e.costs.bias, sums="inference"),
    Column(
        "normalization",
        "normalization",
        "operations of normalizations",
        lambda e: e.costs.normalization,
        sums="inference",
    ),
    Column("activation", "activation", "operations of activations", lambda e: e.costs.activation, sums="inference"),
    Column("pooling", "pooling", "operations of pooling and resampling", lambda e: e.costs.pooling, sums="inference"),
    Column(
        "elementwise", "elementwise", "operations of joins and factors", lambda e: e.costs.elementwise, sums="inference"
    ),
    Column(
        "values",
        "values",
        "numbers in its output; of a block, in the outputs of its layers",
        lambda e: e.values,
        sums="stored",
    ),
    Column("bytes", "bytes", "bytes of these numbers in float32", lambda e: e.bytes, sums="stored"),
    Column(
        "memory", "memory", "KiB of these numbers; in csv and json bytes", lambda e: e.bytes, "memory", "KiB", "stored"
    ),
    Column(
        "saved_for_backward",
        "saved",
        "KiB of what it makes that the backward pass needs; in csv and json bytes",
        lambda e: e.facts.saved(e.row),
        "memory",
        "KiB",
        "all",
    ),
    Column(
        "receptive_field",
        "field",
        "receptive field: how many input positions, along an axis, one of its output sees",
        lambda e: e.seen.largest,
    ),
    Column("smallest_field", "smallest", "receptive field through the shortest path", lambda e: e.seen.smallest),
    Column("jump", "jump", "how many input positions the next field is further on", lambda e: e.seen.jump),
    Column(
        "offset", "offset", "where the first field begins; below 0, in the padding", lambda e: e.seen.offset, "place"
    ),
    Column(
        "params_share",
        "parameters",
        "share of the parameters",
        lambda e: _share(e.params, e.facts.parameters),
        "share",
        "%",
        "all",
    ),
    Column(
        "macs_share",
        "MACs",
        "share of the MACs",
        lambda e: _share(_inference(e, e.costs.macs), e.facts.totals.macs),
        "share",
        "%",
        "inference",
    ),
    Column(
        "memory_share",
        "memory",
        "share of the values of all outputs",
        lambda e: _share(_inference(e, e.values), e.facts.values),
        "share",
        "%",
        "stored",
    ),
)

COLUMNS: dict[str, Column[Entry]] = {column.name: column for column in _DECLARED}

DEFAULT = ("step", "operation", "output", "kernel", "params", "macs", "memory")
