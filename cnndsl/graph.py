"""The intermediate representation: one graph a block instance, with the hierarchy kept.

A node is an input, an operation or an applied block, whose own graph hangs on it. Two instances of a block with
equal arguments and input shapes are the same ``Graph`` object: what is computed once a graph is computed once for both.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from cnndsl.ops.operation import Operation
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Argument, Scope, Trace, Value

if TYPE_CHECKING:
    import networkx


class Frame(NamedTuple):
    """One level of the call stack of a node: a call or a loop, and the iteration."""

    span: Span
    iteration: int | None = None


class Initializer(NamedTuple):
    """``kaiming_normal(mode="fan_out")``: how a weight starts."""

    name: str
    arguments: tuple[tuple[str, object], ...]


class Node:
    """An input (neither operation nor graph), an operation, or an applied block.

    ``module`` is the dotted path of its weights from the root of its graph; None: nothing is registered. Nodes with
    the same module share one instance. ``arguments`` are what the call gave. ``inits`` is the call's own ``init=``.
    """

    __slots__ = ("arguments", "graph", "inits", "module", "name", "operands", "operation", "span", "stack")

    def __init__(
        self,
        name: str,
        operation: Operation | None,
        graph: Graph | None,
        operands: tuple[Value, ...],
        module: str | None,
        arguments: dict[str, Argument],
        span: Span,
        stack: tuple[Frame, ...] = (),
        inits: tuple[tuple[str, Initializer], ...] = (),
    ) -> None:
        self.name = name
        self.operation = operation
        self.graph = graph
        self.operands = operands
        self.module = module
        self.arguments = arguments
        self.span = span
        self.stack = stack
        self.inits = inits

    def __repr__(self) -> str:
        return f"Node({self.name!r})"

    @property
    def kind(self) -> str:
        """The name of the operation or block; ``input`` for an input."""
        if self.operation is not None:
            return self.operation.name
        return self.graph.name if self.graph is not None else "input"


class Output(NamedTuple):
    """A declared result; ``training``: only in training mode."""

    name: str
    value: Value
    training: bool


class Condition(NamedTuple):
    """What a body demands of sizes, to be asked once more, given the shapes of the values of the graph.

    ``step`` is ``require`` or the name of an input; ``why`` is what it says where it does not hold.
    """

    step: str
    span: Span
    holds: Callable[[Mapping[Value, Shape]], bool]
    why: Callable[[Mapping[Value, Shape]], str]


class Graph:
    """One block or network with its arguments and input shapes: nodes in text order, edges keyed by operand slot.

    ``inputs`` are the names of the input nodes (a block's flow is ``in``). ``shapes`` is the table of all values; a
    value that could not be computed is missing. ``network`` is the ``networkx.MultiDiGraph``, made when it is first
    asked for: node ``n`` carries its ``Node`` as ``data["node"]``, an edge the ``Value`` that flows as
    ``data["value"]``; the operand's slot is its key. ``alias`` is the
    definition that renames this one (``network resnet50 = resnet(...)``) and ``given`` the arguments that it gives.
    ``rebuild`` elaborates a network once more with other arguments; None where it finds a mistake. ``sized`` gives the
    shapes of its inputs at other sizes of its symbols; ``axes`` says of which input and axis a symbol is the size.
    """

    def __init__(self, definition: tree.Definition, arguments: dict[str, object], scope: Scope) -> None:
        self.definition = definition
        self.name = definition.name.id
        self.arguments = arguments
        self.scope = scope
        self.nodes: dict[str, Node] = {}
        self.inputs: tuple[str, ...] = ()
        self.outputs: tuple[Output, ...] = ()
        self.symbols: dict[str, int] = {}
        self.axes: dict[str, tuple[str, int]] = {}
        self.conditions: list[Condition] = []
        self.shapes: dict[Value, Shape] = {}
        self.inits: tuple[tuple[str, tuple[tuple[str, Initializer], ...]], ...] = ()
        self.trace: Trace | None = None
        self.alias: tree.Definition | None = None
        self.given: dict[str, Argument] = {}
        self.rebuild: Callable[[dict[str, object]], Graph | None] | None = None
        self.sized: Callable[[Mapping[str, int]], tuple[Shape, ...]] | None = None
        self._network: networkx.MultiDiGraph[str] | None = None

    def add(self, node: Node) -> None:
        """Append a node; its operands are there already."""
        self.nodes[node.name] = node
        if self._network is not None:
            self._connect(self._network, node)

    @property
    def network(self) -> networkx.MultiDiGraph[str]:
        """Nodes in text order and the edges between them."""
        if self._network is None:
            import networkx  # 0.1 s of CPU, which `check` does not need

            self._network = networkx.MultiDiGraph()
            for node in self:
                self._connect(self._network, node)
        return self._network

    @staticmethod
    def _connect(network: networkx.MultiDiGraph[str], node: Node) -> None:
        network.add_node(node.name, node=node)
        for slot, value in enumerate(node.operands):
            network.add_edge(value.node, node.name, key=slot, value=value)

    def __getitem__(self, name: str) -> Node:
        return self.nodes[name]

    def __contains__(self, name: object) -> bool:
        return name in self.nodes

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes.values())

    def __len__(self) -> int:
        return len(self.nodes)

    @property
    def several(self) -> bool:
        """Whether applying it gives several results: a training-only output counts."""
        return len(self.outputs) > 1

    def result(self, output: str = "") -> Value | None:
        """The inner value that an application gives as ``output``; the flow's where that is empty."""
        if output:
            return next((one.value for one in self.outputs if one.name == output), None)
        return self.trace.after if self.trace is not None else None

    @property
    def doc(self) -> str | None:
        """What its definition says of it; an alias's own words win."""
        return (self.alias.doc if self.alias is not None else None) or self.definition.doc

    def operand_shapes(self, node: Node) -> tuple[Shape, ...] | None:
        """Shapes of what ``node`` reads; None where one is unknown."""
        shapes = tuple(self.shapes[value] for value in node.operands if value in self.shapes)
        return shapes if len(shapes) == len(node.operands) else None


def instances(graph: Graph) -> Iterator[Graph]:
    """``graph`` and the graph of every block in it: each once, after those that it applies."""
    done: set[Graph] = set()
    pending = [graph]
    while pending:
        current = pending[-1]
        inner = [node.graph for node in current if node.graph is not None and node.graph not in done]
        if inner:
            pending.extend(inner)
            continue
        pending.pop()
        if current not in done:
            done.add(current)
            yield current


class Instance(NamedTuple):
    """An applied block on the way to a step: its dotted name, its node and the graph that this stands in."""

    name: str
    node: Node
    outer: Graph

    @property
    def block(self) -> str:
        """What is applied."""
        return self.node.kind

    @property
    def arguments(self) -> dict[str, object]:
        """The values of its parameters."""
        return self.node.graph.arguments if self.node.graph is not None else {}

    @property
    def span(self) -> Span:
        """The call; ``node.stack`` are the loops around it."""
        return self.node.span


class Step(NamedTuple):
    """An input or operation of a network with its blocks opened: its dotted name, and those of what it reads."""

    name: str
    node: Node
    graph: Graph
    operands: tuple[str, ...]
    path: tuple[Instance, ...]


def steps(graph: Graph) -> Iterator[Step]:
    """All inputs and operations of a network, in the order of the text, through all blocks."""
    yield from _opened(graph, "", {}, ())


def _opened(
    graph: Graph, prefix: str, outside: dict[str, str], path: tuple[Instance, ...]
) -> Generator[Step, None, dict[str, str]]:
    """``outside`` says what the inputs of a block are called around it; the result, what its results are called."""
    known = {Value(inner): outer for inner, outer in outside.items()}
    for node in graph:
        name = prefix + node.name
        operands = tuple(known[value] for value in node.operands if value in known)
        if node.graph is not None:
            inner = dict(zip(node.graph.inputs, operands, strict=False))
            results = yield from _opened(node.graph, f"{name}.", inner, (*path, Instance(name, node, graph)))
            known.update((Value(node.name, output), result) for output, result in results.items())
        elif node.operation is not None or not path:
            known[Value(node.name)] = name
            yield Step(name, node, graph, operands, path)
    given = {"": graph.result(), **{output.name: output.value for output in graph.outputs}}
    return {name: known[value] for name, value in given.items() if value in known}


def origin(graph: Graph, value: Value, prefix: str = "") -> str | None:
    """The dotted name of the step that makes a value of ``graph``; None where a block has no flow to give.

    ``prefix`` is the dotted name of ``graph`` in its network, with a dot at its end.
    """
    around: list[tuple[Graph, str, Node]] = []
    while True:
        node = graph[value.node]
        if node.graph is not None:
            result = node.graph.result(value.output)
            if result is None:
                return None
            around.append((graph, prefix, node))
            graph, prefix, value = node.graph, f"{prefix}{node.name}.", result
        elif node.operation is None and around:
            # A block may give back what it is given.
            slot = graph.inputs.index(node.name)
            graph, prefix, applied = around.pop()
            value = applied.operands[slot]
        else:
            return prefix + node.name


def opened(graph: Graph) -> networkx.MultiDiGraph[str]:
    """A network as one graph, its blocks opened.

    A node is called by its dotted name and carries its ``Step`` as ``data["step"]`` and its ``Shape``, where it is
    known, as ``data["shape"]``; the key of an edge is the slot of the operand.
    """
    import networkx

    made: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for step in steps(graph):
        made.add_node(step.name, step=step, shape=step.graph.shapes.get(Value(step.node.name)))
        for slot, operand in enumerate(step.operands):
            made.add_edge(operand, step.name, key=slot)
    return made
