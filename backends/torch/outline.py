"""Groups that are no chain of modules become blocks of their own.

``stage: { residual { ... } relu }`` is a level of the weights path, but no ``nn.Sequential``: it is written as a class,
as if the text had named a block there. A group that reads values from outside, or whose values are read from outside,
stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.backends.torch.classes import referenced
from cnndsl.backends.torch.code import World
from cnndsl.backends.torch.expressions import NOWHERE
from cnndsl.backends.torch.sequence import pure
from cnndsl.graph import Graph, Node, Output
from cnndsl.passes.inplace import users
from cnndsl.shape import Shape
from cnndsl.syntax import tree
from cnndsl.trace import Argument, Item, Scope, Trace, Value

FLOW = Value("in")


class Outliner:
    """Graphs without such groups, and the definitions made for them: one for each place in the text."""

    def __init__(self) -> None:
        self.done: dict[Graph, Graph] = {}
        self.definitions: dict[int, tree.Definition] = {}

    def graph(self, graph: Graph) -> Graph:
        """``graph`` with every such group, in it and in its blocks, made a block."""
        if graph not in self.done:
            self.done[graph] = graph
            if graph.trace is not None:
                self.done[graph] = self._copied(graph, graph.trace)
        return self.done[graph]

    def _copied(self, graph: Graph, trace: Trace) -> Graph:
        inner = {node.name: self.graph(node.graph) for node in graph if node.graph is not None}
        found = list(self._groups(graph, trace))
        if not found and all(inner[node.name] is node.graph for node in graph if node.graph is not None):
            return graph
        copy = _Copy(graph, inner, {}, "")
        for item in found:
            copy.replace(item, self._block(graph, inner, item))
        return copy.finish(graph, trace)

    def _groups(self, graph: Graph, trace: Trace) -> Iterator[Item]:
        """The outermost groups to outline."""
        for line in trace.lines:
            for item in line:
                if isinstance(item.step, tree.Group) and _stands_alone(graph, item):
                    yield item
                else:
                    for body in item.bodies:
                        yield from self._groups(graph, body)

    def _block(self, graph: Graph, inner: dict[str, Graph], item: Item) -> Graph:
        """The graph of a group by itself."""
        body = item.bodies[0]
        words = sorted({name for name in _words(body.body) if _is_given(body.scope, name)})
        made = Graph(self._definition(graph, item, words), {w: _given(body.scope, w) for w in words}, body.scope)
        copy = _Copy(graph, inner, {item.before: FLOW} if item.before is not None else {}, f"{item.key}.")
        copy.into = made
        made.add(Node("in", None, None, (), None, {}, item.step.span))
        made.inputs = ("in",)
        if item.before in graph.shapes:
            made.shapes[FLOW] = graph.shapes[item.before]
        for name in _inside(item):
            copy.node(graph[name])
        made.trace = copy.trace(body)
        last = made.trace.after
        made.outputs = (Output("output", last, False),) if last is not None else ()
        return self.graph(made)

    def _definition(self, graph: Graph, item: Item, words: list[str]) -> tree.Definition:
        step = item.step
        if not isinstance(step, tree.Group):
            raise TypeError(type(step).__name__)
        if id(step) not in self.definitions:
            parts = step.label.parts if step.label is not None else (f"{graph.name}_unit",)
            text = "".join(part for part in parts if isinstance(part, str)) or f"{graph.name}_unit"
            parameters = tuple(tree.Parameter(tree.Name(word, NOWHERE), None, None, NOWHERE) for word in words)
            self.definitions[id(step)] = tree.Definition(
                "block", tree.Name(text, step.span), parameters, None, step.body, step.body.doc, step.span
            )
        return self.definitions[id(step)]


class _Copy:
    """A graph copied with some values renamed and some groups replaced."""

    def __init__(self, graph: Graph, inner: dict[str, Graph], values: dict[Value, Value], prefix: str) -> None:
        self.graph = graph
        self.inner = inner
        self.values = values
        self.prefix = prefix
        self.into = Graph(graph.definition, graph.arguments, graph.scope)
        self.replaced: dict[int, tuple[Item, Graph, str]] = {}
        self.hidden: dict[str, int] = {}

    def replace(self, item: Item, block: Graph) -> None:
        """Let ``block`` stand for a group."""
        word = item.key or ""
        while word in self.graph:
            word += "_"
        self.replaced[id(item)] = (item, block, word)
        self.hidden.update(dict.fromkeys(_inside(item), id(item)))
        if item.after is not None and item.after != item.before:
            self.values[item.after] = Value(word)

    def value(self, value: Value | None) -> Value | None:
        """A value by its new name."""
        return value if value is None else self.values.get(value, value)

    def path(self, path: str | None) -> str | None:
        """A weights path from the root of the copy."""
        return path[len(self.prefix) :] if path is not None and path.startswith(self.prefix) else path

    def node(self, node: Node) -> None:
        """Copy a node."""
        made = Node(
            node.name,
            node.operation,
            self.inner.get(node.name),
            tuple(self.values.get(value, value) for value in node.operands),
            self.path(node.module),
            node.arguments,
            node.span,
            node.stack,
            node.inits,
        )
        self.into.add(made)
        for value, shape in self._shapes(node.name):
            self.into.shapes[value] = shape

    def _shapes(self, name: str) -> Iterator[tuple[Value, Shape]]:
        outputs = [output.name for output in self.inner[name].outputs] if name in self.inner else []
        for output in ("", *outputs):
            value = Value(name, output)
            if value in self.graph.shapes:
                yield value, self.graph.shapes[value]

    def trace(self, trace: Trace) -> Trace:
        """Copy a trace."""
        lines = tuple(tuple(map(self._item, line)) for line in trace.lines)
        return Trace(trace.body, trace.scope, lines, self.value(trace.before), self.value(trace.after))

    def _item(self, item: Item) -> Item:
        before, after = self.value(item.before), self.value(item.after)
        if id(item) in self.replaced:
            _, block, node = self.replaced[id(item)]
            words = (tree.Argument(tree.Name(w, NOWHERE), tree.Name(w, NOWHERE), NOWHERE) for w in block.arguments)
            step = item.step
            call = tree.Call(tree.Name(block.name, step.span), tuple(words), step.span)
            label = step.label if isinstance(step, tree.Group) else None
            return Item(tree.Apply(label, call, None, step.span), before, after, node, item.key)
        bodies = tuple(map(self.trace, item.bodies))
        return item._replace(before=before, after=after, key=self.path(item.key), bodies=bodies)

    def finish(self, graph: Graph, trace: Trace) -> Graph:
        """The copy of a whole graph."""
        made, added = self.into, set()
        for node in graph:
            place = self.hidden.get(node.name)
            if place is None:
                self.node(node)
            elif place not in added:
                added.add(place)
                self._call(*self.replaced[place])
        made.name, made.inputs, made.symbols = graph.name, graph.inputs, graph.symbols
        made.inits, made.alias, made.given, made.rebuild = graph.inits, graph.alias, graph.given, graph.rebuild
        made.outputs = tuple(Output(o.name, self.values.get(o.value, o.value), o.training) for o in graph.outputs)
        made.trace = self.trace(trace)
        return made

    def _call(self, item: Item, block: Graph, name: str) -> None:
        before = self.value(item.before)
        arguments = {w: Argument(v, tree.Name(w, NOWHERE)) for w, v in block.arguments.items()}
        operands = () if before is None else (before,)
        self.into.add(Node(name, None, block, operands, item.key, arguments, item.step.span))
        if item.after in self.graph.shapes:
            self.into.shapes[Value(name)] = self.graph.shapes[item.after]


def _inside(item: Item) -> Iterator[str]:
    """The nodes that a step made, in it and under it."""
    if item.node is not None:
        yield item.node
    yield from item.joins
    for body in item.bodies:
        for line in body.lines:
            for inner in line:
                yield from _inside(inner)


def _stands_alone(graph: Graph, item: Item) -> bool:
    """Whether a group is no sequence, reads nothing but the flow, and only its end is read."""
    body = item.bodies[0]
    if item.before is None or item.after is None or item.after == item.before or item.key is None:
        return False
    named = referenced(graph)
    if pure([World(graph, body)], named) or any(_binds(step) for step in _steps(body.body)):
        return False
    nodes = set(_inside(item))
    if item.after.node not in nodes or "in" in _words(body.body):
        return False
    readers = users(graph)
    for name in nodes:
        if not (graph[name].module or f"{item.key}.").startswith(f"{item.key}."):
            return False
        if any(value != item.before and value.node not in nodes for value in graph[name].operands):
            return False
        if any(user not in nodes and value != item.after for user, value in readers.get(name, ())):
            return False
    return all(output.value.node not in nodes or output.value == item.after for output in graph.outputs)


def _binds(step: tree.Step) -> bool:
    return isinstance(step, (tree.Shared, tree.Output, tree.Init))


def _steps(body: tree.Body) -> Iterator[tree.Step]:
    for line in body.lines:
        for step in line.steps:
            yield step
            for part in step:
                yield from _steps_in(part)


def _steps_in(part: object) -> Iterator[tree.Step]:
    if isinstance(part, tree.Body):
        yield from _steps(part)
    elif isinstance(part, tuple) and not isinstance(part, tree.Name):
        for inner in part:
            yield from _steps_in(inner)


def _words(part: object) -> set[str]:
    """All names under a part of the tree."""
    if isinstance(part, tree.Name):
        return {part.id}
    if isinstance(part, tuple):
        return {word for inner in part for word in _words(inner)}
    return set()


def _is_given(scope: Scope, name: str) -> bool:
    """Whether a name is a number of the surroundings that a block would have to be given."""
    binding = scope.find(name)
    return binding is not None and binding.kind in ("parameter", "let", "loop") and _plain(binding.value)


def _given(scope: Scope, name: str) -> object:
    binding = scope.find(name)
    return None if binding is None else binding.value


def _plain(value: object) -> bool:
    if isinstance(value, tuple) and not isinstance(value, Shape):
        return all(map(_plain, value))
    return isinstance(value, (bool, int, float, str))
