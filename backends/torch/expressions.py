"""Expressions of the language as Python text."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.source import Source, Span
from cnndsl.syntax import tree

NOWHERE = Span(Source("", ""), 0, 0)
"""The span of what no text says."""


def simplify(expression: tree.Expression) -> tree.Expression:
    """Without ``x * 1``, ``x + 0``, ``True and x`` and the like."""
    match expression:
        case tree.Binary("and", tree.Literal(True), other) | tree.Binary("and", other, tree.Literal(True)):
            return other
        case tree.Binary("or", tree.Literal(False), other) | tree.Binary("or", other, tree.Literal(False)):
            return other
        case tree.Binary("*", tree.Literal(1), other) | tree.Binary("*" | "//", other, tree.Literal(1)):
            return other
        case tree.Binary("+", tree.Literal(0), other) | tree.Binary("+" | "-", other, tree.Literal(0)):
            return other
        case tree.Binary("*", tree.Binary("*", left, tree.Literal(int() as a)), tree.Literal(int() as b)):
            return tree.Binary("*", left, tree.Literal(a * b, NOWHERE), NOWHERE)
    return expression


def names(expression: tree.Expression) -> Iterator[str]:
    """The names that an expression mentions."""
    if isinstance(expression, tree.Name):
        yield expression.id
    elif isinstance(expression, tree.Call):
        for argument in expression.arguments:
            yield from names(argument.value)
    else:
        for part in expression:
            if isinstance(part, tree.Expression):
                yield from names(part)
            elif isinstance(part, tuple):
                for item in part:
                    if isinstance(item, tree.Expression):
                        yield from names(item)


def signs(expression: tree.Expression) -> int:
    """How many operators an expression has."""
    if isinstance(expression, tree.Binary):
        return 1 + signs(expression.left) + signs(expression.right)
    return 0


_RANKS = {"or": 1, "and": 2, "not": 3, "+": 6, "-": 6, "*": 7, "/": 7, "//": 7, "%": 7, "**": 9}
_COMPARISON, _NEGATIVE, _ATOM = 4, 8, 10


def write(expression: tree.Expression, rank: int = 0) -> str:
    """Python text, with the spacing and the quotes of the usual formatters."""
    text, own = _write(expression)
    return f"({text})" if own < rank else text


def _write(expression: tree.Expression) -> tuple[str, int]:
    match expression:
        case tree.Literal(value):
            return quote(value) if isinstance(value, str) else repr(value), _ATOM
        case tree.Size(sizes):
            return repr(sizes), _ATOM
        case tree.Name(id):
            return id, _ATOM
        case tree.Attribute(value, attribute):
            return f"{write(value, _ATOM)}.{attribute.id}", _ATOM
        case tree.List(items):
            return _list([write(item) for item in items])
        case tree.Index(value, place):
            return f"{write(value, _ATOM)}[{write(place)}]", _ATOM
        case tree.Call(callee, arguments):
            return f"{callee.id}({', '.join(write(argument.value) for argument in arguments)})", _ATOM
        case tree.Conditional(test, then, otherwise):
            return f"{write(then, 1)} if {write(test, 1)} else {write(otherwise)}", 0
        case tree.Unary("not", operand):
            return f"not {write(operand, 3)}", 3
        case tree.Unary(sign, operand):
            return f"{sign}{write(operand, _NEGATIVE)}", _NEGATIVE
        case tree.Binary("**", left, right):
            gap = "" if _simple(left) and _simple(right) else " "
            return f"{write(left, _ATOM)}{gap}**{gap}{write(right, _NEGATIVE)}", _RANKS["**"]
        case tree.Binary(sign, left, right):
            own = _RANKS.get(sign, _COMPARISON)
            return f"{write(left, own)} {sign} {write(right, own + 1)}", own
    raise TypeError(type(expression).__name__)


def _list(texts: list[str]) -> tuple[str, int]:
    """A list; a long one that repeats itself as the part that it repeats."""
    for part in range(1, 5) if len(texts) >= 8 else ():
        times, rest = divmod(len(texts), part)
        if times > 2 and not rest and texts == texts[:part] * times:
            return f"[{', '.join(texts[:part])}] * {times}", _RANKS["*"]
    return f"[{', '.join(texts)}]", _ATOM


def _simple(expression: tree.Expression) -> bool:
    match expression:
        case tree.Name() | tree.Attribute(tree.Name()):
            return True
        case tree.Literal(value):
            return isinstance(value, (int, float))
    return False


def quote(text: str) -> str:
    """A Python string: in double quotes, unless others need fewer backslashes."""
    if text.count('"') > text.count("'"):
        return "'" + escaped(text).replace('\\"', '"').replace("'", "\\'") + "'"
    return f'"{escaped(text)}"'


def escaped(text: str) -> str:
    """What stands between double quotes."""
    body = repr(text)[1:-1]
    return body.replace("\\'", "'").replace('"', '\\"') if repr(text)[0] == "'" else body
