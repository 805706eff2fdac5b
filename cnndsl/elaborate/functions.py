"""The fixed set of functions: ``len range enumerate zip reversed sum min max round floor ceil sqrt abs divisible``."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from cnndsl.elaborate.arithmetic import checked, is_number
from cnndsl.elaborate.budget import ITEMS, Budget
from cnndsl.elaborate.fault import Exhausted, Fault
from cnndsl.elaborate.values import UNKNOWN, show
from cnndsl.source import Span

Function = Callable[[list[Any], Span, Budget], object]


def call(name: str, values: list[object], span: Span, budget: Budget) -> object:
    """The value of ``name(values)``."""
    if any(value is UNKNOWN for value in values):
        return UNKNOWN
    function, least, most = FUNCTIONS[name]
    if not least <= len(values) <= most:
        count = f"{least}" if least == most else f"at least {least}" if most > 9 else f"{least} to {most}"
        code = "E0304" if len(values) < least else "E0305"
        raise Fault(code, f"{name} takes {count} argument{'' if count == '1' else 's'}, not {len(values)}", span)
    return function(values, span, budget)


def _list(name: str, value: object, span: Span, budget: Budget) -> tuple[Any, ...]:
    if not isinstance(value, tuple):
        raise Fault("E0308", f"{name} needs a list, not {show(value)}", span)
    budget.step(span, len(value) // 4)
    return value


def _number(name: str, value: object, span: Span) -> Any:
    if not is_number(value):
        raise Fault("E0308", f"{name} needs a number, not {show(value)}", span)
    return value


def _len(values: list[Any], span: Span, budget: Budget) -> int:
    if not isinstance(values[0], tuple | str):
        raise Fault("E0308", f"len needs a list, not {show(values[0])}", span)
    return len(values[0])


def _range(values: list[Any], span: Span, budget: Budget) -> tuple[int, ...]:
    for value in values:
        if type(value) is not int:
            raise Fault("E0308", f"range needs whole numbers, not {show(value)}", span)
    if len(values) == 3 and values[2] == 0:
        raise Fault("E0308", "range cannot go in steps of 0", span)
    numbers = range(*values)
    if (numbers[-1] - numbers[0]) // numbers.step >= ITEMS if numbers else False:
        raise Exhausted(f"a range this long is more than the {ITEMS:,} items that fit", span)
    budget.step(span, len(numbers) // 4)
    return tuple(numbers)


def _enumerate(values: list[Any], span: Span, budget: Budget) -> tuple[object, ...]:
    start = values[1] if len(values) > 1 else 0
    if type(start) is not int:
        raise Fault("E0308", f"enumerate starts from a whole number, not {show(start)}", span)
    return tuple(enumerate(_list("enumerate", values[0], span, budget), start))


def _zip(values: list[Any], span: Span, budget: Budget) -> tuple[object, ...]:
    lists = [_list("zip", value, span, budget) for value in values]
    if len({len(items) for items in lists}) > 1:
        lengths = " and ".join(str(len(items)) for items in lists)
        raise Fault("E0308", f"zip needs lists of one length, not {lengths}", span)
    return tuple(zip(*lists, strict=True))


def _reversed(values: list[Any], span: Span, budget: Budget) -> tuple[object, ...]:
    return _list("reversed", values[0], span, budget)[::-1]


def _numbers(name: str, values: list[Any], span: Span, budget: Budget) -> list[Any]:
    many = _list(name, values[0], span, budget) if len(values) == 1 else values
    return [_number(name, value, span) for value in many if value is not UNKNOWN]


def _sum(values: list[Any], span: Span, budget: Budget) -> object:
    if isinstance(values[0], tuple) and UNKNOWN in values[0]:
        return UNKNOWN
    return checked(sum(_numbers("sum", values, span, budget)), span)


def _extreme(name: str, pick: Callable[[list[Any]], object]) -> Function:
    def extreme(values: list[Any], span: Span, budget: Budget) -> object:
        numbers = _numbers(name, values, span, budget)
        if not numbers:
            raise Fault("E0308", f"{name} of an empty list", span)
        return pick(numbers)

    return extreme


def _to_int(name: str, convert: Callable[[Any], int]) -> Function:
    def whole(values: list[Any], span: Span, budget: Budget) -> object:
        return checked(convert(_number(name, values[0], span)), span)

    return whole


def _round(values: list[Any], span: Span, budget: Budget) -> object:
    number = _number("round", values[0], span)
    if len(values) == 1:
        return checked(round(number), span)
    if type(values[1]) is not int or abs(values[1]) > 30:
        raise Fault("E0308", f"round keeps a small whole number of digits, not {show(values[1])}", span)
    return checked(round(number, values[1]), span)


def _sqrt(values: list[Any], span: Span, budget: Budget) -> float:
    number = _number("sqrt", values[0], span)
    if number < 0:
        raise Fault("E0308", f"{show(number)} has no real square root", span)
    return math.sqrt(number)


def _abs(values: list[Any], span: Span, budget: Budget) -> object:
    return abs(_number("abs", values[0], span))


def _divisible(values: list[Any], span: Span, budget: Budget) -> object:
    """The nearest multiple of the divisor, at least one of it, and not more than 10 % below the number."""
    number, divisor = (_number("divisible", value, span) for value in values)
    if type(divisor) is not int or divisor < 1:
        raise Fault("E0308", f"divisible needs a whole number to divide by, not {show(divisor)}", span)
    rounded = max(divisor, int(number + divisor / 2) // divisor * divisor)
    return checked(rounded + divisor if rounded < 0.9 * number else rounded, span)


FUNCTIONS: dict[str, tuple[Function, int, int]] = {
    "len": (_len, 1, 1),
    "range": (_range, 1, 3),
    "enumerate": (_enumerate, 1, 2),
    "zip": (_zip, 1, 99),
    "reversed": (_reversed, 1, 1),
    "sum": (_sum, 1, 1),
    "min": (_extreme("min", min), 1, 99),
    "max": (_extreme("max", max), 1, 99),
    "round": (_round, 1, 2),
    "floor": (_to_int("floor", math.floor), 1, 1),
    "ceil": (_to_int("ceil", math.ceil), 1, 1),
    "sqrt": (_sqrt, 1, 1),
    "abs": (_abs, 1, 1),
    "divisible": (_divisible, 2, 2),
}
"""By name: the function, and the least and the most arguments it takes."""
