"""Where a number in the text comes from: through names, parameters and loops, back to what was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from cnndsl.graph import Frame, Graph, Node
from cnndsl.ops.operation import Cause
from cnndsl.passes.provenance.script import acting, axes, given, written
from cnndsl.shape import MEASURES
from cnndsl.site import Around
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Argument, Binding, Scope, Value

MOST = 40
"""Names of one number; more explain nothing to anybody."""


class Number(NamedTuple):
    """A name in the text and the value that it stands for.

    ``how``: ``given`` by a call, its ``default``, a ``let``, a name of a ``loop`` in that ``round`` (from 1), a
    ``size`` of a value, ``bound`` without an expression (by ``with``, or with the block that was handed on), ``asked``
    for on the command line. ``expression`` is what it was computed from; ``span`` is where that stands.
    """

    name: str
    value: object
    how: Literal["given", "default", "let", "loop", "size", "bound", "asked"]
    expression: tree.Expression | None = None
    span: Span | None = None
    round: int | None = None


class Size(NamedTuple):
    """An axis of a value whose size an expression reads: ``in.channels``."""

    graph: Graph
    value: Value
    axis: int
    around: tuple[Around, ...]


class Reading(NamedTuple):
    """What the arguments of a step are computed from, those names first that stand in them."""

    numbers: tuple[Number, ...] = ()
    sizes: tuple[Size, ...] = ()


class _Scene(NamedTuple):
    """Where an expression is read."""

    graph: Graph
    scope: Scope
    flow: Value | None
    around: tuple[Around, ...]
    stack: tuple[Frame, ...] = ()


def reading(
    graph: Graph, node: Node, cause: Cause, around: tuple[Around, ...], asked: frozenset[str] = frozenset()
) -> Reading:
    """What the arguments of a node that act are computed from; ``asked`` names parameters that the user set."""
    arguments = [(field, one) for field in cause.arguments if (one := given(graph, node, field)) is not None]
    expressions = [acting(one.expression, cause.item) for _, one in arguments if one.expression is not None]
    reader = _Reader(asked)
    for field, one in arguments:
        if one.expression is None and one.written is not None:
            reader.numbers.append(Number(field, one.value, "bound", None, one.written))
    scene = _scene(graph, node, around) if any(_has_names(one) for one in expressions) else None
    if scene is not None:
        for expression in expressions:
            reader.read(expression, scene)
    return Reading(tuple(reader.numbers), tuple(dict.fromkeys(reader.sizes)))


class _Reader:
    def __init__(self, asked: frozenset[str]) -> None:
        self.asked = asked
        self.numbers: list[Number] = []
        self.sizes: list[Size] = []
        self._seen: set[tuple[object, ...]] = set()

    def read(self, expression: tree.Expression, scene: _Scene, decides: bool = True) -> None:
        """Follow all names of an expression; ``decides``: its value is that of the number, not a condition for it."""
        for name, sets in _names(expression, decides):
            key = (id(scene.scope), scene.around, name.span.text)
            if key in self._seen or len(self.numbers) >= MOST:
                continue
            self._seen.add(key)
            if isinstance(name, tree.Attribute):
                self._measure(name, scene, sets)
            else:
                self._name(name, scene, sets)

    def _measure(self, attribute: tree.Attribute, scene: _Scene, sets: bool) -> None:
        word = attribute.value.id if isinstance(attribute.value, tree.Name) else ""
        inputs = scene.graph.inputs
        value = scene.flow if word == "it" else Value(inputs[0]) if inputs else None
        shape = scene.graph.shapes.get(value) if value is not None else None
        axis = shape.axes.find(MEASURES.get(attribute.name.id, "?")) if shape is not None else -1
        if value is None or shape is None or axis < 0:
            return
        self.numbers.append(Number(f"{word}.{attribute.name.id}", shape.sizes[axis], "size"))
        if sets:
            self.sizes.append(Size(scene.graph, value, axis, scene.around))

    def _name(self, name: tree.Name, scene: _Scene, sets: bool) -> None:
        binding = scene.scope.find(name.id)
        if binding is None:
            return
        if binding.kind == "parameter":
            self._parameter(name.id, binding.value, scene, sets)
        elif binding.kind == "symbol" and name.id in scene.graph.axes:
            self._symbol(name.id, binding.value, scene, sets)
        elif binding.kind in ("let", "loop") and binding.expression is not None and binding.scope is not None:
            inner = _Scene(scene.graph, binding.scope, binding.flow, scene.around, scene.stack)
            if binding.kind == "let":
                number = Number(name.id, binding.value, "let", binding.expression, binding.expression.span)
            else:
                number = _loop(name.id, binding, scene.stack)
            self.numbers.append(number)
            if not _counts(number):
                self.read(binding.expression, inner, sets)

    def _symbol(self, name: str, value: object, scene: _Scene, sets: bool) -> None:
        place, axis = scene.graph.axes[name]
        declared = axes(scene.graph, scene.graph[place].span)
        self.numbers.append(Number(name, value, "size", None, declared[axis].span if declared else None))
        if sets:
            self.sizes.append(Size(scene.graph, Value(place), axis, scene.around))

    def _parameter(self, name: str, value: object, scene: _Scene, sets: bool) -> None:
        graph = scene.graph
        call = scene.around[0] if scene.around else None
        caller = call.graph[call.node] if call is not None and call.node is not None else None
        own = given(call.graph, caller, name) if call is not None and caller is not None else None
        renamed = graph.given.get(name)
        default = next((one.default for one in graph.definition.parameters if one.name.id == name), None)
        if caller is None and name in self.asked:
            self.numbers.append(Number(name, value, "asked"))
        elif call is not None and caller is not None and own is not None and own.expression is not None:
            self._given(name, own, _scene(call.graph, caller, scene.around[1:]), sets)
        elif renamed is not None and renamed.expression is not None and renamed.value == value:
            self._given(name, renamed, _renaming(graph), sets)
        elif own is not None or default is None or (call is not None and caller is None):
            self.numbers.append(Number(name, value, "bound", None, own.written if own is not None else None))
        else:
            self.numbers.append(Number(name, value, "default", default, default.span))
            self.read(default, _Scene(graph, graph.scope, None, scene.around), sets)

    def _given(self, name: str, own: Argument, scene: _Scene | None, sets: bool) -> None:
        if own.expression is None:
            return
        self.numbers.append(Number(name, own.value, "given", own.expression, own.expression.span))
        if scene is not None:
            self.read(own.expression, scene, sets)


def _renaming(graph: Graph) -> _Scene | None:
    """Where the call stands with which a definition renames another of the same file."""
    home = graph.scope.parent
    if home is None or graph.alias is None or graph.alias.span.source is not graph.definition.span.source:
        return None
    return _Scene(graph, home, None, ())


def _loop(name: str, binding: Binding, stack: tuple[Frame, ...]) -> Number:
    """A name of a loop, with the repetition."""
    iterable = binding.expression
    assert iterable is not None  # the caller's
    span = iterable.span
    around = [one for one in stack if one.span.start <= span.start and span.end <= one.span.end]
    frame = max(around, key=lambda one: one.span.start, default=None)
    number = frame.iteration + 1 if frame is not None and frame.iteration is not None else None
    start = frame.span.start if frame is not None else span.start
    return Number(name, binding.value, "loop", iterable, span._replace(start=start), number)


def _counts(number: Number) -> bool:
    """Whether it is the number of the round, and not an item of a list."""
    call = number.expression
    counted = isinstance(call, tree.Call) and call.callee.id in ("enumerate", "range")
    return counted and number.round is not None and number.value == number.round - 1


def _scene(graph: Graph, node: Node, around: tuple[Around, ...]) -> _Scene | None:
    place = written(graph).get(node.name)
    return _Scene(graph, place.scope, place.flow, around, node.stack) if place is not None else None


Word = tree.Name | tree.Attribute


def _has_names(expression: tree.Expression) -> bool:
    return next(_names(expression, True), None) is not None


def _names(expression: tree.Expression, sets: bool) -> Iterator[tuple[Word, bool]]:
    """The names and sizes that an expression reads, and whether its value is made of them."""
    if isinstance(expression, tree.Name | tree.Attribute):
        yield expression, sets
    elif isinstance(expression, tree.Conditional):
        yield from _names(expression.then, sets)
        yield from _names(expression.otherwise, sets)
        yield from _names(expression.test, False)
    elif isinstance(expression, tree.Comprehension):
        bound = {target.id for target in expression.targets}
        parts = [expression.element, *([expression.condition] if expression.condition is not None else [])]
        inner = (found for part in parts for found in _names(part, sets))
        yield from (found for found in inner if not (isinstance(found[0], tree.Name) and found[0].id in bound))
        yield from _names(expression.iterable, sets)
    elif isinstance(expression, tree.Index):
        yield from _names(expression.value, sets)
        yield from _names(expression.place, sets)
    elif isinstance(expression, tree.Unary):
        yield from _names(expression.operand, sets)
    elif isinstance(expression, tree.Binary):
        yield from _names(expression.left, sets)
        yield from _names(expression.right, sets)
    elif isinstance(expression, tree.List | tree.Call | tree.Template):
        for part in _parts(expression):
            yield from _names(part, sets)


def _parts(expression: tree.List | tree.Call | tree.Template) -> list[tree.Expression]:
    if isinstance(expression, tree.List):
        return list(expression.items)
    if isinstance(expression, tree.Call):
        return [one.value for one in expression.arguments]
    return [part for part in expression.parts if not isinstance(part, str)]
