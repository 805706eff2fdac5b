"""What an edit would do to the shapes of a network, tried on its graph: much cheaper than to compile.

It filters and ranks. What the text would do (conditions, sizes computed from sizes) only the compiler knows, and it
has the last word.
"""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.graph import Graph, Node
from cnndsl.ops.operation import Misfit, Operation
from cnndsl.repairs.patches import Patch, Patches, changed
from cnndsl.repairs.promises import keeps, promises
from cnndsl.shape import Shape
from cnndsl.site import Site
from cnndsl.trace import Value

WRITTEN = ("in_channels", "in_features", "num_features", "num_channels")
"""Fields that say once more what flows in."""
WORK = 10_000
"""What all rehearsals of a finding may cost."""
_INFERENCE = 4
"""Work of a shape rule; to look at a step costs 1."""

Shapes = dict[Value, Shape]
Inputs = tuple[Shape | None, ...]
Faults = frozenset[tuple[int, str]]
"""Where a fault was met, and its code."""


class Miss(NamedTuple):
    """A step that would not fit what flows in."""

    node: Node
    code: str
    field: str | None
    inputs: tuple[Shape, ...] = ()


class Failed(Exception):
    """The fault is still there, or there is a new one, or all work is done."""


class Rehearsal:
    """A network with a fault, on which edits are tried; ``left`` is the work that may still be done.

    ``others`` are faults of their own; a fault was met at each of ``starts``.
    """

    def __init__(self, site: Site, others: Faults, starts: frozenset[int]) -> None:
        self.site = site
        self.root = site.around[-1].graph if site.around else site.graph
        self.left = WORK
        self.others = others
        self.starts = starts
        self.known: dict[tuple[Graph, Inputs], Shapes] = {}
        self._spots: dict[Graph, frozenset[int]] = {}
        self._promises = tuple(promises(self.root))

    def helps(self, patches: Patches) -> tuple[Miss, ...] | None:
        """What is written and would no longer be true, where the fault is gone and none is new; else None."""
        try:
            return self._played(_Run(self, patches, strict=True))
        except Failed:
            return None

    def misses(self, patches: Patches) -> tuple[Miss, ...]:
        """All that would not fit."""
        run = _Run(self, patches, strict=False)
        try:
            self._played(run)
        except Failed:
            return ()
        return tuple(run.misses)

    def _played(self, run: _Run) -> tuple[Miss, ...]:
        inputs = tuple(self.root.shapes.get(Value(name)) for name in self.root.inputs)
        shapes = run.graph(self.root, inputs)
        results = {output.name: output.value for output in self.root.outputs}
        symbols = {
            name: shapes[Value(place)].sizes[axis]
            for name, (place, axis) in self.root.axes.items()
            if Value(place) in shapes and axis < shapes[Value(place)].rank
        }
        for promise in self._promises:
            shape = shapes.get(results[promise.output]) if promise.output in results else None
            if shape is not None and not keeps(promise.at(symbols), shape):
                run.miss(Miss(Node(promise.output, None, None, (), None, {}, promise.span), "E0503", None))
        return tuple(run.written)

    def helps_here(self, patches: Patches, level: int) -> bool:
        """Whether the fault is gone and none is new between the edit and it, in the graph ``level`` calls around it."""
        graph = (self.site.graph, *(one.graph for one in self.site.around))[level]
        last = self._last(level)
        run = _Run(self, patches, strict=True)
        shapes = {Value(name): shape for name in graph.inputs if (shape := graph.shapes.get(Value(name))) is not None}
        awake = False
        try:
            for node in graph:
                start = node.span.start
                awake = awake or start in patches or node is last or self.reaches(node, patches)
                if awake:
                    run.node(graph, node, shapes)
                else:
                    shapes.update((value, graph.shapes[value]) for value in results(node) if value in graph.shapes)
                if node is last:
                    break
        except Failed:
            return False
        value = self.site.operands[0] if self.site.operands else None
        if self.site.promised is None or level or value is None:
            return True
        return value in shapes and keeps(self.site.promised, shapes[value])

    def _last(self, level: int) -> Node | None:
        """The node at fault, or the one that applies the block with it."""
        if level:
            around = self.site.around[level - 1]
            return around.graph.nodes.get(around.node) if around.node is not None else None
        here = [node for node in self.site.graph if node.span.start == self.site.span.start]
        return next((node for node in here if node.operands == self.site.operands), here[0] if here else None)

    def reaches(self, node: Node, patches: Patches) -> bool:
        """Whether one of the patches is of a step in a block."""
        return node.graph is not None and not self.spots(node.graph).isdisjoint(patches)

    def spots(self, graph: Graph) -> frozenset[int]:
        """Where the steps of a graph begin, those of blocks in it too."""
        found = self._spots.get(graph)
        if found is None:
            starts = {node.span.start for node in graph}
            starts.update(*(self.spots(node.graph) for node in graph if node.graph is not None))
            found = self._spots[graph] = frozenset(starts)
        return found


