"""Python expressions that know their value at every use of a class.

A class is written once for several instances of a block. What is equal at all of them is written as a literal; what
differs is written as an expression, and its value at each use (a ``World``) is kept beside it, so that no expression
is written before it has been checked against the shapes of every instance.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from cnndsl.backends.torch.expressions import NOWHERE, names, simplify, write
from cnndsl.elaborate.fault import Fault
from cnndsl.graph import Graph
from cnndsl.syntax import tree
from cnndsl.trace import Trace

Values = tuple[Any, ...]


class World:
    """One execution of a body: an instance of a block, or an iteration of a loop in one."""

    __slots__ = ("children", "graph", "parent", "trace")

    def __init__(self, graph: Graph, trace: Trace, parent: World | None = None) -> None:
        self.graph = graph
        self.trace = trace
        self.parent = parent
        self.children: dict[int, World] = {}

    def inside(self, trace: Trace) -> World:
        """The world of a body within this one: the same one whenever it is asked for."""
        return self.children.setdefault(id(trace), World(self.graph, trace, self))


class Code:
    """A Python expression and what it is worth in each world."""

    __slots__ = ("expression", "literal", "values")

    def __init__(self, expression: tree.Expression, values: Mapping[World, Any]) -> None:
        self.expression = expression
        self.values = values
        self.literal = not any(True for _ in names(expression))
        """Whether it mentions no name: worth the same everywhere."""

    def at(self, world: World) -> Any:
        """The value in ``world``: there, around it, or throughout the instance that it belongs to."""
        if self.literal:
            return next(iter(self.values.values()))
        place: World | None = world
        while place is not None:
            if place in self.values:
                return self.values[place]
            place = place.parent
        known = [value for place, value in self.values.items() if place.graph is world.graph]
        if known and all_same(known):
            return known[0]
        raise KeyError(self.text)

    def agrees(self, worlds: Sequence[World], values: Iterable[Any]) -> bool:
        """Whether it is worth ``values`` in ``worlds``."""
        try:
            return all(same(self.at(world), value) for world, value in zip(worlds, values, strict=True))
        except KeyError:
            return False

    @property
    def text(self) -> str:
        """The expression as Python."""
        return write(self.expression)


def same(left: Any, right: Any) -> bool:
    """Equality that tells ``True`` from ``1`` and ``1`` from ``1.0``."""
    if type(left) is not type(right):
        return False
    if isinstance(left, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def all_same(values: Sequence[Any]) -> bool:
    """Whether all values are the same."""
    return all(same(values[0], value) for value in values[1:])


def literal(value: Any) -> tree.Expression:
    """The expression that is worth ``value``: a number, a word, or a list of such."""
    if isinstance(value, tuple):
        return tree.List(tuple(map(literal, value)), NOWHERE)
    return tree.Literal(value, NOWHERE)


def constant(value: Any, worlds: Sequence[World]) -> Code:
    """A literal, worth the same everywhere."""
    return Code(literal(value), dict.fromkeys(worlds, value))


def name(identifier: str, values: Mapping[World, Any]) -> Code:
    """A variable."""
    return Code(tree.Name(identifier, NOWHERE), values)


_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "and": lambda left, right: left and right,
    "or": lambda left, right: left or right,
    "in": lambda left, right: left in right,
    "not in": lambda left, right: left not in right,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "len": len,
    "sum": sum,
    "min": min,
    "max": max,
    "abs": abs,
    "round": round,
}


class Composer:
    """Writes expressions of the language as Python, folding what is the same in all worlds.

    ``lookup`` gives the code of a name that Python can see there; ``evaluate`` the value of an expression in a world.
    """

    def __init__(
        self,
        worlds: Sequence[World],
        lookup: Callable[[str], Code | None],
        evaluate: Callable[[tree.Expression, World], Any],
        attribute: Callable[[tree.Attribute], Code | None] = lambda _: None,
    ) -> None:
        self.worlds = worlds
        self.lookup = lookup
        self.evaluate = evaluate
        self.attribute = attribute

    def compose(self, expression: tree.Expression) -> Code | None:
        """Python for ``expression``; None where it cannot be said."""
        try:
            values = [self.evaluate(expression, world) for world in self.worlds]
        except Fault:
            return None
        code = self._varying(expression)
        if code is not None and not code.literal and code.agrees(self.worlds, values):
            return code
        if not all_same(values):
            return None
        kept = expression if isinstance(expression, tree.Size) else literal(values[0])
        return Code(kept, dict.fromkeys(self.worlds, values[0]))

    def _varying(self, expression: tree.Expression) -> Code | None:
        match expression:
            case tree.Name(id):
                return self.lookup(id)
            case tree.Attribute():
                return self.attribute(expression)
            case tree.Binary(sign, left, right):
                return self._combine(lambda a, b: tree.Binary(sign, a, b, NOWHERE), _BINARY[sign], left, right)
            case tree.Unary("not", operand):
                return self._combine(lambda a: tree.Unary("not", a, NOWHERE), operator.not_, operand)
            case tree.Unary("-", operand):
                return self._combine(lambda a: tree.Unary("-", a, NOWHERE), operator.neg, operand)
            case tree.Index(value, place):
                return self._combine(lambda a, b: tree.Index(a, b, NOWHERE), operator.getitem, value, place)
            case tree.List(items):
                return self._combine(lambda *a: tree.List(a, NOWHERE), lambda *a: a, *items)
            case tree.Conditional(test, then, otherwise):
                return self._conditional(test, then, otherwise)
            case tree.Call(tree.Name(id), arguments) if id in _FUNCTIONS and all(a.name is None for a in arguments):
                return self._combine(
                    lambda *a: tree.Call(
                        tree.Name(id, NOWHERE), tuple(tree.Argument(None, value, NOWHERE) for value in a), NOWHERE
                    ),
                    _FUNCTIONS[id],
                    *(argument.value for argument in arguments),
                )
        return None

    def _combine(
        self,
        build: Callable[..., tree.Expression],
        compute: Callable[..., Any],
        *parts: tree.Expression,
    ) -> Code | None:
        codes = [self.compose(part) for part in parts]
        known = [code for code in codes if code is not None]
        if len(known) < len(codes):
            return None
        values = {world: compute(*(code.at(world) for code in known)) for world in self.worlds}
        return Code(simplify(build(*(code.expression for code in known))), values)

    def _conditional(self, test: tree.Expression, then: tree.Expression, otherwise: tree.Expression) -> Code | None:
        codes = [self.compose(part) for part in (test, then, otherwise)]
        if codes[0] is None or codes[1] is None or codes[2] is None:
            return None
        condition, yes, no = codes[0], codes[1], codes[2]
        values = {w: yes.at(w) if condition.at(w) else no.at(w) for w in self.worlds}
        return Code(tree.Conditional(condition.expression, yes.expression, no.expression, NOWHERE), values)


def combine(sign: str, left: Code, right: Code, worlds: Sequence[World]) -> Code:
    """``left sign right``, folded where it is the same in all worlds."""
    values = {world: _BINARY[sign](left.at(world), right.at(world)) for world in worlds}
    if all_same(list(values.values())):
        return constant(next(iter(values.values())), worlds)
    return Code(simplify(tree.Binary(sign, left.expression, right.expression, NOWHERE)), values)


def substitute(code: Code, given: Mapping[str, Code], worlds: Sequence[World]) -> Code | None:
    """``code`` of a class, said where an instance of it is made: its parameters become the arguments."""

    def evaluate(expression: tree.Expression, world: World) -> Any:
        return _value(expression, given, world)

    try:
        return Composer(worlds, given.get, evaluate).compose(code.expression)
    except (KeyError, ArithmeticError, LookupError, TypeError):
        return None


def _value(expression: tree.Expression, given: Mapping[str, Code], world: World) -> Any:
    match expression:
        case tree.Literal(value):
            return value
        case tree.Size(sizes):
            return sizes
        case tree.Name(id):
            return given[id].at(world)
        case tree.List(items):
            return tuple(_value(item, given, world) for item in items)
        case tree.Binary(sign, left, right):
            return _BINARY[sign](_value(left, given, world), _value(right, given, world))
        case tree.Unary(sign, operand):
            value = _value(operand, given, world)
            return (not value) if sign == "not" else -value
        case tree.Index(value, place):
            return _value(value, given, world)[_value(place, given, world)]
        case tree.Conditional(test, then, otherwise):
            return _value(then if _value(test, given, world) else otherwise, given, world)
        case tree.Call(tree.Name(id), arguments):
            return _FUNCTIONS[id](*(_value(argument.value, given, world) for argument in arguments))
    raise KeyError(type(expression).__name__)
