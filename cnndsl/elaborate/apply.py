"""Calls in the flow: operations, blocks, shared instances."""

from __future__ import annotations

from typing import Any

from cnndsl import ops
from cnndsl.diagnostics.diagnostic import Label as Because
from cnndsl.elaborate.arguments import bind, require_all
from cnndsl.elaborate.fault import Fault
from cnndsl.elaborate.instance import Gather, Instance, Size
from cnndsl.elaborate.instances import Arguments, instantiate, unfold
from cnndsl.elaborate.levels import Label
from cnndsl.elaborate.places import tensor
from cnndsl.elaborate.signatures import find_block, signature
from cnndsl.elaborate.values import UNKNOWN, BlockValue
from cnndsl.graph import Graph, Initializer, Node
from cnndsl.ops.operation import REQUIRED, Misfit, Operation
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Argument, Binding, Item, Scope, Value


class Prepared:
    """A call with its arguments on operands of known shapes: all that does not depend on the place in the path."""

    __slots__ = ("arguments", "extra", "graph", "inits", "kind", "operation", "outputs", "shape", "size", "usable")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.operation: Operation | None = None
        self.graph: Graph | None = None
        self.arguments: Arguments = {}
        self.inits: tuple[tuple[str, Initializer], ...] = ()
        self.extra: tuple[Value | None, ...] = ()
        self.shape: Shape | None = None
        self.outputs: tuple[tuple[str, Shape], ...] = ()
        self.size = Size(0, False)
        self.usable = False


