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

WORK = 1_000
"""Steps that may be run for one finding."""

_COUNTED = ("num_features", "num_channels")
"""What is written of a norm goes with the step before it."""

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
            self._allowed = {fault for fault in self._run({}, None).all if fault.start != here}
        outcome = self._run(sizes, change)
        left: set[_Fault] = set(outcome.all - self._allowed)
        if change is not None and change.graph is not None:
            left = {fault for fault in left if fault.here or fault.start != self.site.span.start}
        return not left and self._is_met(outcome)

    def faults(self, shapes: tuple[Shape, ...]) -> bool:
        """Whether some step does not take inputs of these shapes; raises ``Spent``."""
        return bool(self._graph(self.root, shapes, None).all)

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
        base = self._known.get((graph, shapes))
        if change is None and base is not None:
            return base
        values = dict(base.values) if base is not None else {}
        values.update((Value(name), shape) for name, shape in zip(graph.inputs, shapes, strict=False) if shape)
        faults = dict(base.faults) if base is not None else {}
        met = base.met if base is not None else None
        others: set[str] = set()
        for node in graph:
            if node.operation is None and node.graph is None:
                continue
            if (
                base is not None
                and not self._is_touched(node, change)
                and others.isdisjoint(value.node for value in node.operands)
            ):
                continue
            before = values.pop(Value(node.name), None), faults.pop(node.name, _NONE)
            met = self._node(graph, node, values, faults, change) or met
            if node.graph is not None or before != (values.get(Value(node.name)), faults.get(node.name, _NONE)):
                others.add(node.name)
        outcome = _Outcome(values, faults, met)
        if change is None:
            self._known[graph, shapes] = outcome
        return outcome

    def _is_touched(self, node: Node, change: Change | None) -> bool:
        if change is None:
            return False
        return change.start == node.span.start or (node.graph is not None and change.start in self._spots(node.graph))

    def _node(
        self,
        graph: Graph,
        node: Node,
        values: dict[Value, Shape],
        faults: dict[str, frozenset[_Fault]],
        change: Change | None,
    ) -> tuple[Shape, ...] | None:
        """Enter what a node gives and what does not fit; the result is what flows into the step at fault."""
        given = tuple(values.get(value) for value in node.operands)
        if node.graph is not None:
            inside = self._graph(node.graph, given, change)
            faults[node.name] = inside.all
            for name in ("", *(output.name for output in node.graph.outputs)):
                inner = node.graph.result(name)
                values.pop(Value(node.name, name), None)
                if inner is not None and inner in inside.values:
                    values[Value(node.name, name)] = inside.values[inner]
            return inside.met
        operation, operands = node.operation, tuple(shape for shape in given if shape is not None)
        if operation is None or len(operands) < len(given):
            return None
        self.left -= 1
        if self.left < 0:
            raise Spent
        if change is not None and change.start == node.span.start and change.graph in (None, graph):
            operation = change.operation
        try:
            values[Value(node.name)] = operation.infer(*operands) if operation is not None else operands[0]
        except Misfit as misfit:
            if misfit.argument in _COUNTED and node.span.start != self.site.span.start:
                values[Value(node.name)] = operands[0]
                return None
            faults[node.name] = frozenset([_Fault(node.span.start, misfit.code, graph is self.site.graph)])
            result = inferred(operation, operands).shape if operation is not None else None
            if isinstance(result, Shape):
                values[Value(node.name)] = result
        is_site = graph is self.site.graph and node.span == self.site.span and node.operands == self.site.operands
        return operands if is_site else None

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


_NONE: frozenset[_Fault] = frozenset()


class _Outcome(NamedTuple):
    """The shapes of all values, what does not fit by node, and what flows into the step at fault."""

    values: dict[Value, Shape]
    faults: dict[str, frozenset[_Fault]]
    met: tuple[Shape, ...] | None

    @property
    def all(self) -> frozenset[_Fault]:
        """All that does not fit."""
        return _NONE.union(*self.faults.values())
