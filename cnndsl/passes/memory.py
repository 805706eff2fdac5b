"""Activation memory: what is alive at once in inference, and what training keeps for the backward pass."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from cnndsl.graph import Graph, steps
from cnndsl.ops.strides import contiguous
from cnndsl.passes.costs import Totals, totals
from cnndsl.passes.inplace import overwriting
from cnndsl.passes.storages import Effect, Given, Held, Layout, Moment, Runs
from cnndsl.trace import Value

Device = Literal["cpu", "cuda"]

WIDTHS: Mapping[str, int] = MappingProxyType({"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2})
"""Bytes of a value."""
COUNTER = 8
"""Bytes of a count of batches, an integer, which batch norm has among its buffers."""


def memory(graph: Graph, batch: int = 1, dtype: str = "float32", device: Device = "cpu") -> Memory:
    """The bytes of a sound network at ``batch`` images with values of ``dtype``.

    ``device`` matters to dropout alone: "cpu" has a mask of values, "cuda" one of bytes.
    """
    return Memory(graph, batch, dtype, device)


def largest_batch(
    graph: Graph, limit: int, training: bool, dtype: str = "float32", device: Device = "cpu", states: int = 0
) -> int:
    """How many images fit in ``limit`` bytes; 0 where not even one does.

    ``states`` is how many numbers an optimiser has for each parameter: SGD none, with momentum one, Adam two.
    """

    def need(batch: int) -> int:
        return memory(graph, batch, dtype, device).needed(training, states)

    if need(1) > limit:
        return 0
    two = need(2)  # of one image alone, axes of size 1 may make a view of what is a copy for more
    if two > limit:
        return 1
    low, high = 2, 2 + (limit - two) // (need(3) - two)  # a largest of sums: no other image takes less than the third
    while low < high:
        if need(high) <= limit:
            return high
        middle = (low + high) // 2
        low, high = (middle, high - 1) if need(middle) <= limit else (low, middle - 1)
    return low


class Memory:
    """Bytes of a network at one batch: activations, and beside them its inputs, parameters and buffers.

    An activation is whatever PyTorch allocates on the way from the inputs to the outputs, the outputs among it. Each
    figure is computed when it is first asked for.
    """

    def __init__(self, graph: Graph, batch: int, dtype: str, device: Device) -> None:
        self.graph = graph
        self.batch = batch
        self.dtype = dtype
        self.device = device
        self.width = WIDTHS[dtype]

    @property
    def inference_peak(self) -> int:
        """The most bytes that are alive at once in inference, where every value is freed after its last use."""
        return self._inference.peak

    @property
    def peak(self) -> Moment | None:
        """The moment of that peak; None where nothing is allocated."""
        return self._inference.moment

    @property
    def saved_for_backward(self) -> int:
        """The bytes that a forward in training keeps for the backward pass, training-only outputs included."""
        return self._training.saved + sum(live.bytes for live, kept in self._training.made if kept)

    @cached_property
    def saved(self) -> dict[str, int]:
        """The bytes that are kept of what each operation makes, by its dotted name: they add up to all that is kept."""
        found: dict[str, int] = {}
        own = (live for live, kept in self._training.made if kept)
        for live in (*self._training.savings(), *own):
            found[live.name] = found.get(live.name, 0) + live.bytes
        return found

    @property
    def training_peak(self) -> int:
        """The most bytes that are alive at once in the forward of training: what is kept, and what is in use."""
        return self._training.peak

    @cached_property
    def outputs(self) -> dict[str, int]:
        """The bytes of the result of every operation, by its dotted name; views count as what they show."""
        found = {}
        for step in steps(self.graph):
            shape = step.graph.shapes.get(Value(step.node.name))
            if step.node.operation is not None and shape is not None:
                found[step.name] = shape.elements * self.batch * self.width
        return found

    @property
    def inputs(self) -> int:
        """The bytes of all inputs."""
        return sum(self.graph.shapes[Value(name)].elements for name in self.graph.inputs) * self.batch * self.width

    @property
    def parameters(self) -> int:
        """The bytes of everything learned."""
        return self._totals.params * self.width

    @cached_property
    def buffers(self) -> int:
        """The bytes of what is saved but not learned; counts of batches are integers."""
        counters = _counters(self.graph, {})
        return (self._totals.buffers - counters) * self.width + counters * COUNTER

    def needed(self, training: bool, states: int = 0) -> int:
        """All bytes: weights, inputs and activations; in training gradients and ``states`` numbers a parameter too.

        In training the activations are those of the forward: what the backward pass frees makes room for the
        gradients that it computes.
        """
        fixed = self.parameters + self.buffers + self.inputs
        if not training:
            return fixed + self.inference_peak
        return fixed + (1 + states) * self.parameters + self.training_peak

    @cached_property
    def _totals(self) -> Totals:
        return totals(self.graph)

    @cached_property
    def _inference(self) -> Effect:
        return self._run(training=False)

    @cached_property
    def _training(self) -> Effect:
        return self._run(training=True)

    def _run(self, training: bool) -> Effect:
        runs = Runs(overwriting([self.graph]), self.width, training, self.device == "cuda")
        sizes = [(self.batch, *self.graph.shapes[Value(name)].sizes) for name in self.graph.inputs]
        operands = tuple(Layout(one, contiguous(one), number, False) for number, one in enumerate(sizes))
        outputs = [output.name for output in self.graph.outputs if training or not output.training]
        given = Given(operands, (Held(0, True, False),) * len(sizes), frozenset(outputs or [""]))
        return runs.effect(self.graph, given)


def _counters(graph: Graph, known: dict[Graph, int]) -> int:
    """How many buffers are counts."""
    if graph not in known:
        registered: set[str] = set()
        known[graph] = 0
        for node in graph:
            fresh = node.module is None or node.module not in registered
            registered |= {node.module} if node.module is not None else set()
            if fresh and node.graph is not None:
                known[graph] += _counters(node.graph, known)
            elif fresh and node.operation is not None:
                weights = node.operation.weights(*(graph.operand_shapes(node) or ()))
                known[graph] += sum(weight.buffer and not weight.sizes for weight in weights)
    return known[graph]
