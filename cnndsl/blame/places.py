"""Where a number that made a size is written: in the block around the fault, or where that calls another."""

from __future__ import annotations

from cnndsl.graph import Graph, Node
from cnndsl.passes.provenance import Link, token, tokens
from cnndsl.passes.provenance.script import argument, written
from cnndsl.site import Site
from cnndsl.source import Span
from cnndsl.syntax import tree


def place(link: Link, field: str, site: Site) -> Span:
    """The words to edit: an argument that a block hands on is followed to the calls that stand beside the fault."""
    cause = link.cause
    own = tokens(link._replace(cause=cause._replace(arguments=(field,)))) if cause is not None and field else ()
    span = own[0] if own else token(link)
    if cause is None:
        return span
    name = field or next((one for one in cause.arguments if one in link.node.arguments), "")
    return _followed(link, name, span, {site.graph, *(call.graph for call in site.around)})


def _followed(link: Link, name: str, span: Span, inside: set[Graph]) -> Span:
    graph, node = link.graph, link.node
    for call in link.around:
        if graph in inside or call.node is None:
            return span
        given = node.arguments.get(name)
        expression = given.expression if given is not None else None
        graph, node = call.graph, call.graph[call.node]
        handed = node.arguments.get(expression.id) if isinstance(expression, tree.Name) else None
        if handed is not None and handed.expression is not None and isinstance(expression, tree.Name):
            name, span = expression.id, _whole(graph, node, handed.expression)
        elif span.source is not call.span.source:
            name, span = "", call.span
        else:
            return span
    return span


def _whole(graph: Graph, node: Node, expression: tree.Expression) -> Span:
    found = written(graph).get(node.name)
    return argument(found.call if found is not None else None, expression)
