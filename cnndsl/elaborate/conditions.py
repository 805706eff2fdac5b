"""What a body declares about sizes, asked once more at other sizes: what passes need of the expression language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cnndsl.elaborate.budget import Budget
from cnndsl.elaborate.evaluate import Context
from cnndsl.elaborate.fault import Fault
from cnndsl.elaborate.values import UNKNOWN, show
from cnndsl.graph import Condition, Graph
from cnndsl.ops import Misfit
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Binding, Scope, Value

_DEEP = 50
"""So many names may stand for one another; what lies deeper keeps its value."""


def condition(graph: Graph, step: tree.Require, scope: Scope, flow: Value | None) -> Condition:
    """A precondition; where it has no value it does not hold, and where a shape is unknown it is not asked."""

    def value(expression: tree.Expression, shapes: Mapping[Value, Shape]) -> object:
        try:
            return _later(graph, shapes).value(expression, scope, flow)
        except Fault:
            return False

    def why(shapes: Mapping[Value, Shape]) -> str:
        message = value(step.message, shapes) if step.message is not None else None
        return message if isinstance(message, str) else f"`{step.condition.span.text}` does not hold"

    return Condition("require", step.condition.span, lambda shapes: value(step.condition, shapes) is not False, why)


def declared(graph: Graph, step: tree.Input, index: int, scope: Scope) -> Condition:
    """The size that an input of an applied network declares for an axis."""
    source, axis = Value(step.name.id), step.axes[index]

    def wanted(shapes: Mapping[Value, Shape]) -> object:
        try:
            return _later(graph, shapes).value(axis.size, scope, None)
        except Fault:
            return None

    def holds(shapes: Mapping[Value, Shape]) -> bool:
        return source not in shapes or shapes[source].sizes[index] == wanted(shapes)

    def why(shapes: Mapping[Value, Shape]) -> str:
        return f"{graph.name} takes {show(wanted(shapes))} here, and its input is {shapes[source]}"

    return Condition(step.name.id, axis.span, holds, why)


def sizing(steps: Sequence[tree.Input], scope: Scope) -> Callable[[Mapping[str, int]], tuple[Shape, ...]]:
    """The shapes of inputs as a function of the symbols; raises ``Misfit`` where one is nothing."""

    def sized(symbols: Mapping[str, int]) -> tuple[Shape, ...]:
        later = _Later(symbols, None, {})
        return tuple(Shape.of(*(_size(later, axis) for axis in step.axes)) for step in steps)

    def _size(later: _Later, axis: tree.InputAxis) -> int:
        if axis.symbol is not None and axis.symbol.id in later.symbols:
            return later.symbols[axis.symbol.id]
        try:
            size = later.value(axis.size, scope, None)
        except Fault as fault:
            raise Misfit(fault.diagnostic.message, None, "E0302") from None
        if not isinstance(size, int) or size < 1:
            raise Misfit(f"the size of an axis is {show(size)}; it must be at least 1", None, "E0302")
        return size

    return sized


def _later(graph: Graph, shapes: Mapping[Value, Shape]) -> _Later:
    """The symbols of a graph and what flows into it, given its shapes."""
    places = {name: (Value(source), axis) for name, (source, axis) in graph.axes.items()}
    symbols = {name: shapes[source].sizes[axis] for name, (source, axis) in places.items() if source in shapes}
    start = shapes.get(Value(graph.inputs[0])) if graph.inputs else None
    return _Later(symbols, start, shapes)


class _Later:
    """Expressions at other sizes: each name is read anew, and once."""

    def __init__(self, symbols: Mapping[str, int], start: Shape | None, shapes: Mapping[Value, Shape]) -> None:
        self.symbols = symbols
        self.start = start
        self.shapes = shapes
        self._renewed: dict[int, Binding] = {}
        self._depth = 0

    def value(self, expression: tree.Expression, scope: Scope, flow: Value | None) -> object:
        """The value of an expression; raises ``Fault``."""
        names = {}
        for name in sorted(mentioned(expression)):
            binding = scope.find(name)
            if binding is not None:
                names[name] = self._renew(name, binding)
        it = self.shapes.get(flow) if flow is not None else None
        return Context(Scope(scope, names), it, Budget()).value(expression)

    def _renew(self, name: str, binding: Binding) -> Binding:
        if binding.kind == "symbol" and name in self.symbols:
            return Binding("symbol", self.symbols[name])
        if binding.kind == "in":
            return Binding("in", self.start if self.start is not None else UNKNOWN)
        if binding.kind != "let" or binding.expression is None or binding.scope is None or self._depth > _DEEP:
            return binding
        found = self._renewed.get(id(binding))
        if found is None:
            self._depth += 1
            value = self.value(binding.expression, binding.scope, binding.flow)
            self._depth -= 1
            found = self._renewed[id(binding)] = Binding("let", value)
        return found


def mentioned(expression: Any) -> set[str]:
    """The names in an expression."""
    if isinstance(expression, tree.Name):
        return {expression.id}
    found: set[str] = set()
    for part in expression:
        if isinstance(part, tuple) and not isinstance(part, Span):
            found |= mentioned(part)
    return found
