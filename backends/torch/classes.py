"""One class as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from cnndsl.backends.torch.body import Body
from cnndsl.backends.torch.context import CannotShare, Context, identifier
from cnndsl.backends.torch.elements import expressions, extend, fill, has_keys
from cnndsl.backends.torch.freeing import freed
from cnndsl.backends.torch.initial import AGAIN, Initial
from cnndsl.backends.torch.layout import wrap
from cnndsl.backends.torch.numbered import by_index, indexed, listed
from cnndsl.backends.torch.plan import Parameter
from cnndsl.backends.torch.sequence import Sequencer, pure
from cnndsl.backends.torch.signature import declared, docstring, ordered
from cnndsl.backends.torch.statements import Assign, Nested, Statement, mentioned, prune, reads, render
from cnndsl.backends.torch.writing import Flow
from cnndsl.graph import Graph
from cnndsl.syntax import tree
from cnndsl.trace import Item, Trace, Value


class Draft:
    """A class whose bodies are written; the signature follows from what they mention."""

    def __init__(self, context: Context, base: str, init: list[Statement], forward: list[Statement]) -> None:
        self.context = context
        self.base = base
        self.init = init
        self.forward = forward
        self.results: list[str] = []
        self.arguments = ["x"]

    @property
    def places(self) -> set[str]:
        """The containers whose parts have indices."""
        found = {s.target for s in self.init if isinstance(s, Assign) and s.value.startswith("nn.Sequential(")}
        return {*found, "self"} if self.base == "nn.Sequential" else found


def draft(context: Context) -> Draft:
    """Write the bodies of a class."""
    named = {pair for graph in context.owner.graphs for pair in referenced(graph)}
    chain = len(context.owner.graphs[0].inputs) == 1 and pure(context.roots, named, top=True)
    if chain and (context.owner.definition.keyword == "block" or unlabelled(context)):
        return _sequential(context)
    return _module(context, named)


def _sequential(context: Context) -> Draft:
    made, channels = Sequencer(context).body(context.roots, context.channels_parameter())
    context.owner.channels = channels
    init: list[Statement] = []
    inner = expressions(made)
    if has_keys(made):
        init.append("super().__init__()")
        fill(context, made, init, "self")
    elif inner is not None:
        init.append(f"super().__init__({', '.join(inner)})")
    else:
        init.append("layers: list[nn.Module] = []")
        context.local("layers")
        extend(context, made, init, "layers")
        init.append("super().__init__(*layers)")
    return Draft(context, "nn.Sequential", init, [])


def _module(context: Context, named: set[tuple[Graph, Value]]) -> Draft:
    graph = context.owner.graphs[0]
    body = Body(context, named)
    arguments: list[str] = []
    for word in graph.inputs:
        found = "x" if word == "in" else identifier(word)
        arguments.append(context.python_name(found, {*arguments}) if found != "x" or arguments else found)
    for world in context.roots:
        for word, argument in zip(world.graph.inputs, arguments, strict=True):
            body.remember([(world, Value(word))], argument)
    body.held = Counter(arguments[1:])
    kept = any((one, Value(one.inputs[0])) in named for one in context.owner.graphs)
    if kept or arguments[0] != "x":
        body.held[arguments[0]] += 1
    if kept and arguments[0] == "x":
        body.variable = "out"
    body.init.append("super().__init__()")
    end = body.run(context.roots, Flow(arguments[0], context.channels_parameter()))
    last = end.channels
    context.owner.channels = context.closed.get(last.text, last) if last is not None else None
    out = Draft(context, "nn.Module", body.init, body.forward)
    out.arguments = arguments
    out.results = _results(context, body, end)
    return out


def _results(context: Context, body: Body, end: Flow) -> list[str]:
    """What is returned: the end of the flow, or the values that are declared."""
    graph = context.owner.graphs[0]
    if not graph.outputs or (len(graph.outputs) == 1 and _last(graph) == graph.outputs[0].value):
        return [end.text]
    if _last(graph) not in [output.value for output in graph.outputs if not output.training]:
        end = body.keep(end)
    out = []
    for number in range(len(graph.outputs)):
        found = set()
        for world in context.roots:
            value = world.graph.outputs[number].value
            found.add(body.known(world, value) or (end.text if value == _last(world.graph) else ""))
        if len(found) > 1 or found == {""}:
            raise CannotShare(None)
        out.append(found.pop())
    return out


def _last(graph: Graph) -> Value | None:
    return graph.trace.after if graph.trace is not None else None


def referenced(graph: Graph) -> frozenset[tuple[Graph, Value]]:
    """Values that a later step asks for by name."""
    if graph not in _referenced:
        _referenced[graph] = frozenset(_asked(graph))
    return _referenced[graph]


_referenced: WeakKeyDictionary[Graph, frozenset[tuple[Graph, Value]]] = WeakKeyDictionary()


def _asked(graph: Graph) -> set[tuple[Graph, Value]]:
    out: set[tuple[Graph, Value]] = set()

    def visit(trace: Trace) -> None:
        for line in trace.lines:
            for item in line:
                _collect(graph, item, out)
                for body in item.bodies:
                    visit(body)

    if graph.trace is not None:
        visit(graph.trace)
    last = graph.trace.after if graph.trace is not None else None
    for output in graph.outputs:
        if len(graph.outputs) > 1 or output.value != last:
            _add(graph, output.value, out)
    return out


def _collect(graph: Graph, item: Item, out: set[tuple[Graph, Value]]) -> None:
    if isinstance(item.step, tree.From) and item.after is not None:
        _add(graph, item.after, out)
    if isinstance(item.step, tree.Apply) and item.step.branches is None and item.node is not None:
        for value in graph[item.node].operands[1:]:
            _add(graph, value, out)


def _add(graph: Graph, value: Value, out: set[tuple[Graph, Value]]) -> None:
    out.add((graph, value))
    if value.output:
        out.add((graph, Value(value.node)))


def unlabelled(context: Context) -> bool:
    """Whether no step of the body has a label."""
    nodes = [node for graph in context.owner.graphs for node in graph if node.module is not None]
    return all((node.module or "").partition(".")[0].isdigit() for node in nodes)


def finish(made: Draft, initial: Initial) -> list[str]:
    """The lines of the class."""
    context, owner = made.context, made.context.owner
    init = prune([*made.init, *initial.init])
    unnamed = listed(init) if made.base == "nn.Module" else None
    if unnamed is not None:
        made.base, init = "nn.ModuleList", unnamed
        made.forward = [indexed(statement) for statement in made.forward]
        made.results = [by_index(text) for text in made.results]
    stored = _stored(context, made)
    read = reads(init) | {parameter.name for parameter in stored}
    words = [parameter.name.id for parameter in owner.definition.parameters]
    owner.parameters = ordered([p for p in context.parameters.values() if p.name in read], words)
    at = next(i for i, statement in enumerate(init) if isinstance(statement, str) and statement.startswith("super()"))
    init[at + 1 : at + 1] = [Assign(f"self.{p.name}", p.name) for p in stored]
    lines = [f"class {owner.name}({made.base}):"]
    lines += docstring(owner.definition.doc, 4)
    if len(init) > 1 or owner.parameters or init[0] != "super().__init__()":
        arguments = ", ".join(["self", *(declared(p) for p in owner.parameters)])
        lines += _gap(lines)
        lines += wrap(f"def __init__({arguments}) -> None:", 4)
        lines += render(init, 8)
    if initial.method:
        lines += [*_gap(lines), f"    def {AGAIN}(self) -> None:", *render(initial.method, 8)]
    if made.base != "nn.Sequential":
        lines += _gap(lines)
        lines += _forward(made)
    if len(lines) == 1:
        lines.append("    pass")
    return lines


def _gap(lines: Sequence[str]) -> list[str]:
    return [""] if len(lines) > 1 else []


def _stored(context: Context, made: Draft) -> list[Parameter]:
    words = mentioned([*made.forward, *made.results])
    return [parameter for parameter in context.parameters.values() if f"self.{parameter.name}" in words]


def _forward(made: Draft) -> list[str]:
    owner = made.context.owner
    graph = owner.graphs[0]
    arguments = ", ".join(f"{word}: Tensor" for word in made.arguments)
    active = [text for text, output in zip(made.results, graph.outputs, strict=False) if not output.training]
    body = _tidied(made.forward)
    several = f"{owner.name}Output"
    if len(made.results) == 1:
        result, body = "Tensor", [*body, f"return {made.results[0]}"]
    elif len(active) == len(made.results):
        result, body = several, [*body, f"return {several}({', '.join(made.results)})"]
    else:
        eval_type = "Tensor" if len(active) == 1 else several
        whole = f"return {several}({', '.join(made.results)})"
        rest = active[0]
        if len(active) > 1:
            texts = [
                "None" if output.training else text for text, output in zip(made.results, graph.outputs, strict=True)
            ]
            rest = f"{several}({', '.join(texts)})"
        body = [*body, Nested("if self.training", [whole]), f"return {rest}"]
        result = f"{eval_type} | {several}" if eval_type != several else several
    return [*wrap(f"def forward(self, {arguments}) -> {result}:", 4), *render(freed(body), 8)]


def _tidied(statements: list[Statement]) -> list[Statement]:
    """Without assignments of a name to itself."""
    return [s for s in statements if not (isinstance(s, Assign) and s.target == s.value)]