def apply(instance: Instance, step: tree.Apply, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """A call without branches."""
    label, text = reserve(instance, step.label, scope, flow)
    try:
        found = instance.ready.get(id(step))
        shape = instance.graph.shapes.get(flow) if flow is not None else None
        if found is not None and found[1] == shape and (found[0] is scope or found[3] is scope.defaults):
            prepared, key = found[2], None
        else:
            binding = find_block(step.call.callee, scope)
            if isinstance(binding, Binding):
                return _apply_shared(instance, step, binding, flow, label, scope)
            prepared = prepare(instance, step.call, binding, scope, flow)
            if not prepared.extra:
                constant = scope.defaults if _is_constant(step.call, scope) else None
                instance.ready[id(step)] = (scope, shape, prepared, constant)
        if isinstance(prepared.operation, _identity()):
            if label is not None:
                label.value = flow
            return Item(step, flow, flow)
        key = instance.level.key(text, step.call.callee.id, prepared.size.weighted, step.span)
        value = place(instance, prepared, (flow, *prepared.extra), key, step.call)
        if label is not None:
            label.value, label.graph = value, prepared.graph
        return Item(step, flow, value, value.node if value is not None else None, key)
    finally:
        if label is not None:
            label.open = False


def reserve(
    instance: Instance, template: tree.Template | None, scope: Scope, flow: Value | None
) -> tuple[Label | None, str | None]:
    """The label of a step, or the name that an output gives it."""
    if template is None:
        text, instance.naming = instance.naming, None
        if text is None or text in instance.level.labels:
            return None, text
        return instance.level.reserve(text, instance.graph.definition.name.span), text
    value = template.parts[0] if len(template.parts) == 1 else None
    try:
        if not isinstance(value, str):
            value = instance.context(scope, flow).value(template)
        if isinstance(value, str):
            return instance.level.reserve(value, template.span), value
    except Exhausted:
        raise
    except Fault as fault:
        instance.session.report(fault, instance.stack)
    instance.uncertain = instance.uncertain or not isinstance(value, str)
    return None, None


def prepare(instance: Instance, call: tree.Call, callee: object, scope: Scope, flow: Value | None) -> Prepared:
    """Bind the arguments of a call and find the shape of its result; raises ``Fault``."""
    prepared = Prepared(call.callee.id)
    context = instance.context(scope, flow)
    if not isinstance(callee, BlockValue):
        for argument in call.arguments:
            context.value(argument.value)
        return prepared
    arguments = bind(call, callee, context, lambda expression: tensor(instance, expression, scope, flow))
    return complete(instance, prepared, callee, arguments, call, flow)


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
        arguments = {name: own.get(name, Argument(argument.value)) for name, argument in arguments.items()}
    names = [
        formal.name for formal in signature(target).formals if formal.kind == "tensor" and formal.name in arguments
    ]
    prepared.extra = tuple(value if isinstance(value := arguments[name].value, Value) else None for name in names)
    operands = (flow, *prepared.extra)
    shapes = tuple(instance.graph.shapes.get(value) if value is not None else None for value in operands)
    if target.operation is not None:
        prepared.kind = target.operation.name
        _complete_operation(instance, prepared, target.operation, arguments, operands, shapes, call)
    else:
        prepared.kind = callee.name
        prepared.arguments = arguments
        graph = instantiate(instance.session, callee, own, shapes, (call.span, instance.stack))
        if graph is not None:
            _complete_block(instance, prepared, graph)
    return prepared


def _complete_operation(
    instance: Instance,
    prepared: Prepared,
    operation: type[Operation],
    arguments: Arguments,
    operands: tuple[Value | None, ...],
    shapes: tuple[Shape | None, ...],
    call: tree.Call,
) -> None:
    if operation.inputs is None and "value" not in arguments:
        name = operation.name
        constant = f", or one number: `{name}(1)`" if "value" in operation.signature else ""
        raise Fault(
            "E0307", f"{name} joins branches, and there are none", call.span, help=(f"`{name} {{ ... }}`" + constant,)
        )
    init = arguments.get("init") if "init" not in operation.signature else None
    given = {name: argument for name, argument in arguments.items() if name in operation.signature}
    if any(argument.value is UNKNOWN for argument in given.values()):
        return
    try:
        made = ops.bind(operation, {name: argument.value for name, argument in given.items()})
        prepared.operation = made
        prepared.usable = True
        defaults = {
            name: given.get(name) or Argument(parameter.default)
            for name, parameter in operation.signature.items()
            if name in given or parameter.default is not REQUIRED
        }
        prepared.arguments = defaults
        known = [shape for shape in shapes if shape is not None]
        prepared.size = Size(1, True)
        if len(known) == len(shapes):
            prepared.shape = made.infer(*known)
            prepared.size = Size(1, bool(made.weights(*known)))
    except Misfit as misfit:
        instance.session.report(misfit_fault(instance, misfit, arguments, operands, call), instance.stack)
    if init is not None and isinstance(init.value, Initializer):
        if not prepared.size.weighted:
            raise Fault("E0303", f"{operation.name} has no weights to start", call.callee.span)
        prepared.inits = (("weight", init.value),)


def misfit_fault(
    instance: Instance,
    misfit: Misfit,
    arguments: Arguments,
    operands: tuple[Value | None, ...],
    call: tree.Call,
) -> Fault:
    """Where the argument at fault stands, or the call; and where the shape of the flow comes from."""
    span = call.callee.span if not call.arguments else call.span
    argument = arguments.get(misfit.argument) if misfit.argument is not None else None
    if argument is not None and argument.expression is not None:
        span = argument.expression.span
    labels = tuple(because for value in operands for because in origin(instance, value))
    return Fault(misfit.code, misfit.why, span, labels=labels, help=(misfit.help,) if misfit.help else ())


def origin(instance: Instance, value: Value | None) -> tuple[Because, ...]:
    """Where a value comes from and what shape it has."""
    shape = instance.graph.shapes.get(value) if value is not None else None
    if value is None or shape is None:
        return ()
    node = instance.graph[value.node]
    what = f"this gives {shape}" if node.operation is not None or node.graph is not None else f"the input is {shape}"
    return (Because(head(node.span), what),)


def head(span: Span) -> Span:
    """The first line of a span: what a message underlines of a long step."""
    end = span.source.text.find("\n", span.start, span.end)
    return span if end < 0 else Span(span.source, span.start, end)


def _complete_block(instance: Instance, prepared: Prepared, graph: Graph) -> None:
    prepared.graph = graph
    prepared.usable = True
    prepared.size = instance.session.sizes.get(graph, Size(0, True))
    after = graph.trace.after if graph.trace is not None else None
    prepared.shape = graph.shapes.get(after) if after is not None else None
    prepared.outputs = tuple(
        (output.name, graph.shapes[output.value]) for output in graph.outputs if output.value in graph.shapes
    )


def place(
    instance: Instance,
    prepared: Prepared,
    operands: tuple[Value | None, ...],
    key: str | None,
    call: tree.Call,
) -> Value | None:
    """Append the node of a prepared call; None where an operand or the call itself is unknown."""
    if not prepared.usable or None in operands:
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
        instance.graph.shapes[Value(name, output)] = shape
    return value


def _identity() -> Any:
    return ops.find("identity")


def _is_constant(call: tree.Call, scope: Scope) -> bool:
    """Whether a call means the same in every repetition of a loop around it."""
    return _is_fixed(call.callee, scope) and all(_is_fixed(argument.value, scope) for argument in call.arguments)


def _is_fixed(expression: Any, scope: Scope) -> bool:
    kind = type(expression)
    if kind is tree.Literal or kind is tree.Size:
        return True
    if kind is tree.Name:
        if expression.id == "it":
            return False
        binding = scope.find(expression.id)
        return binding is None or binding.kind in ("parameter", "definition", "symbol", "in")
    if kind is tree.Binary:
        return _is_fixed(expression.left, scope) and _is_fixed(expression.right, scope)
    return False


class Shared:
    """A block with arguments that is registered once and applied several times."""

    __slots__ = ("call", "callee", "key", "name", "weights")

    def __init__(self, name: str, key: str, callee: BlockValue, call: tree.Call) -> None:
        self.name = name
        self.key = key
        self.callee = callee
        self.call = call
        self.weights: object = None


def share(instance: Instance, step: tree.Shared, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """``shared head = block(...)``: registered here, applied later."""
    scope.names[step.name.id] = Binding("let", UNKNOWN)
    callee = find_block(step.call.callee, scope)
    if not isinstance(callee, BlockValue):
        return Item(step, flow, flow)
    values = bind(step.call, callee, instance.context(scope, flow))
    bound = callee.binding({name: argument.value for name, argument in values.items()})
    key = instance.level.key(step.name.id, "", True, step.name.span)
    shared = Shared(step.name.id, key or step.name.id, bound, step.call)
    scope.names[step.name.id] = Binding("shared", shared)
    return Item(step, flow, flow, None, key)


def _apply_shared(
    instance: Instance, step: tree.Apply, binding: Binding, flow: Value | None, label: Label | None, scope: Scope
) -> Item:
    shared = binding.value
    if not isinstance(shared, Shared):
        return Item(step, flow, None)
    prepared = prepare(instance, step.call, shared.callee, scope, flow)
    weights = _weights(instance, prepared, flow)
    if weights is not None and shared.weights is not None and weights != shared.weights:
        why = f"{shared.name} is one instance, and this input needs weights of other sizes than the first one"
        raise Fault("E0401", why, step.call.callee.span, labels=origin(instance, flow))
    shared.weights = weights or shared.weights
    value = place(instance, prepared, (flow, *prepared.extra), shared.key, step.call)
    if label is not None:
        label.value, label.graph = value, prepared.graph
    return Item(step, flow, value, value.node if value is not None else None, shared.key)


def _weights(instance: Instance, prepared: Prepared, flow: Value | None) -> object:
    """Names and sizes of all weights of a call."""
    if prepared.graph is not None:
        return graph_weights(prepared.graph)
    shape = instance.graph.shapes.get(flow) if flow is not None else None
    if prepared.operation is None or shape is None or prepared.shape is None:
        return None
    return prepared.operation.weights(shape)


def graph_weights(graph: Graph) -> tuple[object, ...]:
    """Names and sizes of all weights of a block instance."""
    found: list[object] = []
    for node in graph:
        shapes = graph.operand_shapes(node)
        if node.graph is not None:
            found.append((node.module, graph_weights(node.graph)))
        elif node.operation is not None and shapes is not None:
            found.append((node.module, node.operation.weights(*shapes)))
    return tuple(found)
