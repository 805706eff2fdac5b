"""Which parameters of a network its function takes: numbers that reach operations as they are.

Everything else is fixed when the network is compiled. A parameter that passes the reading of the text is tried: the
network is elaborated with another value of it, and its class must serve both.
"""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.graph import Graph
from cnndsl.syntax import tree


def free_parameters(network: Graph) -> dict[str, Graph]:
    """By name, the network at another value."""
    out: dict[str, Graph] = {}
    for parameter in network.definition.parameters:
        name = parameter.name.id
        value = network.arguments.get(name)
        if name in network.given or isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        if not verbatim(network, name, set()) or network.rebuild is None:
            continue
        others: tuple[object, ...] = (value + 1, value * 2) if isinstance(value, int) else (value / 2, value * 2)
        variant = next((built for other in others if (built := network.rebuild({name: other}))), None)
        if variant is not None:
            out[name] = variant
    return out


def verbatim(graph: Graph, name: str, seen: set[tuple[Graph, str]]) -> bool:
    """Whether a parameter of ``graph`` is only ever handed on, in the end to operations."""
    if (graph, name) in seen:
        return True
    seen.add((graph, name))
    definition = graph.definition
    if definition.body is None or any(not bare for bare in _uses(definition.body, name)):
        return False
    if any(p.default is not None and any(_mentions(p.default, name)) for p in definition.parameters):
        return False
    for node in graph:
        for given, argument in node.arguments.items():
            handed = isinstance(argument.expression, tree.Name) and argument.expression.id == name
            if handed and node.graph is not None and not verbatim(node.graph, given, seen):
                return False
    return True


def _uses(part: object, name: str) -> Iterator[bool]:
    """Uses of a name under ``part``: whether each is the whole of an argument of a step."""
    match part:
        case tree.Expect() | tree.Require() | tree.Output(chain=None):
            return
        case tree.Output(chain=chain):
            yield from _uses(chain, name)
        case tree.Apply(_, call, branches):
            for argument in call.arguments:
                if isinstance(argument.value, tree.Name) and argument.value.id == name:
                    yield True
                else:
                    yield from (False for _ in _mentions(argument.value, name))
            yield from _uses(branches, name)
        case tree.Name(id):
            if id == name:
                yield False
        case tuple():
            for inner in part:
                if isinstance(inner, tuple):
                    yield from _uses(inner, name)


def _mentions(part: object, name: str) -> Iterator[bool]:
    if isinstance(part, tree.Name) and part.id == name:
        yield True
    elif isinstance(part, tree.Call):
        for argument in part.arguments:
            yield from _mentions(argument.value, name)
    elif isinstance(part, tuple):
        for inner in part:
            yield from _mentions(inner, name)
