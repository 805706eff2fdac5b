"""Initial weights: ``init conv(weight=kaiming_normal(mode="fan_out"))`` and ``init=`` on a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnndsl import ops
from cnndsl.elaborate.arithmetic import is_number
from cnndsl.elaborate.fault import Fault, did_you_mean, together
from cnndsl.elaborate.values import UNKNOWN, show
from cnndsl.graph import Initializer
from cnndsl.ops.initializers import INITIALIZERS
from cnndsl.ops.operation import REQUIRED
from cnndsl.source import Span
from cnndsl.syntax import tree

if TYPE_CHECKING:
    from cnndsl.elaborate.evaluate import Context
    from cnndsl.ops.operation import Operation

_NONLINEARITIES = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu")
_FAN = ("kaiming_normal", "kaiming_uniform", "xavier_normal", "xavier_uniform")


def initializer(expression: tree.Expression, context: Context) -> object:
    """The initializer that an expression names; a number is a constant."""
    if isinstance(expression, tree.Name) and expression.id in INITIALIZERS:
        return _build(tree.Call(expression, (), expression.span), context)
    if isinstance(expression, tree.Call):
        return _build(expression, context)
    if isinstance(expression, tree.Name) and context.scope.find(expression.id) is None:
        raise _unknown(expression)
    value = context.value(expression)
    if value is UNKNOWN:
        return UNKNOWN
    if not is_number(value):
        raise Fault("E0301", f"an initial weight is a number or an initializer, not {show(value)}", expression.span)
    return Initializer("constant", (("val", value),))


Collected = tuple[tuple[str, tuple[tuple[str, Initializer], ...]], ...]


def collect(step: tree.Init, context: Context) -> Collected:
    """What an ``init`` statement says: operation by operation, weight by weight."""
    found: list[tuple[str, tuple[tuple[str, Initializer], ...]]] = []
    faults: list[Fault] = []
    for call in step.calls:
        name = call.callee
        operation = ops.find(name.id)
        if operation is None:
            faults.append(Fault("E0201", f"there is no operation {name.id}", name.span, help=_operations(name.id)))
            continue
        weights: dict[str, Initializer] = {}
        for argument in call.arguments:
            try:
                weight = _weight(argument, operation, name.span)
                value = initializer(argument.value, context)
                need_fan(operation, weight, value, argument.value.span)
                if isinstance(value, Initializer):
                    weights[weight] = value
            except Fault as fault:
                faults.append(fault)
        found.append((name.id, tuple(weights.items())))
    if faults:
        raise together(faults)
    return tuple(found)


def _operations(name: str) -> tuple[str, ...]:
    return did_you_mean(name, ops.names()) or ("init names operations; it reaches them in every block",)


def _weight(argument: tree.Argument, operation: type[Operation], place: Span) -> str:
    known = tuple(operation.initial)
    if not known:
        raise Fault("E0303", f"{operation.name} has no weights to start", place)
    if argument.name is None:
        return "weight"
    if argument.name.id not in known:
        help = did_you_mean(argument.name.id, known) or (f"it has {' and '.join(known)}",)
        raise Fault("E0303", f"{operation.name} has no weight called {argument.name.id}", argument.name.span, help=help)
    return argument.name.id


def need_fan(operation: type[Operation], weight: str, value: object, place: Span) -> None:
    """Raise a fault where an initializer counts the fan of a weight that has none."""
    if isinstance(value, Initializer) and value.name in _FAN and not operation.initial[weight]:
        why = f"{value.name} counts the inputs of a matrix, and the {weight} of {operation.name} is none"
        raise Fault("E0302", why, place, help=("`normal`, `uniform` or a number fits",))


def _unknown(name: tree.Name) -> Fault:
    help = did_you_mean(name.id, tuple(INITIALIZERS)) or (f"there are {', '.join(INITIALIZERS)}",)
    return Fault("E0201", f"there is no initializer {name.id}", name.span, help=help)


def _build(call: tree.Call, context: Context) -> object:
    name = call.callee.id
    parameters = INITIALIZERS.get(name)
    if parameters is None:
        raise _unknown(call.callee)
    values: dict[str, object] = {}
    places = iter(parameters)
    for argument in call.arguments:
        key = argument.name.id if argument.name is not None else next(places, None)
        if key is None:
            raise Fault("E0305", f"{name} takes {len(parameters)} arguments", argument.span)
        if key not in parameters:
            help = did_you_mean(key, tuple(parameters)) or (f"it takes {', '.join(parameters) or 'none'}",)
            raise Fault("E0303", f"{name} has no argument {key}", argument.span, help=help)
        if key in values:
            raise Fault("E0306", f"{name} gets {key} twice", argument.span)
        values[key] = context.value(argument.value)
        _check(name, key, values[key], argument.value)
    missing = [key for key, default in parameters.items() if default is REQUIRED and key not in values]
    if missing:
        raise Fault("E0304", f"{name} needs {missing[0]}", call.span)
    if UNKNOWN in values.values():
        return UNKNOWN
    low, high = (values.get(key, parameters.get(key, 0)) for key in "ab")
    if "b" in parameters and low > high:  # type: ignore[operator]
        raise Fault("E0302", f"{name} goes from a = {show(low)} to b = {show(high)}", call.span)
    return Initializer(name, tuple((key, values[key]) for key in parameters if key in values))


def _check(name: str, key: str, value: object, expression: tree.Expression) -> None:
    words = {"mode": ("fan_in", "fan_out"), "nonlinearity": _NONLINEARITIES}.get(key)
    if value is UNKNOWN:
        return
    if words is not None:
        if value not in words:
            why = f"{key} of {name} is {show(value)}; it must be {' or '.join(words)}"
            raise Fault("E0302", why, expression.span, help=did_you_mean(str(value), words))
    elif not is_number(value):
        raise Fault("E0301", f"{key} of {name} is {show(value)}; it must be a number", expression.span)
    elif key == "std" and value < 0:  # type: ignore[operator]
        raise Fault("E0302", f"std of {name} is {show(value)}; it must be at least 0", expression.span)
