"""Where the text says what: the step that made a node, and the names that were in force there."""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

from cnndsl.graph import Graph, Node
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Argument, Item, Scope, Trace, Value


class Written(NamedTuple):
    """The step that made a node, the names in force there, and the flow before it.

    ``call`` is what gives its arguments: of a shared instance, the call with which it was shared.
    """

    step: tree.Step
    scope: Scope
    flow: Value | None
    call: tree.Call | None


_KNOWN: WeakKeyDictionary[Graph, dict[str, Written]] = WeakKeyDictionary()
"""A finished graph does not change."""


def written(graph: Graph) -> dict[str, Written]:
    """Where each node of a graph is written; none for a graph that is not finished."""
    if graph.trace is None:
        return {}
    found = _KNOWN.get(graph)
    if found is None:
        found = _KNOWN[graph] = {}
        _collect(graph.trace, {}, found)
    return found


def _collect(trace: Trace, shared: dict[str, tree.Call], found: dict[str, Written]) -> None:
    for line in trace.lines:
        for item in line:
            if isinstance(item.step, tree.Shared):
                shared[item.step.name.id] = item.step.call
            for name in _made(item):
                found[name] = Written(item.step, trace.scope, item.before, _call(item.step, trace.scope, shared))
            for body in item.bodies:
                _collect(body, shared, found)


def _made(item: Item) -> tuple[str, ...]:
    return item.joins if item.node is None else (item.node, *item.joins)


def _call(step: tree.Step, scope: Scope, shared: dict[str, tree.Call]) -> tree.Call | None:
    if not isinstance(step, tree.Apply):
        return None
    binding = scope.find(step.call.callee.id)
    is_shared = binding is not None and binding.kind == "shared"
    return shared.get(step.call.callee.id, step.call) if is_shared else step.call


def given(graph: Graph, node: Node, field: str) -> Argument | None:
    """An argument of a node, with the expression that gave it where that is known."""
    found = node.arguments.get(field)
    if found is None or found.expression is not None or found.written is not None:
        return found
    place = written(graph).get(node.name)
    if place is None or place.call is None or not isinstance(place.step, tree.Apply) or place.call is place.step.call:
        return found
    if node.operation is not None:
        order = list(node.operation.signature)
    else:
        order = [one.name.id for one in node.graph.definition.parameters] if node.graph is not None else []
    for index, argument in enumerate(place.call.arguments):
        if (argument.name.id if argument.name is not None else order[index : index + 1] == [field] and field) == field:
            return found._replace(expression=argument.value)
    return found


def acting(expression: tree.Expression, item: tuple[int, int] | None) -> tree.Expression:
    """The item of a list that acts, where one does."""
    if item is not None and isinstance(expression, tree.List) and len(expression.items) == item[1]:
        return expression.items[item[0]]
    return expression


def argument(call: tree.Call | None, expression: tree.Expression) -> Span:
    """The argument of a call that has this expression, with its name: ``stride=2``."""
    for one in call.arguments if call is not None else ():
        if one.value is expression:
            return one.span
    return expression.span


def axes(graph: Graph, span: Span) -> tuple[tree.InputAxis, ...]:
    """The axes of the input that is declared there; none for the flow of a block."""
    body = graph.definition.body
    for line in body.lines if body is not None else ():
        for step in line.steps:
            if isinstance(step, tree.Input) and step.span == span:
                return step.axes
    return ()


def head(span: Span) -> Span:
    """The first line of a span."""
    end = span.source.text.find("\n", span.start, span.end)
    return span if end < 0 else Span(span.source, span.start, end)
