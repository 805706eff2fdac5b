"""A call with its arguments on operands of known shapes: which operation or block instance it is."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from cnndsl import ops
from cnndsl.elaborate.arguments import bind, require_all
from cnndsl.elaborate.budget import ELEMENTS
from cnndsl.elaborate.doubt import Doubt, adrift, inferred
from cnndsl.elaborate.fault import Exhausted, Fault
from cnndsl.elaborate.initial import need_fan
from cnndsl.elaborate.instance import Call, Instance, Size
from cnndsl.elaborate.instances import Arguments, instantiate, unfold
from cnndsl.elaborate.origins import misfit_fault
from cnndsl.elaborate.places import tensor
from cnndsl.elaborate.signatures import signature
from cnndsl.elaborate.values import UNKNOWN, BlockValue
from cnndsl.graph import Graph, Initializer, Node
from cnndsl.ops.operation import REQUIRED, Misfit, Operation, Weight
from cnndsl.shape import Shape
from cnndsl.site import Site
from cnndsl.syntax import tree
from cnndsl.trace import Argument, Scope, Value


class Prepared:
    """A call with its arguments on operands of known shapes: all that does not depend on the place in the path."""

    __slots__ = (
        *("arguments", "extra", "graph", "inits", "kind", "operation", "outputs", "shape", "size", "usable", "whole"),
    )

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.operation: Operation | None = None
        self.graph: Graph | None = None
        self.arguments: Arguments = {}
        self.inits: tuple[tuple[str, Initializer], ...] = ()
        self.extra: tuple[Value | None, ...] = ()
        self.shape: Shape | Doubt | None = None
        self.outputs: tuple[tuple[str, Shape | Doubt], ...] = ()
        self.size = Size(0, False)
        self.usable = False
        self.whole = True


def prepare(instance: Instance, call: tree.Call, callee: object, scope: Scope, flow: Value | None) -> Prepared:
    """Bind the arguments of a call and find the shape of its result; raises ``Fault``."""
    prepared = Prepared(call.callee.id)
    context = instance.context(scope, flow)
    if not isinstance(callee, BlockValue):
        for argument in call.arguments:
            context.value(argument.value)
        return prepared

    def bound(call: tree.Call) -> Arguments:
        return bind(call, callee, context, lambda expression: tensor(instance, expression, scope, flow))

    try:
        arguments = bound(call)
    except Exhausted:
        raise
    except Fault as fault:
        rest = _rest(call, fault)
        if callee.operation is None or callee.operation.inputs is None or len(rest.arguments) == len(call.arguments):
            raise
        arguments = bound(rest)
        if not all(formal.name in arguments for formal in signature(callee).formals if formal.required):
            raise
        instance.session.report(fault, instance.stack)
        prepared.whole = False
    return complete(instance, prepared, callee, arguments, call, flow)


def _rest(call: tree.Call, fault: Fault) -> tree.Call:
    """A call without the arguments that are at fault."""
    wrong = [one.diagnostic.span for one in (fault, *fault.others)]

    def is_right(argument: tree.Argument) -> bool:
        span = argument.span
        return all(one.end <= span.start or span.end <= one.start for one in wrong)

    return call._replace(arguments=tuple(argument for argument in call.arguments if is_right(argument)))


def complete(
    instance: Instance,
    prepared: Prepared,
    callee: BlockValue,
    arguments: Arguments,
    call: tree.Call,
    flow: Value | None,
) -> Prepared:
    """The operation or graph that ``callee`` with ``arguments`` is on this flow."""
    own = arguments
    formals = signature(callee)
    require_all(arguments, formals, call.span)
    target = callee
    if callee.definition is not None and callee.definition.call is not None:
        target, arguments, _ = unfold(callee, arguments, instance.session)
        arguments = {name: own.get(name, _renamed(argument)) for name, argument in arguments.items()}
    names = [
        formal.name for formal in signature(target).formals if formal.kind == "tensor" and formal.name in arguments
    ]
    prepared.extra = tuple(value if isinstance(value := arguments[name].value, Value) else None for name in names)
    operands = (flow, *prepared.extra)
    shapes = tuple(instance.shape(value) for value in operands)
    if target.operation is not None:
        prepared.kind = target.operation.name
        _complete_operation(instance, prepared, target.operation, arguments, operands, shapes, call)
    else:
        prepared.kind = callee.name
        prepared.arguments = arguments
        here = Call(call.span, callee.name, instance.stack, own, instance.graph, operands)
        graph = instantiate(instance.session, callee, own, shapes, here)
        if graph is not None:
            _complete_block(instance, prepared, graph)
    return prepared


def _renamed(argument: Argument) -> Argument:
    """What a renaming gives: it is not at the calls that get it."""
    place = argument.expression.span if argument.expression is not None else argument.written
    return Argument(argument.value, None, place)


def _complete_operation(
    instance: Instance,
    prepared: Prepared,
    operation: type[Operation],
    arguments: Arguments,
    operands: tuple[Value | None, ...],
    shapes: tuple[Shape | Doubt | None, ...],
    call: tree.Call,
) -> None:
    if operation.inputs is None and "value" not in arguments:
        raise _no_branches(operation, call)
    init = arguments.get("init") if "init" not in operation.signature else None
    given = {name: argument for name, argument in arguments.items() if name in operation.signature}
    if any(argument.value is UNKNOWN for argument in given.values()):
        return

    def misfits(misfit: Misfit, follows: bool = False) -> None:
        fault = misfit_fault(instance, misfit, arguments, operands, call)
        site = Site(instance.graph, operands, call.span, call, operation, arguments, misfit.argument)
        if follows:
            instance.session.again(fault.at(site))
        else:
            instance.session.report(fault.at(site), instance.stack)

    made, complete = _made(operation, given, misfits)
    if made is None:
        return
    prepared.operation = made
    prepared.usable = True
    prepared.arguments = _with_defaults(operation, given)
    prepared.size = Size(1, True)
    prepared.whole = prepared.whole and complete
    weights = _shaped(prepared, made, shapes, call, misfits)
    if init is not None and isinstance(init.value, Initializer):
        startable = weights is None or any(weight.name in ("weight", "") for weight in weights)
        if not startable or "weight" not in operation.initial:
            raise Fault("E0303", f"{operation.name} has no weights to start", call.callee.span)
        written = [argument.span for argument in call.arguments if argument.name and argument.name.id == "init"]
        need_fan(operation, "weight", init.value, written[0] if written else call.span)
        prepared.inits = (("weight", init.value),)


def _shaped(
    prepared: Prepared,
    made: Operation,
    shapes: tuple[Shape | Doubt | None, ...],
    call: tree.Call,
    misfits: Callable[[Misfit, bool], None],
) -> tuple[Weight, ...] | None:
    """Enter the shape of the result, or what is known of it; the weights, where they are known."""
    known = [shape for shape in shapes if shape is not None]
    if len(known) < len(shapes):
        return None
    if not prepared.whole:
        prepared.shape = adrift(made, known)
        return None
    prepared.shape, misfit, follows = inferred(made, known)
    if misfit is not None:
        misfits(misfit, follows)
    if misfit is not None or not isinstance(prepared.shape, Shape):
        return None
    weights = made.weights(*(shape.one if isinstance(shape, Doubt) else shape for shape in known))
    _bounded(weights, call)
    prepared.size = Size(1, bool(weights))
    return weights


def _made(
    operation: type[Operation], given: Arguments, misfits: Callable[[Misfit], None]
) -> tuple[Operation | None, bool]:
    """The operation with its arguments, and whether it has all of them: what cannot be is left out."""
    values = {name: argument.value for name, argument in given.items()}
    complete = True
    while True:
        try:
            return ops.bind(operation, values), complete
        except Misfit as misfit:
            misfits(misfit)
            if misfit.argument not in values or operation.signature[misfit.argument].required:
                return None, False
            del values[misfit.argument]
            complete = False


def _no_branches(operation: type[Operation], call: tree.Call) -> Fault:
    name = operation.name
    constant = f", or one number: `{name}(1)`" if "value" in operation.signature else ""
    return Fault(
        "E0307", f"{name} joins branches, and there are none", call.span, help=(f"`{name} {{ ... }}`" + constant,)
    )


def _with_defaults(operation: type[Operation], given: Arguments) -> Arguments:
    return {
        name: given.get(name) or Argument(parameter.default)
        for name, parameter in operation.signature.items()
        if name in given or parameter.default is not REQUIRED
    }


def _bounded(weights: tuple[Weight, ...], call: tree.Call) -> None:
    """Raise where a weight is larger than any machine holds."""
    for weight in weights:
        if prod(weight.sizes) > ELEMENTS:
            sizes = "x".join(map(str, weight.sizes))
            why = f"a {weight.name or 'weight'} of {sizes} is more than the {ELEMENTS:,} numbers that fit"
            raise Fault("E0604", why, call.span)


def _complete_block(instance: Instance, prepared: Prepared, graph: Graph) -> None:
    prepared.graph = graph
    prepared.usable = True
    prepared.size = instance.session.sizes.get(graph, Size(0, True))
    after = graph.trace.after if graph.trace is not None else None
    doubts = instance.session.doubts.get(graph, {})
    known: dict[Value, Shape | Doubt] = {**doubts, **graph.shapes}
    prepared.shape = known.get(after) if after is not None else None
    prepared.outputs = tuple((output.name, known[output.value]) for output in graph.outputs if output.value in known)


def place(
    instance: Instance,
    prepared: Prepared,
    operands: tuple[Value | None, ...],
    key: str | None,
    call: tree.Call,
) -> Value | None:
    """Append the node of a prepared call; None where an operand or the call itself is unknown."""
    if not prepared.usable or None in operands:
        instance.sound = False
        return None
    name = instance.name(key if key is not None else instance.level.prefix + prepared.kind)
    node = Node(
        name,
        prepared.operation,
        prepared.graph,
        operands,  # type: ignore[arg-type]
        key,
        prepared.arguments,
        call.span,
        instance.stack,
        prepared.inits,
    )
    value = instance.add(node, prepared.shape, prepared.size)
    for output, shape in prepared.outputs:
        instance.keep(Value(name, output), shape)
    return value
