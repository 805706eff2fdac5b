"""What an edit would do to the shapes of a network, tried on its graph: much cheaper than to compile.

It filters and ranks. What the text would do (conditions, sizes computed from sizes) only the compiler knows, and it
has the last word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cnndsl.graph import Graph, Node
from cnndsl.ops.arguments import convert
from cnndsl.ops.operation import Misfit, Operation
from cnndsl.shape import Shape
from cnndsl.site import Site
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Value

WRITTEN = ("in_channels", "in_features", "num_features", "num_channels")
"""Fields that say once more what flows in."""


class Patch(NamedTuple):
    """What an edit does to one call: other fields, another operation, steps around it; to an input: another shape.

    ``slots`` are steps on the way to single operands of a join.
    """

    before: tuple[Operation, ...] = ()
    changes: Mapping[str, object] = {}
    instead: type[Operation] | None = None
    removed: bool = False
    after: tuple[Operation, ...] = ()
    slots: Mapping[int, tuple[Operation, ...]] = {}
    shape: Shape | None = None


Patches = Mapping[int, Patch]
"""By where the span of the node begins."""


class Miss(NamedTuple):
    """A step that would not fit."""

    node: Node
    code: str
    field: str | None


class Played(NamedTuple):
    """How a rehearsal ended: what does not fit, and what is written and would no longer be true."""

    misses: tuple[Miss, ...]
    written: tuple[Miss, ...]
    shapes: Mapping[Value, Shape]


class Rehearsal:
    """A network with a fault, on which edits are tried; ``left`` is how many steps may still be looked at."""

    def __init__(self, site: Site, left: int, faults: frozenset[int] = frozenset()) -> None:
        self.site = site
        self.faults = faults | {site.span.start}
        self.root = site.around[-1].graph if site.around else site.graph
        self.left = left
        self._known: dict[tuple[Graph, tuple[Shape | None, ...]], dict[Value, Shape]] = {}
        self._spots: dict[Graph, frozenset[int]] = {}
        self._promises = tuple(_promises(self.root))
        self.base = self.play({})
        self._allowed = {(miss.node.span.start, miss.code) for miss in (*self.base.misses, *self.base.written)}

    def play(self, patches: Patches) -> Played:
        """The network with the edits."""
        run = _Run(self, patches)
        shapes = run.graph(self.root, self._inputs(patches))
        for span, name, promised in self._promises:
            value = (
                self.root.result()
                if not name
                else next((one.value for one in self.root.outputs if one.name == name), None)
            )
            shape = shapes.get(value) if value is not None else None
            if shape is not None and not keeps(promised, shape):
                node = Node(name, None, None, (), None, {}, span)
                run.misses.append(Miss(node, "E0503", None))
        return Played(tuple(run.misses), tuple(run.written), shapes)

    def helps(self, patches: Patches) -> Played | None:
        """How it ends where the fault is gone and none is new; None otherwise, and where all work is done."""
        if self.left <= 0:
            return None
        played = self.play(patches)
        here = self.site.span.start
        for miss in played.misses:
            if miss.node.span.start == here or (miss.node.span.start, miss.code) not in self._allowed:
                return None
        if any(miss.node.span.start == here and miss.field == self.site.field for miss in played.written):
            return None
        return played

    def _inputs(self, patches: Patches) -> tuple[Shape | None, ...]:
        found = []
        for name in self.root.inputs:
            node = self.root[name]
            patch = patches.get(node.span.start)
            found.append(patch.shape if patch is not None and patch.shape else self.root.shapes.get(Value(name)))
        return tuple(found)

    def spots(self, graph: Graph) -> frozenset[int]:
        """Where the steps of a graph begin, those of blocks in it too."""
        found = self._spots.get(graph)
        if found is None:
            starts: set[int] = set()
            for node in graph:
                starts.add(node.span.start)
                if node.graph is not None:
                    starts |= self.spots(node.graph)
            found = self._spots[graph] = frozenset(starts)
        return found


class _Run:
    def __init__(self, rehearsal: Rehearsal, patches: Patches) -> None:
        self.rehearsal = rehearsal
        self.patches = patches
        self.misses: list[Miss] = []
        self.written: list[Miss] = []
        self._done: dict[tuple[Graph, tuple[Shape | None, ...]], dict[Value, Shape]] = {}

    def graph(self, graph: Graph, inputs: tuple[Shape | None, ...]) -> dict[Value, Shape]:
        """The shapes of a graph on these inputs."""
        rehearsal = self.rehearsal
        clean = not any(start in rehearsal.spots(graph) for start in self.patches)
        known = (rehearsal._known if clean else self._done).get((graph, inputs))
        if known is not None:
            return known
        shapes: dict[Value, Shape] = {}
        before = len(self.misses) + len(self.written)
        for name, shape in zip(graph.inputs, inputs, strict=False):
            if shape is not None:
                shapes[Value(name)] = shape
        for node in graph:
            if node.operation is not None or node.graph is not None:
                self._node(graph, node, shapes)
        (self._done if not clean or len(self.misses) + len(self.written) > before else rehearsal._known)[
            graph, inputs
        ] = shapes
        return shapes

    def _node(self, graph: Graph, node: Node, shapes: dict[Value, Shape]) -> None:
        self.rehearsal.left -= 1
        operands = [shapes.get(value) for value in node.operands]
        patch = self.patches.get(node.span.start)
        if node.graph is not None:
            self._block(node, node.graph, operands, patch, shapes)
            return
        operation = node.operation
        if operation is None or any(shape is None for shape in operands):
            return
        value = Value(node.name)
        given = [shape for shape in operands if shape is not None]
        if patch is None:
            known = graph.shapes.get(value) if node.span.start not in self.rehearsal.faults else None
            if known is not None and [graph.shapes.get(one) for one in node.operands] == given:
                shapes[value] = known
                return
            result = self._infer(node, operation, given)
        else:
            result = self._patched(node, operation, given, patch)
        if result is not None:
            shapes[value] = result

    def _block(
        self, node: Node, graph: Graph, operands: list[Shape | None], patch: Patch | None, shapes: dict[Value, Shape]
    ) -> None:
        if patch is not None and operands[0] is not None:
            flow = self._chain(node, patch.before, operands[0])
            operands = [flow, *operands[1:]]
        inside = self.graph(graph, tuple(operands))
        for output in ("", *(one.name for one in graph.outputs)):
            inner = graph.result(output)
            if inner is not None and inner in inside:
                shapes[Value(node.name, output)] = inside[inner]
        if patch is not None and (patch.removed or patch.after):
            flow = operands[0] if patch.removed else shapes.get(Value(node.name))
            flow = self._chain(node, patch.after, flow) if flow is not None else None
            shapes.pop(Value(node.name), None)
            if flow is not None:
                shapes[Value(node.name)] = flow

    def _patched(self, node: Node, operation: Operation, given: list[Shape], patch: Patch) -> Shape | None:
        for slot, steps in patch.slots.items():
            flow = self._chain(node, steps, given[slot])
            if flow is None:
                return None
            given[slot] = flow
        first = self._chain(node, patch.before, given[0])
        if first is None:
            return None
        try:
            made = changed(operation, patch)
        except Misfit as misfit:
            self.misses.append(Miss(node, misfit.code, misfit.argument))
            return None
        result = first if patch.removed else self._infer(node, made, [first, *given[1:]])
        return self._chain(node, patch.after, result) if result is not None else None

    def _chain(self, node: Node, steps: tuple[Operation, ...], flow: Shape) -> Shape | None:
        current: Shape | None = flow
        for step in steps:
            current = self._infer(node, step, [current]) if current is not None else None
        return current

    def _infer(self, node: Node, operation: Operation, given: list[Shape]) -> Shape | None:
        try:
            return operation.infer(*given)
        except Misfit as misfit:
            if misfit.code != "E0405" or misfit.argument not in WRITTEN:
                self.misses.append(Miss(node, misfit.code, misfit.argument))
                return None
            self.written.append(Miss(node, misfit.code, misfit.argument))
            return self._infer(node, changed(operation, Patch(changes={misfit.argument: None})), given)


def changed(operation: Operation, patch: Patch) -> Operation:
    """The operation with other fields, or another with those that it has too; raises ``Misfit``."""
    kind = patch.instead or type(operation)
    fields = {name: value for name, value in operation.__dict__.items() if name in kind.signature}
    if patch.instead is not None:
        fields = {name: convert(kind.signature[name], _fitting(value)) for name, value in fields.items()}
    for name, value in patch.changes.items():
        parameter = kind.signature[name]
        fields[name] = convert(parameter, value) if value is not None else parameter.default
    return kind(**fields)


def _fitting(value: object) -> object:
    """A pair of equal numbers as the number, which fits any number of axes."""
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def keeps(promised: tuple[int | None, ...], shape: Shape) -> bool:
    """Whether a shape is what an output promises."""
    return len(promised) == shape.rank and all(
        size is None or size == actual for size, actual in zip(promised, shape.sizes, strict=True)
    )


def _promises(graph: Graph) -> Iterator[tuple[Span, str, tuple[int | None, ...]]]:
    """The outputs of a network that declare sizes, as far as these are numbers or names of numbers."""
    body = graph.definition.body
    for line in body.lines if body is not None else ():
        for step in line.steps:
            if not isinstance(step, tree.Output) or step.shape is None or len(step.name.parts) != 1:
                continue
            sizes = [_number(item, graph) for item in step.shape.items]
            if isinstance(step.name.parts[0], str) and -1 not in sizes:
                yield step.shape.span, step.name.parts[0], tuple(sizes)


def _number(item: tree.Expression, graph: Graph) -> int | None:
    """A size that is promised; -1: it is not known here."""
    if isinstance(item, tree.Literal) and isinstance(item.value, int):
        return item.value
    if isinstance(item, tree.Name):
        if item.id == "_":
            return None
        binding = graph.scope.find(item.id)
        if binding is not None and isinstance(binding.value, int):
            return binding.value
    return -1
