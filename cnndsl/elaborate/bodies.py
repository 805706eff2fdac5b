"""Names and labels in bodies, without executing them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from cnndsl.diagnostics.diagnostic import Label as Because
from cnndsl.elaborate.fault import Fault
from cnndsl.elaborate.levels import plain
from cnndsl.elaborate.sink import Sink
from cnndsl.elaborate.values import UNKNOWN
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Binding, Scope

Labels = dict[str, Span]
"""Words that label steps of a level so far."""


class Walk(Protocol):
    """What a body needs of the walk over the file."""

    sink: Sink

    def bind(self, name: tree.Name, scope: Scope) -> None:
        """A name that a body gives."""

    def free(self, name: tree.Name) -> None:
        """Operations and functions keep their names."""

    def call(self, call: tree.Call, scope: Scope) -> None:
        """A call, in the flow or in an expression."""

    def calls(self, calls: Iterable[tree.Call], scope: Scope) -> None:
        """Several calls."""

    def expression(self, expression: tree.Expression, scope: Scope) -> None:
        """Names in an expression."""

    def initial(self, expression: tree.Expression, scope: Scope) -> None:
        """An initializer: its own names are not those of the language."""


def check_body(body: tree.Body, scope: Scope, labels: Labels, walk: Walk, own: bool = False) -> None:
    """Walk over the steps of a body; ``own``: the scope was made for it."""
    inner = scope if own else Scope(scope)
    for line in body.lines:
        check_line(line, inner, labels, walk)


def check_line(line: tree.Line, scope: Scope, labels: Labels, walk: Walk) -> None:
    """Walk over the steps of a line."""
    for step in line.steps:
        if isinstance(step, tree.Apply | tree.Group):
            _labelled(step, scope, labels, walk)
        elif isinstance(step, tree.Let | tree.Shared | tree.Input | tree.Output | tree.Init):
            _declare(step, scope, labels, walk)
        elif isinstance(step, tree.Require):
            walk.expression(step.condition, scope)
            if step.message is not None:
                walk.expression(step.message, scope)
        elif isinstance(step, tree.From):
            for part in step.path:
                walk.expression(part, scope)
        elif not isinstance(step, tree.Expect):
            _nested(step, scope, labels, walk)


def _labelled(step: tree.Apply | tree.Group, scope: Scope, labels: Labels, walk: Walk) -> None:
    if step.label is not None:
        walk.expression(step.label, scope)
        _label(plain(step.label), step.label.span, labels, walk)
    if isinstance(step, tree.Group):
        check_body(step.body, scope, {}, walk)
        return
    walk.call(step.call, scope)
    if step.branches is not None:
        check_body(step.branches, scope, labels, walk)


def _label(word: str | None, span: Span, labels: Labels, walk: Walk) -> None:
    if word is None:
        return
    other = labels.setdefault(word, span)
    if other is not span:
        because = (Because(other, "first used here"),)
        walk.sink.report(Fault("E0204", f"there are two steps labelled {word}", span, labels=because))


def _declare(
    step: tree.Let | tree.Shared | tree.Input | tree.Output | tree.Init, scope: Scope, labels: Labels, walk: Walk
) -> None:
    if isinstance(step, tree.Let):
        walk.expression(step.value, scope)
        walk.bind(step.name, scope)
    elif isinstance(step, tree.Shared):
        walk.call(step.call, scope)
        walk.bind(step.name, scope)
        _label(step.name.id, step.name.span, labels, walk)
    elif isinstance(step, tree.Input):
        _input(step, scope, walk)
    elif isinstance(step, tree.Init):
        for call in step.calls:
            for argument in call.arguments:
                walk.initial(argument.value, scope)
    else:
        walk.expression(step.name, scope)
        if step.chain is not None:
            check_line(step.chain, scope, labels, walk)
        for item in step.shape.items if step.shape is not None else ():
            if not (isinstance(item, tree.Name) and item.id == "_"):
                walk.expression(item, scope)


def _input(step: tree.Input, scope: Scope, walk: Walk) -> None:
    for axis in step.axes:
        walk.expression(axis.size, scope)
        if axis.symbol is not None:
            walk.bind(axis.symbol, scope)
    walk.free(step.name)
    scope.names.setdefault(step.name.id, Binding("tensor", UNKNOWN))


def _nested(
    step: tree.Repeat | tree.For | tree.If | tree.With | tree.Residual | tree.Dense,
    scope: Scope,
    labels: Labels,
    walk: Walk,
) -> None:
    if isinstance(step, tree.Repeat):
        walk.expression(step.times, scope)
        check_body(step.body, scope, labels, walk)
    elif isinstance(step, tree.For):
        walk.expression(step.iterable, scope)
        inner = Scope(scope)
        for target in step.targets:
            walk.bind(target, inner)
        check_body(step.body, inner, labels, walk, own=True)
    elif isinstance(step, tree.If):
        for test, body in step.arms:
            walk.expression(test, scope)
            check_body(body, scope, {}, walk)
        if step.otherwise is not None:
            check_body(step.otherwise, scope, {}, walk)
    elif isinstance(step, tree.Residual):
        check_body(step.body, scope, labels, walk)
        if step.shortcut is not None:
            check_body(step.shortcut, scope, labels, walk)
    else:
        if isinstance(step, tree.With):
            walk.calls(step.defaults, scope)
        check_body(step.body, scope, labels, walk)
