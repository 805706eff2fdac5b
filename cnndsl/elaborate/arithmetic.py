"""Operators: Python's, on numbers, strings and lists, without surprises and within the budget."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from cnndsl.elaborate.budget import CHARACTERS, INTEGER, ITEMS, Budget
from cnndsl.elaborate.fault import Exhausted, Fault
from cnndsl.elaborate.values import UNKNOWN, BlockValue, Count, TooDeep, frozen, kind_of, show
from cnndsl.shape import Shape
from cnndsl.source import Span

_NUMBERS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def is_number(value: object) -> bool:
    """Whether arithmetic takes it; a boolean is no number."""
    kind = type(value)
    return kind is int or kind is float or (isinstance(value, int | float) and kind is not bool)


def unary(sign: str, value: object, span: Span) -> object:
    """``-x``, ``+x``, ``not x``."""
    if value is UNKNOWN:
        return UNKNOWN
    if sign == "not":
        if not isinstance(value, bool):
            raise Fault("E0308", f"`not` needs true or false, not {show(value)}", span)
        return not value
    if not is_number(value):
        raise Fault("E0308", f"`{sign}` needs a number, not {show(value)}", span)
    return checked(-value if sign == "-" else value, span)  # type: ignore[operator]


def binary(sign: str, left: object, right: object, span: Span, budget: Budget) -> object:
    """``left sign right`` for every operator that does not short-circuit."""
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if sign in ("==", "!="):
        return same(left, right, span, budget) == (sign == "==")
    if sign in ("in", "not in"):
        return _contains(left, right, span, budget) == (sign == "in")
    if sign in _ORDER:
        return _ordered(sign, left, right, span)
    if is_number(left) and is_number(right):
        return _calculate(sign, left, right, span)
    if sign == "+" and type(left) is type(right) and isinstance(left, str | tuple):
        _room(left, len(left) + len(right), span)  # type: ignore[arg-type]
        budget.step(span, (len(left) + len(right)) // 8)  # type: ignore[arg-type]
        return left + right  # type: ignore[operator]
    if sign == "*":
        many, times = (left, right) if isinstance(left, str | tuple) else (right, left)
        if isinstance(many, str | tuple) and type(times) is int:
            _room(many, len(many) * times, span)
            budget.step(span, max(0, len(many) * times // 8))
            return many * times
    raise Fault("E0308", f"cannot calculate {show(left)} {sign} {show(right)}", span)


def same(left: object, right: object, span: Span, budget: Budget) -> bool:
    """Equality that tells ``true`` from ``1``; ``1 == 1.0`` as in Python."""
    if is_number(left) and is_number(right):
        return left == right
    if type(left) is not type(right):
        return False
    if isinstance(left, tuple) and isinstance(right, tuple):
        if len(left) != len(right):
            return False
        count = Count(lambda parts: budget.step(span, parts))
        try:
            return frozen(left, count) == frozen(right, count)
        except TooDeep:
            raise Exhausted("lists as large as these are not compared", span) from None
    try:
        return left == right
    except TooDeep:
        raise Exhausted("blocks as large as these are not compared", span) from None


def checked(value: object, span: Span) -> object:
    """A number within the limits."""
    if type(value) is int and not -INTEGER < value < INTEGER:
        raise Exhausted("this number has more than 63 bits", span)
    if type(value) is complex:
        raise Fault("E0308", "a negative number has no real fractional power", span)
    if type(value) is float and not math.isfinite(value):
        raise Fault("E0308", "this number is too large", span)
    return value


def check_given(value: object, name: str, span: Span) -> None:
    """Raise where an argument given from Python is nothing that a program could have written."""
    if isinstance(value, tuple) and not isinstance(value, Shape):
        for item in value:
            check_given(item, name, span)
    elif type(value) is int and not -INTEGER < value < INTEGER:
        raise Fault("E0302", f"{name} has a number of more than 63 bits", span)
    elif type(value) is float and not math.isfinite(value):
        raise Fault("E0302", f"{name} has {value}; a number must be finite", span)
    elif not (value is None or value is UNKNOWN or isinstance(value, bool | int | float | str | BlockValue)):
        raise Fault("E0301", f"{name} has a Python {type(value).__name__}, which the language does not have", span)


def _calculate(sign: str, left: Any, right: Any, span: Span) -> object:
    if sign == "**" and type(left) is int and type(right) is int and right > 0:
        bits = (abs(left).bit_length() - 1) * right
        if bits >= 64:
            raise Exhausted(f"{left} ** {right} has more than 63 bits", span)
    try:
        return checked(_NUMBERS[sign](left, right), span)
    except ZeroDivisionError:
        raise Fault("E0308", f"division by zero: {show(left)} {sign} {show(right)}", span) from None
    except OverflowError:
        raise Fault("E0308", "this number is too large", span) from None


def _ordered(sign: str, left: object, right: object, span: Span) -> bool:
    if (is_number(left) and is_number(right)) or (isinstance(left, str) and isinstance(right, str)):
        return _ORDER[sign](left, right)
    raise Fault(
        "E0308", f"cannot compare {kind_of(left)} and {kind_of(right)}: {show(left)} {sign} {show(right)}", span
    )


def _contains(item: object, many: object, span: Span, budget: Budget) -> bool:
    if isinstance(many, str) and isinstance(item, str):
        return item in many
    if not isinstance(many, tuple):
        raise Fault("E0308", f"`in` needs a list, not {show(many)}", span)
    budget.step(span, len(many))
    return any(same(item, other, span, budget) for other in many)


def _room(many: str | tuple[object, ...], length: int, span: Span) -> None:
    limit, word = (CHARACTERS, "characters") if isinstance(many, str) else (ITEMS, "items")
    if length > limit:
        raise Exhausted(f"{length:,} {word} are more than the {limit:,} that fit", span)
