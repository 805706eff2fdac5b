"""One block instance while its body is executed, and what all instances of a check share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.diagnostics.diagnostic import Label as Because
from cnndsl.elaborate.budget import ELEMENTS, NESTING, NODES, OPERATIONS, STATEMENT, STEPS, Budget
from cnndsl.elaborate.doubt import Doubt
from cnndsl.elaborate.evaluate import Context
from cnndsl.elaborate.fault import Exhausted, Fault
from cnndsl.elaborate.levels import Layout, Level, lay_out, root
from cnndsl.elaborate.sink import Sink
from cnndsl.graph import Frame, Graph, Initializer, Node, Output
from cnndsl.shape import Shape
from cnndsl.site import Around, Site
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Argument, Item, Scope, Trace, Value


class Gather(Protocol):
    """Who takes the result of each line of a body whose lines do not simply follow one another."""

    flow: Value | None

    def take(self, instance: Instance, line: tree.Line, value: Value | None) -> None:
        """A line has given ``value``."""


Handler = Callable[["Instance", Any, Scope, "Value | None", "Gather | None"], Item]

TRANSPARENT = (tree.For, tree.Repeat, tree.If, tree.With)
"""Steps that contribute their lines to a join around them."""
DECLARATIONS = (tree.Let, tree.Shared, tree.Input, tree.Output, tree.Init, tree.Expect, tree.Require)
"""Steps that leave the flow alone (an input starts it)."""


class Call(NamedTuple):
    """A call on the way to an instance: where, of what, in which repetitions, with which arguments; who calls."""

    span: Span
    name: str
    stack: tuple[Frame, ...]
    arguments: dict[str, Argument]
    outer: Graph
    operands: tuple[Value | None, ...]


class Size(NamedTuple):
    """Of a finished instance: operations in it, counted out, whether it has weights, and whether all of it is known."""

    operations: int
    weighted: bool
    sound: bool = True


class Session:
    """What all instances of one check share."""

    def __init__(self, handlers: dict[type, Handler], budget: Budget, sink: Sink) -> None:
        self.handlers = handlers
        self.budget = budget
        self.sink = sink
        self.memo: dict[object, Graph] = {}
        self.sizes: dict[Graph, Size] = {}
        self.doubts: dict[Graph, dict[Value, Doubt]] = {}
        self.chain: list[Call] = []
        self.depth = 0
        self.faults = 0
        self.shared_cost = (0, 0)
        self._layouts: dict[int, tuple[Layout, bool]] = {}

    def cost(self) -> tuple[int, int]:
        """Nodes and steps spent so far."""
        return NODES - self.budget.nodes, STEPS - self.budget.steps

    def own_cost(self) -> tuple[int, int]:
        """The same without what went into block instances, which equal ones share."""
        nodes, steps = self.cost()
        return nodes - self.shared_cost[0], steps - self.shared_cost[1]

    def layout(self, body: tree.Body) -> tuple[Layout, bool]:
        """The labels of a body, and whether names are declared in it."""
        found = self._layouts.get(id(body))
        if found is None:
            declares = any(type(step) in (tree.Let, tree.Shared) for line in body.lines for step in line.steps)
            found = self._layouts[id(body)] = (lay_out(body), declares)
        return found

    def report(self, fault: Fault, stack: tuple[Frame, ...] = ()) -> None:
        """Keep a finding, with the calls and repetitions on the way to it."""
        for one in (fault, *fault.others):
            self.faults += not one.diagnostic.code.startswith("E05")
            if self.sink.is_new(one.diagnostic, self._site(one)):
                self.sink.findings.append(self._explained(one.diagnostic, stack))

    def again(self, fault: Fault) -> None:
        """A misfit that follows from another: it counts as one more place of what was found there before."""
        site = self._site(fault)
        if site is not None:
            self.sink.again(fault.diagnostic, site)

    def _site(self, fault: Fault) -> Site | None:
        if fault.site is None:
            return None
        around = tuple(Around(call.outer, call.operands, call.span) for call in reversed(self.chain))
        outside = bool(self.chain) and fault.site.graph is self.chain[-1].outer
        return fault.site._replace(around=around[1:] if outside else around)

    def _explained(self, finding: Diagnostic, stack: tuple[Frame, ...]) -> Diagnostic:
        applied = [call for call in reversed(self.chain) if call.span != finding.span]
        calls = [Because(call.span, f"{call.name} is applied here") for call in applied]
        frames = [*stack, *(frame for call in reversed(self.chain) for frame in reversed(call.stack))]
        notes = tuple(
            f"in repetition {frame.iteration + 1} of `{_header(frame.span)}`"
            for frame in frames
            if frame.iteration is not None
        )
        room = max(0, 4 - len(finding.labels))
        return finding._replace(labels=finding.labels + tuple(calls[:room]), notes=finding.notes + notes[:4])


def _header(span: Span) -> str:
    text = span.source.text[span.start : min(span.end, span.start + 200)]
    return " ".join(text.partition(" {")[0].split())[:80]


class Instance:
    """A graph in the making."""

    def __init__(
        self, session: Session, graph: Graph, body: tree.Body, shapes: tuple[Shape | Doubt | None, ...] | None
    ) -> None:
        self.session = session
        self.graph = graph
        self.level: Level = root(session.layout(body)[0])
        self.top = self.level
        self.stack: tuple[Frame, ...] = ()
        self.uncertain = False
        self.training = False
        self.naming: tuple[tree.Step, str] | None = None
        self.shapes = shapes
        self.sizes: dict[str, int] = {}
        self.used_sizes: set[str] = set()
        self.facts: list[tuple[tree.Expect, Scope]] = []
        self.ready: dict[int, Any] = {}
        self.operations = 0
        self.weighted = False
        self.sound = True
        self.outputs: dict[str, Output] = {}
        self.inits: list[tuple[str, tuple[tuple[str, Initializer], ...]]] = []
        self._names: dict[str, int] = {}

    def context(self, scope: Scope, flow: Value | None) -> Context:
        """Where an expression of this instance is evaluated."""
        return Context(scope, self.shape(flow), self.session.budget)

    def shape(self, value: Value | None) -> Shape | Doubt | None:
        """What is known of the shape of a value."""
        if value is None:
            return None
        shape = self.graph.shapes.get(value)
        return shape if shape is not None else self.session.doubts.get(self.graph, {}).get(value)

    def keep(self, value: Value, shape: Shape | Doubt | None) -> None:
        """Enter the shape of a value, or what is known of it."""
        if isinstance(shape, Shape):
            self.graph.shapes[value] = shape
        elif shape is not None:
            self.session.doubts.setdefault(self.graph, {})[value] = shape

    def run(
        self, body: tree.Body, scope: Scope, flow: Value | None, gather: Gather | None = None, own: bool = False
    ) -> Trace:
        """Execute a body; ``own``: the scope was made for it."""
        session = self.session
        session.depth += 1
        if session.depth > NESTING:
            raise Exhausted(f"braces and blocks are nested more than {NESTING} deep here", body.span)
        if not own and session.layout(body)[1]:
            scope = Scope(scope)
        before = flow
        lines = []
        for line in body.lines:
            transparent = len(line.steps) == 1 and type(line.steps[0]) in TRANSPARENT
            items, value = self._line(line, scope, flow, gather if transparent else None)
            lines.append(items)
            if gather is None:
                flow = value
            else:
                if not transparent and any(type(step) not in DECLARATIONS for step in line.steps):
                    gather.take(self, line, value)
                flow = gather.flow
        session.depth -= 1
        return Trace(body, scope, tuple(lines), before, flow)

    def _line(
        self, line: tree.Line, scope: Scope, value: Value | None, gather: Gather | None
    ) -> tuple[tuple[Item, ...], Value | None]:
        session = self.session
        items = []
        for step in line.steps:
            session.budget.step(step.span, STATEMENT)
            try:
                item = session.handlers[type(step)](self, step, scope, value, gather)
            except Exhausted:
                raise
            except Fault as fault:
                session.report(fault, self.stack)
                self.uncertain = self.uncertain or type(step) in (tree.For, tree.Repeat, tree.If)
                kept = type(step) in DECLARATIONS and type(step) is not tree.Require
                item = Item(step, value, value if kept else None)
            items.append(item)
            value = item.after
        return tuple(items), value

    def name(self, wanted: str) -> str:
        """A name that no node of the graph has yet."""
        nodes = self.graph.nodes
        if wanted not in nodes:
            return wanted
        number = self._names.get(wanted, 1)
        while True:
            number += 1
            name = f"{wanted}_{number}"
            if name not in nodes:
                self._names[wanted] = number
                return name

    def add(self, node: Node, shape: Shape | Doubt | None, inner: Size) -> Value:
        """Append a node to the graph."""
        graph = self.graph
        self.session.budget.node(node.span)
        if isinstance(shape, Shape) and shape.elements > ELEMENTS:
            raise Fault("E0604", f"{shape} is more than the {ELEMENTS:,} numbers that a value may have", node.span)
        self.operations += inner.operations
        if self.operations > OPERATIONS:
            raise Exhausted(f"this network has more than {OPERATIONS:,} operations", node.span)
        self.weighted = self.weighted or inner.weighted
        self.sound = self.sound and inner.sound and isinstance(shape, Shape)
        graph.add(node)
        value = Value(node.name)
        self.keep(value, shape)
        return value
