"""Which words of the text set a size."""

from __future__ import annotations

from cnndsl.graph import Graph, Node
from cnndsl.passes.provenance.trails import Link
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Item, Trace


def token(link: Link) -> Span:
    """The words that set the size: an argument, the axis of an input; the head of the step where there are none."""
    found = tokens(link)
    return found[0] if found else _head(link.node.span)


def tokens(link: Link) -> tuple[Span, ...]:
    """All arguments that set or change the size, those that matter most first: ``stride=2``, ``3x3``."""
    if link.cause is None:
        axes = _axes(link.graph, link.node)
        return (axes[link.axis].span,) if axes else ()
    step = steps_written(link.graph).get(link.node.name)
    call = step.call if isinstance(step, tree.Apply) else None
    spans = []
    for field in link.cause.arguments:
        argument = link.node.arguments.get(field)
        if argument is not None and argument.expression is not None:
            spans.append(_whole(call, argument.expression))
        elif argument is not None and argument.written is not None:
            spans.append(argument.written)
    return tuple(spans)


def steps_written(graph: Graph) -> dict[str, tree.Step]:
    """The step of the text that made each node; none for a graph that is not finished."""
    found: dict[str, tree.Step] = {}
    if graph.trace is not None:
        _collect(graph.trace, found)
    return found


def _collect(trace: Trace, found: dict[str, tree.Step]) -> None:
    for line in trace.lines:
        for item in line:
            found.update((name, item.step) for name in _made(item))
            for body in item.bodies:
                _collect(body, found)


def _made(item: Item) -> tuple[str, ...]:
    return item.joins if item.node is None else (item.node, *item.joins)


def _whole(call: tree.Call | None, expression: tree.Expression) -> Span:
    """The argument with its name."""
    for argument in call.arguments if call is not None else ():
        if argument.value is expression:
            return argument.span
    return expression.span


def _axes(graph: Graph, node: Node) -> tuple[tree.InputAxis, ...]:
    body = graph.definition.body
    for line in body.lines if body is not None else ():
        for step in line.steps:
            if isinstance(step, tree.Input) and step.span == node.span:
                return step.axes
    return ()


def _head(span: Span) -> Span:
    """Its first line."""
    end = span.source.text.find("\n", span.start, span.end)
    return span if end < 0 else Span(span.source, span.start, end)
