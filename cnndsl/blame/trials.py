"""Would the fault be gone if one number of the text were another? Tried on the graph, within a budget.

Only the shapes are run again, so an edit that changes which steps there are is not foreseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cnndsl.elaborate.doubt import inferred
from cnndsl.graph import Graph, Node
from cnndsl.ops.operation import Misfit, Operation
from cnndsl.shape import Shape
from cnndsl.site import Site
from cnndsl.trace import Value

WORK = 2_500
"""Steps that may be run for one finding."""

Place = tuple[str, int]
"""The axis of an input."""


class Change(NamedTuple):
    """Another operation, or none at all, wherever the step that is written at ``start`` stands.

    ``graph``: only in this instance of its block.
    """

    start: int
    operation: Operation | None
    graph: Graph | None = None


class Spent(Exception):
    """The work is done."""


class Trials:
    """The network around a site, run with other inputs or with another step."""

    def __init__(self, site: Site, left: int = WORK) -> None:
        self.site = site
        self.root = site.around[-1].graph if site.around else site.graph
        self.left = left
        self._known: dict[tuple[Graph, tuple[Shape | None, ...]], _Outcome] = {}
        self._written: dict[Graph, frozenset[int]] = {}
        self._allowed: set[_Fault] | None = None

    def cures(self, sizes: Mapping[Place, int], change: Change | None = None) -> bool:
        """Whether the fault is gone and no other is new; raises ``Spent``."""
        if self._allowed is None:
            here = self.site.span.start
            self._allowed = {fault for fault in self._run({}, None).faults if fault.start != here}
        outcome = self._run(sizes, change)
        left = outcome.faults - self._allowed
        if change is not None and change.graph is not None:
            left = {fault for fault in left if fault.here or fault.start != self.site.span.start}
        return not left and self._is_met(outcome)

    def faults(self, shapes: tuple[Shape, ...]) -> bool:
        """Whether some step does not take inputs of these shapes; raises ``Spent``."""
        return bool(self._graph(self.root, shapes, None).faults)

    def size(self, sizes: Mapping[Place, int], slot: int, axis: int) -> int | None:
        """The size of an axis of what flows into the step at fault; None where nothing does."""
        shapes = self._at_fault(self._run(sizes, None))
        return shapes[slot].sizes[axis] if shapes is not None and axis < shapes[slot].rank else None

    def _is_met(self, outcome: _Outcome) -> bool:
        shapes, promised = self._at_fault(outcome), self.site.promised
        if shapes is None or promised is None:
            return shapes is not None
        return len(promised) == shapes[0].rank and all(
            wanted in (None, size) for wanted, size in zip(promised, shapes[0].sizes, strict=True)
        )

    def _at_fault(self, outcome: _Outcome) -> tuple[Shape, ...] | None:
        if self.site.promised is None:
            return outcome.met
        value = self.site.operands[0]
        shape = outcome.values.get(value) if value is not None and self.site.graph is self.root else None
        return (shape,) if shape is not None else None

    def _run(self, sizes: Mapping[Place, int], change: Change | None) -> _Outcome:
        shapes = []
        for name in self.root.inputs:
            shape = self.root.shapes.get(Value(name))
            if shape is not None:
                axes = range(shape.rank)
                shape = shape.resized(*(sizes.get((name, axis), shape.sizes[axis]) for axis in axes))
            shapes.append(shape)
        return self._graph(self.root, tuple(shapes), change)

    def _graph(self, graph: Graph, shapes: tuple[Shape | None, ...], change: Change | None) -> _Outcome:
        if change is not None and change.start not in self._spots(graph):
            change = None
        key = (graph, shapes)
        if change is None and key in self._known:
            return self._known[key]
        values = {Value(name): shape for name, shape in zip(graph.inputs, shapes, strict=False) if shape is not None}
        outcome = _Outcome(values, set(), None)
        for node in graph:
            if node.operation is not None or node.graph is not None:
                outcome = self._node(graph, node, outcome, change)
        if change is None:
            self._known[key] = outcome
        return outcome

    def _node(self, graph: Graph, node: Node, outcome: _Outcome, change: Change | None) -> _Outcome:
        values, faults, met = outcome
        given = tuple(values.get(value) for value in node.operands)
        if node.graph is not None:
            inside = self._graph(node.graph, given, change)
            faults |= inside.faults
            for name in ("", *(output.name for output in node.graph.outputs)):
                inner = node.graph.result(name)
                if inner is not None and inner in inside.values:
                    values[Value(node.name, name)] = inside.values[inner]
            return _Outcome(values, faults, met or inside.met)
        operation = node.operation
        operands = tuple(shape for shape in given if shape is not None)
        if operation is None or len(operands) < len(given):
            return outcome
        if graph is self.site.graph and node.span == self.site.span and node.operands == self.site.operands:
            met = operands
        self.left -= 1
        if self.left < 0:
            raise Spent
        if change is not None and change.start == node.span.start and change.graph in (None, graph):
            operation = change.operation
        try:
            values[Value(node.name)] = operation.infer(*operands) if operation is not None else operands[0]
        except Misfit as misfit:
            faults.add(_Fault(node.span.start, misfit.code, graph is self.site.graph))
            result = inferred(operation, operands).shape if operation is not None else None
            if isinstance(result, Shape):
                values[Value(node.name)] = result
        return _Outcome(values, faults, met)

    def _spots(self, graph: Graph) -> frozenset[int]:
        """Where the steps of a graph are written, those of blocks in it too."""
        found = self._written.get(graph)
        if found is None:
            starts = {node.span.start for node in graph}
            starts.update(*(self._spots(node.graph) for node in graph if node.graph is not None))
            found = self._written[graph] = frozenset(starts)
        return found


class _Fault(NamedTuple):
    """A step that does not fit; ``here``: in the instance of the block in which the site is."""

    start: int
    code: str
    here: bool


class _Outcome(NamedTuple):
    values: dict[Value, Shape]
    faults: set[_Fault]
    met: tuple[Shape, ...] | None
