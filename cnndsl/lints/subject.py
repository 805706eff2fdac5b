"""A network as rules look at it: steps with blocks opened, what they read, and who reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING

from cnndsl.graph import Graph, Node, Step, origin, steps
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.trace import Value

if TYPE_CHECKING:
    from cnndsl.passes.costs import Table

LAYERS = ("conv", "conv1d", "conv_transpose", "conv_transpose1d", "linear")
"""What learns sums over features."""


FAR = 1_000


class Subject:
    """A network of which everything is known; ``applied``: another network of the file applies it as a block."""

    def __init__(self, graph: Graph, applied: bool = False) -> None:
        self.graph = graph
        self.applied = applied
        self.steps: tuple[Step, ...] = tuple(steps(graph))
        self._chosen: dict[tuple[str, ...], tuple[Step, ...]] = {}
        self._modules: dict[Graph, Counter[str | None]] = {}
        self.by_name = {step.name: step for step in self.steps}

    def of(self, *kinds: str) -> tuple[Step, ...]:
        """The steps of these operations, in the order of the text."""
        if kinds not in self._chosen:
            found = [self._kinds[kind] for kind in kinds if kind in self._kinds]
            pairs = found[0] if len(found) == 1 else sorted((pair for one in found for pair in one), key=itemgetter(0))
            self._chosen[kinds] = tuple(step for _, step in pairs)
        return self._chosen[kinds]

    @cached_property
    def costs(self) -> Table:
        """The parameters and operations of every node."""
        from cnndsl.passes.costs import count  # few rules need it

        return count(self.graph)

    @cached_property
    def _kinds(self) -> dict[str, list[tuple[int, Step]]]:
        kinds: dict[str, list[tuple[int, Step]]] = {}
        for index, step in enumerate(self.steps):
            kinds.setdefault(step.node.kind, []).append((index, step))
        return kinds

    @cached_property
    def _readers(self) -> dict[str, list[Step]]:
        readers: dict[str, list[Step]] = {step.name: [] for step in self.steps}
        for step in self.steps:
            for operand in step.operands:
                readers[operand].append(step)
        return readers

    @cached_property
    def outputs(self) -> frozenset[str]:
        """The names of the steps whose results the network gives."""
        names = (origin(self.graph, output.value) for output in self.graph.outputs)
        return frozenset(name for name in names if name is not None)

    def readers(self, step: Step) -> tuple[Step, ...]:
        """The steps that read the result of ``step``; twice, where one reads it twice."""
        return tuple(self._readers[step.name])

    def reader(self, step: Step) -> Step | None:
        """The one step that reads it; None where there are several, none, or where it is an output too."""
        readers = self._readers[step.name]
        return readers[0] if len(readers) == 1 and step.name not in self.outputs else None

    @cached_property
    def learned(self) -> frozenset[str]:
        """The names of the steps before which, or in which, a convolution or linear layer learns something."""
        found: set[str] = set()
        for step in self.steps:
            if step.node.kind in LAYERS or not found.isdisjoint(step.operands):
                found.add(step.name)
        return frozenset(found)

    def source(self, step: Step, through: Container[str] = ()) -> Step | None:
        """What ``step`` reads first, seen through operations of the kinds ``through``, at most ``FAR`` of them."""
        for _ in range(FAR):
            if not step.operands:
                break
            step = self.by_name[step.operands[0]]
            if step.node.kind not in through:
                return step
        return None

    def shares(self, step: Step) -> bool:
        """Whether other steps use its weights too."""
        around = [(one.outer, one.node) for one in step.path]
        return any(self._repeated(graph, node) for graph, node in (*around, (step.graph, step.node)))

    def _repeated(self, graph: Graph, node: Node) -> bool:
        if graph not in self._modules:
            self._modules[graph] = Counter(one.module for one in graph)
        return node.module is not None and self._modules[graph][node.module] > 1

    def operands(self, step: Step) -> tuple[Step, ...]:
        """The steps that it reads."""
        return tuple(self.by_name[name] for name in step.operands)

    def argument(self, step: Step, name: str) -> Span:
        """The place of an argument that is written at its call, else the call."""
        given = step.node.arguments.get(name)
        expression = given.expression if given is not None else None
        return expression.span if expression is not None else step.node.span

    def shape(self, step: Step) -> Shape:
        """The shape of its result."""
        return step.graph.shapes[Value(step.node.name)]
