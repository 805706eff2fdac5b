"""What a call of a block, a network or an operation may give."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import NamedTuple

from cnndsl import ops
from cnndsl.elaborate.budget import NESTING
from cnndsl.elaborate.fault import Exhausted, Fault, did_you_mean
from cnndsl.elaborate.functions import FUNCTIONS
from cnndsl.elaborate.values import UNKNOWN, BlockValue, Unknown, kind_of
from cnndsl.ops.operation import REQUIRED, Operation
from cnndsl.syntax import tree
from cnndsl.trace import Binding, Scope


class Formal(NamedTuple):
    """A parameter; ``kind`` None takes anything, ``tensor`` a label. ``default``: ``REQUIRED`` where there is none."""

    name: str
    kind: str | None
    default: object

    @property
    def required(self) -> bool:
        """Whether an application must give it."""
        return self.default is REQUIRED


class Signature:
    """Parameters in order; ``of`` is the word for whose they are."""

    __slots__ = ("by_name", "formals", "of", "positional")

    def __init__(self, of: str, formals: tuple[Formal, ...]) -> None:
        self.of = of
        self.formals = formals
        self.by_name = {formal.name: formal for formal in formals}
        self.positional = tuple(formal.name for formal in formals if formal.kind != "init")


def signature(block: BlockValue, depth: int = 0) -> Signature:
    """The parameters of a block, those that are bound already among them."""
    origin = block.origin
    if origin.signature is None:
        definition = origin.definition
        if origin.operation is not None:
            origin.signature = _of_operation(origin.name)
        elif definition is not None and definition.call is not None:
            origin.signature = _of_alias(definition, origin.home, depth + 1)
        else:
            origin.signature = Signature(block.name, own_formals(definition))
    return origin.signature


def own_formals(definition: tree.Definition | None) -> tuple[Formal, ...]:
    """The parameters that a definition itself declares; a network's further inputs are tensors to give."""
    if definition is None:
        return ()
    formals = [
        Formal(
            parameter.name.id,
            parameter.type.id if parameter.type else None,
            REQUIRED if parameter.default is None else parameter.default,
        )
        for parameter in definition.parameters
    ]
    return (*formals, *(Formal(step.name.id, "tensor", REQUIRED) for step in inputs_of(definition)[1:]))


def inputs_of(definition: tree.Definition) -> list[tree.Input]:
    """The inputs that a network declares."""
    lines = definition.body.lines if definition.body is not None and definition.call is None else ()
    return [step for line in lines for step in line.steps if type(step) is tree.Input]


@cache
def _of_operation(name: str) -> Signature:
    operation = known_operation(name)
    formals = [
        Formal(name, "tensor" if parameter.kind.startswith("Tensor") else None, parameter.default)
        for name, parameter in operation.signature.items()
    ]
    if "init" not in operation.signature:
        formals.append(Formal("init", "init", None))
    return Signature(operation.name, tuple(formals))


def is_circle(definition: tree.Definition | None, home: Scope | None) -> bool:
    """Whether renamed definitions rename one another; the check of names reports it."""
    seen: set[int] = set()
    while definition is not None and definition.call is not None and home is not None:
        if id(definition) in seen:
            return True
        seen.add(id(definition))
        binding = home.find(definition.call.callee.id)
        value = binding.value if binding is not None else None
        definition, home = (value.definition, value.home) if isinstance(value, BlockValue) else (None, None)
    return False


def _of_alias(definition: tree.Definition, home: Scope | None, depth: int) -> Signature:
    """Its own parameters, then those of what it renames that it does not bind."""
    if depth > NESTING:
        if is_circle(definition, home):
            return Signature(definition.name.id, own_formals(definition))
        raise Exhausted(f"more than {NESTING} definitions rename one another", definition.name.span)
    own = own_formals(definition)
    callee: object = UNKNOWN
    try:
        if definition.call is not None and home is not None:
            callee = find_block(definition.call.callee, home)
    except Fault:
        callee = UNKNOWN
    if definition.call is None or not isinstance(callee, BlockValue):
        return Signature(definition.name.id, own)
    theirs = signature(callee, depth)
    given = set(pair(definition.call, callee).found)
    taken = {formal.name for formal in own} | given
    rest = tuple(formal for formal in theirs.formals if formal.name not in taken)
    return Signature(definition.name.id, own + rest)


class Pairing(NamedTuple):
    """Which argument goes to which parameter, and which to none."""

    found: dict[str, tree.Argument]
    faults: list[Fault]


