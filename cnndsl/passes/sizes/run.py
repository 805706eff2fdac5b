"""A compiled network on other sizes: which steps take them, and the shapes that follow.

The graph, its arguments and its weights stay those of the defaults, as in the generated code. Equal blocks on equal
shapes are run once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cnndsl.graph import Graph, Node
from cnndsl.ops import Misfit, Weight
from cnndsl.ops.normalization import BatchNorm
from cnndsl.passes.sizes.traced import Traced, Untraceable, Watch
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Trace, Value


class Fault(NamedTuple):
    """A step that does not take its input: its dotted name, what it is, its place, and why."""

    step: str
    kind: str
    span: Span
    why: str


class Outcome(NamedTuple):
    """What a graph made of its inputs; ``inner`` are the outcomes of the blocks that it applies, by node.

    After a fault the values that depend on the step are missing, but for one of weights, which says its shape. Each
    comparison comes out alike for ``periods`` periods; None: forever.
    """

    values: Mapping[Value, Shape]
    faults: tuple[Fault, ...]
    inner: Mapping[str, Outcome]
    periods: int | None


class Mean(NamedTuple):
    """A step that takes a mean of values in training: of how many of one image."""

    step: str
    span: Span
    values: int


class Run:
    """Runs graphs; ``training``: with what only acts in training. ``means`` are the batch norms that it met,
    ``steps`` counts what it ran.

    ``apart``: goes on behind a join whose operands differ, as if all had the size that is not that of the defaults.
    """

    def __init__(self, watch: Watch[Any], training: bool = False, apart: bool = False) -> None:
        self.watch = watch
        self.training = training
        self.apart = apart
        self.means: list[Mean] = []
        self.steps = 0
        self._path = ""
        self._outcomes: dict[object, Outcome] = {}
        self._plans: dict[Graph, list[tuple[Node, tuple[Shape, ...], tuple[Weight, ...]]]] = {}

    def __call__(self, graph: Graph, inputs: tuple[Shape | None, ...]) -> Outcome:
        """The outcome on inputs of these shapes; None: unknown."""
        key = (graph, *(shape and _key(shape) for shape in inputs))
        found = self._outcomes.get(key)
        if found is None:
            outer, self.watch.periods = self.watch.periods, None
            found = self._outcomes[key] = self._run(graph, inputs)
            self.watch.periods = outer
        self.watch.limit(found.periods)
        return found

    def _run(self, graph: Graph, inputs: tuple[Shape | None, ...]) -> Outcome:
        values = {Value(name): shape for name, shape in zip(graph.inputs, inputs, strict=False) if shape is not None}
        faults: list[Fault] = []
        inner: dict[str, Outcome] = {}
        plan = self._plan(graph)
        self.steps += len(plan)
        for node, before, weights in plan:
            operands = tuple(values[value] for value in node.operands if value in values)
            if node.graph is not None:
                given = tuple(values.get(value) for value in node.operands)
                outside, self._path = self._path, f"{self._path}{node.name}."
                inner[node.name] = outcome = self(node.graph, given)
                self._path = outside
                faults += [fault._replace(step=f"{node.name}.{fault.step}") for fault in outcome.faults]
                values.update(_results(node, node.graph, outcome))
            elif len(operands) == len(node.operands):
                self.watch.step, self.watch.span = self._path + node.name, node.span
                failed = len(faults)
                _apply(node, before, weights, operands, values, faults)
                if self.apart and len(faults) > failed and Value(node.name) not in values:
                    _apply(node, before, weights, tuple(_agreed(before, operands)), values, [])
                if isinstance(node.operation, BatchNorm):
                    self.means.append(Mean(self.watch.step, node.span, node.operation.values(operands[0])))
        declared = tuple(self._declared(graph, values))
        return Outcome(values, (*declared, *faults), inner, self.watch.periods)

    def _declared(self, graph: Graph, values: Mapping[Value, Shape]) -> Iterator[Fault]:
        """What the body demands and these sizes do not give."""
        for condition in graph.conditions:
            self.watch.step, self.watch.span = f"{self._path}{condition.step}", condition.span
            try:
                if condition.holds(values):
                    continue
            except Untraceable:
                self.watch.lost()
                continue
            plain = {value: Shape(tuple(map(int, shape.sizes)), shape.axes) for value, shape in values.items()}
            if condition.holds(plain):
                raise Untraceable
            kind = "require" if condition.step == "require" else "input"
            yield Fault(condition.step, kind, condition.span, condition.why(plain))

    def _plan(self, graph: Graph) -> list[tuple[Node, tuple[Shape, ...], tuple[Weight, ...]]]:
        """The nodes that run, with the shapes and weights that they were compiled for."""
        if graph not in self._plans:
            left_out = set() if self.training else only_in_training(graph)
            plan = self._plans[graph] = []
            for node in graph:
                before = graph.operand_shapes(node)
                if node.name in left_out or before is None or (node.operation is None and node.graph is None):
                    continue
                weights = node.operation.weights(*before) if node.operation is not None else ()
                plan.append((node, before, weights))
        return self._plans[graph]


def _key(shape: Shape) -> object:
    return tuple([size.law if isinstance(size, Traced) else size for size in shape.sizes]), shape.axes


def _results(node: Node, graph: Graph, outcome: Outcome) -> Iterator[tuple[Value, Shape]]:
    result = graph.result()
    if result is not None and result in outcome.values:
        yield Value(node.name), outcome.values[result]
    for output in graph.outputs:
        if output.value in outcome.values:
            yield Value(node.name, output.name), outcome.values[output.value]


def _apply(
    node: Node,
    before: tuple[Shape, ...],
    weights: tuple[Weight, ...],
    operands: tuple[Shape, ...],
    values: dict[Value, Shape],
    faults: list[Fault],
) -> None:
    if node.operation is None:
        return
    try:
        values[Value(node.name)] = node.operation.rerun(before, *operands)
    except Misfit as misfit:
        faults.append(Fault(node.name, node.kind, node.span, misfit.why))
        return
    now = node.operation.weights(*operands) if weights else ()
    if now != weights:
        faults.append(Fault(node.name, node.kind, node.span, _other_weight(weights, now)))


def _agreed(before: tuple[Shape, ...], operands: tuple[Shape, ...]) -> Iterator[Shape]:
    """The operands with one size along each axis but C: where they differ, one that is not that of the defaults."""
    moved: dict[str, int] = {}
    for old, new in zip(before, operands, strict=True):
        for letter, was, size in zip(new.axes, old.sizes, new.sizes, strict=True):
            if letter != "C" and size != was:
                moved.setdefault(letter, size)
    for shape in operands:
        yield shape.resized(*(moved.get(letter, size) for letter, size in zip(shape.axes, shape.sizes, strict=True)))


def _other_weight(before: tuple[Weight, ...], now: tuple[Weight, ...]) -> str:
    one, other = next((one, other) for one, other in zip(before, now, strict=True) if one != other)
    of = f"{one.name} is" if one.name else "the parameter is"
    return f"{of} {_by(one.sizes)}, and it would have to be {_by(other.sizes)}"


def _by(sizes: tuple[int, ...]) -> str:
    return "x".join(map(str, sizes)) or "a number"


def acts_in_training(graph: Graph, seen: set[Graph] | None = None) -> bool:
    """Whether a network, or a block in it, runs some of its nodes in training alone."""
    seen = seen if seen is not None else set()
    seen.add(graph)
    inner = [node.graph for node in graph if node.graph is not None]
    return bool(only_in_training(graph)) or any(one not in seen and acts_in_training(one, seen) for one in inner)


def only_in_training(graph: Graph) -> set[str]:
    """The nodes that the generated code runs in training alone: the chains of training outputs."""
    found: set[str] = set()
    if graph.trace is not None and any(output.training for output in graph.outputs):
        _collect(graph.trace, False, found)
    return found


def _collect(trace: Trace, training: bool, found: set[str]) -> None:
    for line in trace.lines:
        for item in line:
            inside = training or (isinstance(item.step, tree.Output) and item.step.training)
            if inside:
                found.update(item.joins if item.node is None else (*item.joins, item.node))
            for body in item.bodies:
                _collect(body, inside, found)
