"""Where the text says what: the step that made a node, and the names that were in force there."""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

from cnndsl.graph import Graph
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Item, Scope, Trace, Value


class Written(NamedTuple):
    """The step that made a node, the names in force there, and the flow before it."""

    step: tree.Step
    scope: Scope
    flow: Value | None

    @property
    def call(self) -> tree.Call | None:
        """The call that it is."""
        return self.step.call if isinstance(self.step, tree.Apply) else None


_KNOWN: WeakKeyDictionary[Graph, dict[str, Written]] = WeakKeyDictionary()
"""A finished graph does not change."""


def written(graph: Graph) -> dict[str, Written]:
    """Where each node of a graph is written; none for a graph that is not finished."""
    if graph.trace is None:
        return {}
    found = _KNOWN.get(graph)
    if found is None:
        found = _KNOWN[graph] = {}
        _collect(graph.trace, found)
    return found


def _collect(trace: Trace, found: dict[str, Written]) -> None:
    for line in trace.lines:
        for item in line:
            for name in _made(item):
                found[name] = Written(item.step, trace.scope, item.before)
            for body in item.bodies:
                _collect(body, found)


def _made(item: Item) -> tuple[str, ...]:
    return item.joins if item.node is None else (item.node, *item.joins)


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
