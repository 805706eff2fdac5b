"""Which parameters of a network its function takes: numbers that reach operations as they are.

Everything else is fixed when the network is compiled. A parameter that passes the reading of the text is tried: the
network is elaborated with other values of it, and its class must serve all of them.
"""

from __future__ import annotations

from cnndsl.backends.torch.mentions import mentions, uses
from cnndsl.graph import Graph
from cnndsl.syntax import tree


def free_parameters(network: Graph) -> dict[str, list[Graph]]:
    """By name, the network at other values: two where both are legal, as one may hide behind a rounding."""
    out: dict[str, list[Graph]] = {}
    for parameter in network.definition.parameters:
        name = parameter.name.id
        value, asked = network.arguments.get(name), asked_as(network, name)
        if asked is None or isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        if not verbatim(network, name, set()) or network.rebuild is None:
            continue
        others: tuple[object, ...] = (value * 2, value + 1) if isinstance(value, int) else (value / 2, value * 2)
        variants = [built for other in others if (built := network.rebuild({asked: other}))]
        if variants:
            out[name] = variants
    return out


def asked_as(network: Graph, name: str) -> str | None:
    """What the network's own definition calls a parameter: an alias may hand one on; None where it gives a value."""
    given = network.given.get(name)
    if given is None or network.alias is None:
        return name
    word = given.expression.id if isinstance(given.expression, tree.Name) else ""
    once = sum(mentions(network.alias.call, word)) == 1
    return word if once and any(parameter.name.id == word for parameter in network.alias.parameters) else None


def order(network: Graph) -> list[str]:
    """The parameters of a network as its definition lists them, an alias's own ones first."""
    names = [parameter.name.id for parameter in network.definition.parameters]
    own = [parameter.name.id for parameter in network.alias.parameters] if network.alias is not None else []
    asked = {name: asked_as(network, name) or name for name in names}
    return sorted(names, key=lambda name: own.index(asked[name]) if asked[name] in own else len(own))


def verbatim(graph: Graph, name: str, seen: set[tuple[Graph, str]]) -> bool:
    """Whether a parameter of ``graph`` is only ever handed on, in the end to operations."""
    if (graph, name) in seen:
        return True
    seen.add((graph, name))
    definition = graph.definition
    if definition.body is None or any(not bare for bare in uses(definition.body, name)):
        return False
    if any(p.default is not None and any(mentions(p.default, name)) for p in definition.parameters):
        return False
    for node in graph:
        for given, argument in node.arguments.items():
            handed = isinstance(argument.expression, tree.Name) and argument.expression.id == name
            if handed and node.graph is not None and not verbatim(node.graph, given, seen):
                return False
    return True
