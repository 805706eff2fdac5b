"""The kinds of arguments: what a field's annotation promises, and how a value of the language becomes one.

A value of the language is an int, float, bool, string, None or tuple (a list and a size are both tuples). A field
``stride: Pair`` is converted by ``KINDS["Pair"]``; ``| None`` after a kind lets ``none`` through.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args

from cnndsl.ops.operation import Misfit, Operation, Parameter
from cnndsl.ops.scalars import boolean, epsilon, is_whole, numeric, other_type, probability, real, shown

Positive = int
"""A whole number of at least 1."""
Natural = int
"""A whole number of at least 0."""
Number = float
"""A whole number or one with a fraction, kept as it is written."""
Probability = float
"""A number from 0 to 1."""
Epsilon = float
"""A number from 0 to below 1, as is added to a variance: of a larger one the number of channels was meant."""
Pair = tuple[int, ...]
"""A size over H and W, at least 1 each; one number is both."""
Margin = tuple[int, ...]
"""The same from 0 on."""
Single = tuple[int, ...]
"""A size over the one axis L, at least 1."""
SingleMargin = tuple[int, ...]
"""The same from 0 on."""
Triple = tuple[int, ...]
"""A size over D, H and W, at least 1 each; one number is all."""
TripleMargin = tuple[int, ...]
"""The same from 0 on."""
Window = int | tuple[int, ...]
"""One number or one for each axis, at least 1, of an operation that works on C x L, C x H x W and C x D x H x W."""
WindowMargin = int | tuple[int, ...]
"""The same from 0 on."""
Padding = tuple[int, ...] | Literal["same"]
"""``same``, or values to add: one number, (H, W), or the four sides left, right, top, bottom."""
TriplePadding = tuple[int, ...] | Literal["same"]
"""``same``, or values to add: one number, (D, H, W), or the six sides left, right, top, bottom, front, back."""
SinglePadding = tuple[int, ...] | Literal["same"]
"""``same``, or values to add: one number, or the sides left and right."""
Sides = int | tuple[int, ...]
"""Values to add: one number, one for each axis of positions, or both sides of each: left, right, top, bottom."""
Sizes = tuple[int, ...]
"""Sizes of axes; one of them may be -1, whatever is left."""
Factor = float | tuple[float, ...]
"""A positive factor, or one for each axis of positions."""
Parts = int | tuple[int, ...]
"""A number of equal parts, or the size of each."""
Channels = int | tuple[int, ...]
"""A channel, or a list of them."""
Axis = int | str
"""An axis: its letter, or its number as PyTorch counts (the batch is 0, negative from the last)."""
Axes = str | tuple[int, ...]
"""Axes: their letters, or a list of numbers as PyTorch counts."""
Tensor = bool
"""Another tensor, handed over as a further operand; the field says whether there is one."""
PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]
PadMode = Literal["constant", "reflect", "replicate", "circular"]
ResizeMode = Literal["nearest", "linear", "bilinear", "bicubic", "trilinear"]
Approximation = Literal["none", "tanh"]
DropMode = Literal["row", "batch"]


def bind(operation: type[Operation], values: dict[str, Any]) -> Operation:
    """``operation`` with ``values`` converted to the kinds of its fields; raises ``Misfit``."""
    signature = operation.signature
    converted = {}
    for name, value in values.items():
        if name not in signature:
            raise Misfit(f"{operation.name} has no argument {name}", name, "E0303")
        converted[name] = convert(signature[name], value)
    for name, parameter in signature.items():
        if parameter.required and name not in converted:
            raise Misfit(f"{operation.name} needs {name}", name, "E0304")
    return operation(**converted)


def convert(parameter: Parameter, value: object) -> object:
    """``value`` as the kind of ``parameter``; raises ``Misfit``."""
    kind = parameter.kind.removesuffix(" | None")
    if value is None and kind is not parameter.kind:
        return None
    return KINDS[kind](parameter.name, value)


def _whole(least: int | None, wanted: str = "a whole number") -> Callable[[str, object], int]:
    def converter(name: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise other_type(name, value, wanted)
        if least is not None and value < least:
            raise Misfit(f"{name} is {value}; it must be at least {least}", name, "E0302")
        return value

    return converter


def _several(name: str, value: tuple[object, ...], least: int | None) -> tuple[int, ...]:
    for item in value:
        if not is_whole(item):
            raise other_type(name, value, "made of whole numbers")
        if least is not None and item < least:  # type: ignore[operator]
            raise Misfit(f"{name} is {shown(value)}; each must be at least {least}", name, "E0302")
    return value  # type: ignore[return-value]


def _per_axis(axes: int, least: int) -> Callable[[str, object], tuple[int, ...]]:
    """One number for all axes, or a tuple with one for each."""
    wanted = {1: "a whole number", 2: "a whole number or a size such as 3x3"}.get(
        axes, "a whole number or a size such as 3x3x3"
    )
    one = _whole(least, wanted)

    def converter(name: str, value: object) -> tuple[int, ...]:
        if isinstance(value, tuple) and len(value) == axes:
            return _several(name, value, least)
        return (one(name, value),) * axes

    return converter


def _window(least: int) -> Callable[[str, object], Window]:
    one = _whole(least, "a whole number or a size such as 3x3")

    def converter(name: str, value: object) -> Window:
        if isinstance(value, tuple) and len(value) in (2, 3):
            return _several(name, value, least)
        return one(name, value)

    return converter


SIDES = ("left", "right", "top", "bottom", "front", "back")
"""The sides of padding, in the order in which PyTorch wants them."""


def _padding(axes: int) -> Callable[[str, object], Padding]:
    sides = ", ".join(SIDES[: 2 * axes])
    several = {1: "", 2: "a pair, "}.get(axes, "one for each axis, ")
    one = _whole(0, f'a whole number, {several}[{sides}] or "same"')

    def converter(name: str, value: object) -> Padding:
        if value == "same":
            return "same"
        if value == "valid":
            return (0,) * axes
        if isinstance(value, tuple) and len(value) in (axes, 2 * axes):
            numbers = _several(name, value, 0)
            if len(numbers) == axes:
                return numbers
            pairs = [numbers[side : side + 2] for side in range(0, 2 * axes, 2)]
            symmetric = all(before == after for before, after in pairs)
            return tuple(before for before, _ in reversed(pairs)) if symmetric else numbers
        return (one(name, value),) * axes

    return converter


def _sides(name: str, value: object) -> Sides:
    if isinstance(value, tuple) and len(value) in (2, 3, 4, 6):
        return _several(name, value, 0)
    return _whole(0, "a whole number, a pair, or [left, right, top, bottom]")(name, value)


def _sizes(name: str, value: object) -> Sizes:
    sizes = _several(name, value, -1) if isinstance(value, tuple) else (_whole(-1, "a list of sizes")(name, value),)
    if 0 in sizes or not sizes:
        raise Misfit(f"{name} is {shown(value)}; each must be at least 1, or -1 for what is left", name, "E0302")
    if sizes.count(-1) > 1:
        raise Misfit(f"{name} is {shown(value)}; only one of them can be -1", name, "E0302")
    return sizes


def _factor(name: str, value: object) -> Factor:
    numbers = value if isinstance(value, tuple) and len(value) in (2, 3) else (value,)
    for number in numbers:
        if not isinstance(number, int | float) or isinstance(number, bool):
            raise other_type(name, value, "a number or one for each axis")
        if number <= 0:
            raise Misfit(f"{name} is {shown(value)}; it must be more than 0", name, "E0302")
    return value  # type: ignore[return-value]


def _list_or_whole(least: int, wanted: str) -> Callable[[str, object], int | tuple[int, ...]]:
    one = _whole(least, wanted)

    def converter(name: str, value: object) -> int | tuple[int, ...]:
        if isinstance(value, tuple) and value:
            return _several(name, value, least)
        return one(name, value)

    return converter


def _axis(name: str, value: object) -> Axis:
    if isinstance(value, str) and len(value) == 1:
        return value
    return _whole(None, "the letter of an axis or its number")(name, value)


def _axes(name: str, value: object) -> Axes:
    if isinstance(value, str) and value:
        return value
    if isinstance(value, tuple) and value:
        return _several(name, value, None)
    return (_whole(None, "letters of axes or a list of their numbers")(name, value),)


def _tensor(name: str, value: object) -> Tensor:
    return True


def _word(kind: object) -> Callable[[str, object], str]:
    words = get_args(kind)
    wanted = ", ".join(map(shown, words[:-1])) + f" or {shown(words[-1])}"

    def converter(name: str, value: object) -> str:
        if not isinstance(value, str):
            raise other_type(name, value, wanted)
        if value not in words:
            raise Misfit(f"{name} is {shown(value)}; it must be {wanted}", name, "E0302")
        return value

    return converter


KINDS: dict[str, Callable[[str, object], object]] = {
    "bool": boolean,
    "int": _whole(None),
    "float": real,
    "Positive": _whole(1),
    "Natural": _whole(0),
    "Number": numeric,
    "Probability": probability,
    "Epsilon": epsilon,
    "Pair": _per_axis(2, 1),
    "Margin": _per_axis(2, 0),
    "Single": _per_axis(1, 1),
    "SingleMargin": _per_axis(1, 0),
    "Triple": _per_axis(3, 1),
    "TripleMargin": _per_axis(3, 0),
    "TriplePadding": _padding(3),
    "Window": _window(1),
    "WindowMargin": _window(0),
    "Padding": _padding(2),
    "SinglePadding": _padding(1),
    "Sides": _sides,
    "Sizes": _sizes,
    "Factor": _factor,
    "Parts": _list_or_whole(1, "a number of parts or a list of sizes"),
    "Channels": _list_or_whole(0, "a channel or a list of channels"),
    "Axis": _axis,
    "Axes": _axes,
    "Tensor": _tensor,
    "PaddingMode": _word(PaddingMode),
    "PadMode": _word(PadMode),
    "ResizeMode": _word(ResizeMode),
    "Approximation": _word(Approximation),
    "DropMode": _word(DropMode),
}
