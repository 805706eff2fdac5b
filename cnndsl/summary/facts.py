"""What the analyses say of a network, each asked when a column first needs it; and sums over rows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import NamedTuple

from cnndsl.graph import Graph, origin, steps
from cnndsl.ops.operation import Costs, Weight
from cnndsl.passes.conventions import Convention, Counts, operations
from cnndsl.passes.costs import Row as Sum
from cnndsl.passes.costs import Table, Totals, count, totals
from cnndsl.passes.memory import Memory, memory
from cnndsl.passes.receptive import Field, fields, network_field
from cnndsl.summary.rows import Row, layers
from cnndsl.trace import Value

Sizes = int | float | tuple[int | float, ...] | None
"""Over the axes of an input: one number where all are alike; None where there is none to tell."""


class Seen(NamedTuple):
    """A receptive field over the axes of its input: one number where they are alike; ``whole``: it is all of it."""

    largest: Sizes
    smallest: Sizes
    jump: Sizes
    offset: Sizes
    whole: bool = False


class Facts:
    """Of one network, at batch 1 and in float32. ``every_step``: each step counts its own output."""

    def __init__(
        self, graph: Graph, no_bias: bool = False, convention: Convention = "macs", every_step: bool = False
    ) -> None:
        self.graph = graph
        self.no_bias = no_bias
        self.convention = convention
        self.every_step = every_step
        self._values: dict[Graph, dict[str, int]] = {}
        self._names: dict[Graph, tuple[str, ...]] = {}

    @cached_property
    def counts(self) -> Table:
        """Parameters and costs by graph and node."""
        return count(self.graph)

    @cached_property
    def totals(self) -> Totals:
        """Of the network."""
        return totals(self.graph, self.counts)

    @cached_property
    def operations(self) -> Counts:
        """Under the convention, by graph and node."""
        return operations(self.graph, self.convention, self.counts)

    @cached_property
    def memory(self) -> Memory:
        """Bytes of activations."""
        return memory(self.graph)

    @cached_property
    def formulas(self) -> dict[str, str]:
        """The shape of each step and block in the symbols of the input, by its dotted name."""
        from cnndsl.passes.sizes import formulas  # 18 ms, which few columns need

        return formulas(self.graph)

    @cached_property
    def fields(self) -> dict[str, Field]:
        """What each step sees, by its dotted name."""
        return fields(self.graph)

    @cached_property
    def field(self) -> Seen | None:
        """What the last map before global pooling or ``flatten`` sees; None where no map is computed."""
        found = network_field(self.graph)
        return seen(found) if found is not None else None

    @property
    def parameters(self) -> int:
        """With biases, or without where that was asked."""
        return self.totals.params_without_biases if self.no_bias else self.totals.params

    @cached_property
    def values(self) -> int:
        """How many values the inputs and the layers of inference give."""
        inputs = (self.graph.shapes.get(Value(name)) for name in self.graph.inputs)
        return self._inside(self.graph) + sum(shape.elements for shape in inputs if shape is not None)

    def sum(self, row: Row) -> Sum:
        """What the nodes of a row have and do together; training-only ones cost nothing beside others."""
        found = [self.counts[row.graph][node.name] for node in row.nodes]
        inference = any(one.inference for one in found)
        owned = found if not row.again else []
        costs = [one.costs for one in found if one.inference or not inference]
        return Sum(
            params=sum(one.params for one in owned),
            biases=sum(one.biases for one in owned),
            buffers=sum(one.buffers for one in owned),
            costs=Costs(*map(sum, zip(*costs, strict=True))),
            inference=inference and not row.training,
        )

    def stored(self, row: Row) -> int | None:
        """Values of the output of an input or a layer; of a block, of the outputs of all layers in it."""
        if row.main.operation is None and row.main.graph is None:
            return row.shape.elements if row.shape is not None else None
        if self.every_step and row.main.operation is not None:
            return row.shape.elements if row.shape is not None else None
        made = self._made(row.graph)
        return sum(made[node.name] for node in row.nodes)

    def saved(self, row: Row) -> int:
        """Bytes that the backward pass needs of what a row makes in training."""
        return sum(self.memory.saved.get(name, 0) for name in self.steps(row))

    def weights(self, row: Row) -> tuple[Weight, ...]:
        """The tensors of the layer of a row; none where it is no layer, or applies another's."""
        shapes = row.graph.operand_shapes(row.main)
        if row.main.operation is None or row.group or row.again or shapes is None:
            return ()
        own = self.counts[row.graph][row.main.name]
        found = row.main.operation.weights(*shapes)
        return found if own.params + own.buffers == sum(prod(weight.sizes) for weight in found) else ()

    def seen(self, row: Row) -> Seen | None:
        """The receptive field of the output of a row; None where it sees no positions."""
        name = self.output(row)
        return seen(self.fields[name]) if name in self.fields else None

    def steps(self, row: Row) -> Iterator[str]:
        """The dotted names of the operations in a row."""
        for node in row.nodes:
            if node.graph is None:
                yield row.prefix + node.name
            else:
                yield from (f"{row.prefix}{node.name}.{name}" for name in self._inner(node.graph))

    def output(self, row: Row) -> str | None:
        """The dotted name of the step whose result a row gives; None where a block has no flow to give."""
        return origin(row.graph, Value(row.result.name), row.prefix)

    def _inside(self, graph: Graph) -> int:
        counts, made = self.counts[graph], self._made(graph)
        return sum(values for name, values in made.items() if counts[name].inference)

    def _made(self, graph: Graph) -> dict[str, int]:
        """The values that each node of a graph adds."""
        if graph in self._values:
            return self._values[graph]
        made = dict.fromkeys(graph.nodes, 0)
        for row in [] if self.every_step else layers(graph, self.counts):
            if row.main.operation is not None and row.shape is not None:
                made[row.main.name] = row.shape.elements
        for node in graph:
            shape = graph.shapes.get(Value(node.name))
            if node.graph is not None:
                made[node.name] = self._inside(node.graph)
            elif self.every_step and node.operation is not None and shape is not None and not node.operation.view:
                made[node.name] = shape.elements
        self._values[graph] = made
        return made

    def _inner(self, graph: Graph) -> tuple[str, ...]:
        if graph not in self._names:
            self._names[graph] = tuple(step.name for step in steps(graph) if step.node.operation is not None)
        return self._names[graph]


def seen(field: Field) -> Seen | None:
    """The sizes of a field; None where it has no axes."""
    extents = [field[axis] for axis in field.axes]
    if not extents:
        return None
    jumps = [one.largest.jump for one in extents]
    return Seen(
        _sizes([one.largest.size for one in extents]),
        _sizes([one.smallest.size for one in extents]),
        _sizes([_number(jump) for jump in jumps if jump is not None]),
        _sizes([one.largest.start for one in extents]),
        field.whole,
    )


def _sizes(sizes: list[int | float]) -> Sizes:
    if not sizes:
        return None
    return sizes[0] if len(set(sizes)) == 1 else tuple(sizes)


def _number(jump: Fraction) -> int | float:
    return int(jump) if jump.denominator == 1 else float(jump)