def pair(call: tree.Call, callee: BlockValue) -> Pairing:
    """Arguments by the name of their parameter; one without a name fills the next parameter that is not bound yet."""
    formals = signature(callee)
    if not call.arguments:
        return Pairing({}, [])
    call = _gathered(call, callee)
    places = iter([name for name in formals.positional if name not in callee.bound])
    found: dict[str, tree.Argument] = {}
    faults: list[Fault] = []
    surplus: list[tree.Argument] = []
    named = False
    for argument in call.arguments:
        if argument.name is None:
            if named:
                faults.append(Fault("E0305", "an argument without a name follows one with a name", argument.span))
                continue
            name = next(places, "")
            if not name:
                surplus.append(argument)
                continue
        else:
            named, name = True, argument.name.id
            if name not in formals.by_name:
                faults.append(_unknown(argument.name, formals))
                continue
        if name in found:
            faults.append(Fault("E0306", f"{formals.of} gets {name} twice", argument.span))
        else:
            found[name] = argument
    if surplus:
        faults.append(_too_many(call, formals, callee, surplus))
    return Pairing(found, faults)


def _gathered(call: tree.Call, callee: BlockValue) -> tree.Call:
    """``permute(2, 3, 1)`` as ``permute([2, 3, 1])``."""
    listed = callee.operation.variadic if callee.operation is not None else ""
    loose = [argument for argument in call.arguments if argument.name is None]
    if not listed or listed in callee.bound or len(loose) < 2 or call.arguments[: len(loose)] != tuple(loose):
        return call
    span = loose[0].span.to(loose[-1].span)
    whole = tree.Argument(None, tree.List(tuple(argument.value for argument in loose), span), span)
    return call._replace(arguments=(whole, *call.arguments[len(loose) :]))


def _unknown(name: tree.Name, formals: Signature) -> Fault:
    names = [formal.name for formal in formals.formals]
    help = (_ELSEWHERE[name.id],) if name.id in _ELSEWHERE else did_you_mean(name.id, names)
    if not help:
        known = [formal for formal in names if formal != "init"]
        help = (f"{formals.of} takes {', '.join(known)}" if known else f"{formals.of} takes no arguments",)
    return Fault("E0303", f"{formals.of} has no argument {name.id}", name.span, help=help)


_ELSEWHERE = {
    "activation": "an activation is a step of its own: `-> relu`",
    "input_shape": "the input is declared once: `input image: [3, H=224, W=224]`",
    "name": "a step is called by its label: `conv1: conv(64, 3x3)`",
}
"""How arguments that other tools have are said here."""


def _too_many(call: tree.Call, formals: Signature, callee: BlockValue, surplus: list[tree.Argument]) -> Fault:
    places = [name for name in formals.positional if name not in callee.bound]
    count = len(places)
    takes = "no arguments" if not count else f"at most {count} argument{'s' if count > 1 else ''}"
    span = surplus[0].span.to(surplus[-1].span)
    help = (f"{formals.of}({', '.join(places)})",) if places else ()
    if callee.operation is not None and callee.operation.inputs is None:
        help = (f"its branches are the lines of `{formals.of} {{ ... }}`",)
    given = f"{len(call.arguments)} {'is' if len(call.arguments) == 1 else 'are'} given"
    return Fault("E0305", f"{formals.of} takes {takes}, and {given}", span, help=help)


ANYTHING = "*"
"""Bound in a file of which some names could not be read: an unknown name may be one of them."""


def find_block(name: tree.Name, scope: Scope) -> BlockValue | Unknown | Binding:
    """What a call by this name applies: a block, or the binding of a shared instance; raises ``Fault``."""
    binding = scope.find(name.id)
    if binding is None:
        if ops.find(name.id) is not None:
            return operation_value(name.id)
        if name.id in FUNCTIONS:
            raise Fault("E0307", f"{name.id} is a function: it stands in expressions, not in the flow", name.span)
        if scope.find(ANYTHING) is not None:
            return UNKNOWN
        raise unknown_name(name, scope)
    if binding.kind == "shared":
        return binding
    value = binding.value
    if isinstance(value, BlockValue | Unknown):
        return value
    if binding.kind == "tensor":
        raise Fault(
            "E0307",
            f"{name.id} is a tensor, not a block",
            name.span,
            help=(f"to start from it, write `from {name.id}`",),
        )
    if name.id in ops.names():  # whoever took the name of an operation was told
        return UNKNOWN
    raise Fault("E0307", f"{name.id} is {kind_of(value)}, not a block: it cannot be applied", name.span)


@cache
def operation_value(name: str) -> BlockValue:
    """An operation as a value."""
    return BlockValue(name, operation=known_operation(name))


def known_operation(name: str) -> type[Operation]:
    """The operation of a name that is known to have one."""
    operation = ops.find(name)
    if operation is None:
        raise KeyError(name)
    return operation


def unknown_name(name: tree.Name, scope: Scope, labels: Collection[str] = ()) -> Fault:
    """The fault of a name that nothing has; ``labels``: words that label steps, which is something else."""
    if name.id in labels:
        help = (f"it is a label: a branch or an output starts from it with `from {name.id}`",)
        return Fault("E0201", f"{name.id} is no value of an expression", name.span, help=help)
    candidates = {*ops.names(), *FUNCTIONS}
    inner: Scope | None = scope
    while inner is not None:
        candidates.update(inner.names)
        inner = inner.parent
    return Fault(
        "E0201", f"nothing is called {name.id} here", name.span, help=did_you_mean(name.id, sorted(candidates))
    )
