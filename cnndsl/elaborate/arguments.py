"""From the arguments of a call to values: types, ``with`` defaults, what is bound already, what is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cnndsl.elaborate.budget import Budget
from cnndsl.elaborate.fault import Fault, did_you_mean, together
from cnndsl.elaborate.initial import initializer
from cnndsl.elaborate.signatures import Formal, Signature, pair, signature
from cnndsl.elaborate.values import TYPES, UNKNOWN, BlockValue, fits, show
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Argument

if TYPE_CHECKING:
    from cnndsl.elaborate.evaluate import Context

Tensors = Callable[[tree.Expression], object]
"""What a label stands for: handed in by who knows the labels."""


def bind(call: tree.Call, callee: BlockValue, context: Context, tensors: Tensors | None = None) -> dict[str, Argument]:
    """The arguments by name, in the order of the parameters; bound and ``with`` ones too. Raises ``Fault``."""
    found, faults = pair(call, callee)
    values = {name: Argument(value) for name, value in callee.bound.items()}
    defaults = context.scope.defaults.get(call.callee.id)
    if defaults:
        values.update(defaults)
    formals = signature(callee)
    for name, argument in found.items():
        try:
            value = _value(formals.by_name[name], argument, formals, context, tensors)
        except Fault as fault:
            faults.append(fault)
            value = UNKNOWN
        values[name] = Argument(value, argument.value)
    if faults:
        raise together(faults)
    if len(values) < 2:
        return values
    return {name: values[name] for name in formals.by_name if name in values}


def partial(call: tree.Call, callee: BlockValue, context: Context) -> BlockValue:
    """A call in an expression: the block with arguments bound."""
    return callee.binding({name: argument.value for name, argument in bind(call, callee, context).items()})


def with_defaults(calls: tuple[tree.Call, ...], find: Callable[[tree.Name], object], context: Context) -> None:
    """Put the defaults of a ``with`` into the scope of ``context``: merged with those around it, the inner win."""
    scope = context.scope
    merged = dict(scope.defaults)
    faults: list[Fault] = []
    for call in calls:
        try:
            callee = find(call.callee)
            if isinstance(callee, BlockValue):
                given = {name: _default(argument) for name, argument in bind(call, callee, context).items()}
                merged[call.callee.id] = {**merged.get(call.callee.id, {}), **given}
        except Fault as fault:
            faults.append(fault)
    scope.defaults = merged
    if faults:
        raise together(faults)


def _default(argument: Argument) -> Argument:
    """An argument of a ``with``: it is not at the calls that get it."""
    return Argument(argument.value, None, argument.expression.span if argument.expression is not None else None)


def require_all(arguments: dict[str, Argument], formals: Signature, span: Span) -> None:
    """Raise where a parameter without a default gets nothing."""
    missing = [formal for formal in formals.formals if formal.required and formal.name not in arguments]
    if missing:
        names = " and ".join(formal.name for formal in missing)
        places = ", ".join(formals.positional)
        raise Fault("E0304", f"{formals.of} needs {names}", span, help=(f"{formals.of}({places})",))


def check_type(value: object, formal: Formal, of: str, span: Span, budget: Budget) -> None:
    """Raise where a value does not have the declared type of a parameter."""
    kind = formal.kind
    if kind is None or kind in ("tensor", "init") or not known_type(kind):
        return
    if not fits(value, kind, lambda count: budget.step(span, count)):
        raise Fault("E0301", f"{formal.name} of {of} is {show(value)}; it must be {in_words(kind)}", span)


def known_type(kind: str) -> bool:
    """Whether a type of a parameter is one of the language's."""
    return kind.strip("[] ") in TYPES


def type_fault(name: tree.Name) -> Fault:
    """The fault of a parameter whose type does not exist."""
    bare = name.id.strip("[] ")
    help = did_you_mean(bare, TYPES) or (f"the types are {', '.join(TYPES)}, and [T] for a list of T",)
    return Fault("E0201", f"there is no type {bare}", name.span, help=help)


def in_words(kind: str) -> str:
    """A type as a message calls it."""
    if kind.startswith("["):
        inner = kind[1:-1].strip()
        plural = {"int": "whole numbers", "float": "numbers", "bool": "booleans", "str": "strings", "size": "sizes"}
        return f"a list of {plural.get(inner, 'blocks' if inner == 'block' else 'lists')}"
    words = {
        "int": "a whole number",
        "float": "a number",
        "bool": "true or false",
        "str": "a string",
        "size": "a size such as 3x3",
        "block": "a block",
        "tensor": "a label",
    }
    return words[kind]


def _value(
    formal: Formal, argument: tree.Argument, formals: Signature, context: Context, tensors: Tensors | None
) -> object:
    if formal.kind == "init":
        return initializer(argument.value, context)
    if formal.kind == "tensor":
        if tensors is None:
            why = f"{formal.name} of {formals.of} is a tensor: it can only be given where the block is applied"
            raise Fault("E0307", why, argument.span)
        return tensors(argument.value)
    value = context.value(argument.value)
    check_type(value, formal, formals.of, argument.value.span, context.budget)
    return value