class _Run:
    """One rehearsal. ``strict``: it ends where the edit fails."""

    def __init__(self, rehearsal: Rehearsal, patches: Patches, strict: bool) -> None:
        self.rehearsal = rehearsal
        self.patches = patches
        self.strict = strict
        self.misses: list[Miss] = []
        self.written: list[Miss] = []
        self._done: dict[tuple[Graph, Inputs], Shapes] = {}

    def graph(self, graph: Graph, inputs: Inputs) -> Shapes:
        """The shapes of a graph on these inputs."""
        rehearsal = self.rehearsal
        clean = rehearsal.spots(graph).isdisjoint(self.patches)
        known = (rehearsal.known if clean else self._done).get((graph, inputs))
        if known is not None:
            return known
        shapes: Shapes = {}
        before = len(self.misses) + len(self.written)
        for name, shape in zip(graph.inputs, inputs, strict=False):
            patch = self.patches.get(graph[name].span.start)
            if patch is not None and patch.shape is not None:
                shape = patch.shape
            if shape is not None:
                shapes[Value(name)] = shape
        for node in graph:
            self.node(graph, node, shapes)
        whole = clean and len(self.misses) + len(self.written) == before
        (rehearsal.known if whole else self._done)[graph, inputs] = shapes
        return shapes

    def node(self, graph: Graph, node: Node, shapes: Shapes) -> None:
        """The result of a node from those of its operands."""
        if node.operation is None and node.graph is None:
            return
        self.rehearsal.left -= 1
        operands = tuple(shapes.get(value) for value in node.operands)
        patch = self.patches.get(node.span.start)
        if patch is not None and (patch.only not in (None, graph) or patch.node not in (None, node.name)):
            patch = None
        if node.graph is not None:
            self._block(node, node.graph, operands, patch, shapes)
        elif node.operation is not None and None not in operands:
            result = self._operation(graph, node, node.operation, operands, patch)
            if result is not None:
                shapes[Value(node.name)] = result

    def _operation(
        self, graph: Graph, node: Node, operation: Operation, operands: Inputs, patch: Patch | None
    ) -> Shape | None:
        given = [shape for shape in operands if shape is not None]
        if patch is not None:
            return self._patched(node, operation, given, patch)
        known = graph.shapes.get(Value(node.name)) if node.span.start not in self.rehearsal.starts else None
        if known is not None and [graph.shapes.get(one) for one in node.operands] == given:
            return known
        return self._infer(node, operation, given)

    def _block(self, node: Node, graph: Graph, operands: Inputs, patch: Patch | None, shapes: Shapes) -> None:
        if patch is not None and operands[0] is not None:
            operands = (self._chain(node, patch.before, operands[0]), *operands[1:])
        inside = self.graph(graph, operands)
        for value in results(node):
            inner = graph.result(value.output)
            if inner is not None and inner in inside:
                shapes[value] = inside[inner]
        if patch is not None and (patch.removed or patch.after):
            flow = operands[0] if patch.removed else shapes.get(Value(node.name))
            flow = self._chain(node, patch.after, flow) if flow is not None else None
            shapes.pop(Value(node.name), None)
            if flow is not None:
                shapes[Value(node.name)] = flow

    def _patched(self, node: Node, operation: Operation, given: list[Shape], patch: Patch) -> Shape | None:
        flows: Inputs = tuple(self._chain(node, patch.slots.get(slot, ()), flow) for slot, flow in enumerate(given))
        first = self._chain(node, patch.before, flows[0]) if flows[0] is not None else None
        if first is None or None in flows:
            return None
        try:
            made = changed(operation, patch)
        except Misfit as misfit:
            self.miss(Miss(node, misfit.code, misfit.argument))
            return None
        rest = [flow for flow in flows[1:] if flow is not None]
        result = first if patch.removed else self._infer(node, made, [first, *rest])
        return self._chain(node, patch.after, result) if result is not None else None

    def _chain(self, node: Node, steps: tuple[Operation, ...], flow: Shape) -> Shape | None:
        current: Shape | None = flow
        for step in steps:
            current = self._infer(node, step, [current]) if current is not None else None
        return current

    def _infer(self, node: Node, operation: Operation, given: list[Shape]) -> Shape | None:
        self.rehearsal.left -= _INFERENCE
        if self.rehearsal.left <= 0:
            raise Failed
        try:
            return operation.infer(*given)
        except Misfit as misfit:
            miss = Miss(node, misfit.code, misfit.argument, tuple(given))
            if misfit.code != "E0405" or misfit.argument not in WRITTEN:
                self.miss(miss)
                return None
            self._contradicted(miss)
            return self._infer(node, changed(operation, Patch(changes={misfit.argument: None})), given)

    def _contradicted(self, miss: Miss) -> None:
        site = self.rehearsal.site
        if (miss.node.span.start, miss.code) in self.rehearsal.others:
            return
        if self.strict and miss.node.span.start == site.span.start and miss.field == site.field:
            raise Failed
        self.written.append(miss)

    def miss(self, miss: Miss) -> None:
        """A step that does not fit; it may have been so before."""
        if self.strict and (miss.node.span.start, miss.code) not in self.rehearsal.others:
            raise Failed
        self.misses.append(miss)


def results(node: Node) -> list[Value]:
    """What a node gives."""
    names = ("", *(output.name for output in node.graph.outputs)) if node.graph is not None else ("",)
    return [Value(node.name, name) for name in names]
