"""What a network promises: its inputs and outputs, facts, preconditions, initial weights."""

from __future__ import annotations

from cnndsl.diagnostics.diagnostic import Label as Because
from cnndsl.elaborate.conditions import condition, declared, mentioned, sizing
from cnndsl.elaborate.evaluate import template
from cnndsl.elaborate.fault import Fault
from cnndsl.elaborate.initial import collect
from cnndsl.elaborate.instance import Gather, Instance
from cnndsl.elaborate.instances import add_input
from cnndsl.elaborate.levels import inside
from cnndsl.elaborate.origins import origin
from cnndsl.elaborate.signatures import inputs_of
from cnndsl.elaborate.values import UNKNOWN, show
from cnndsl.graph import Output
from cnndsl.shape import Shape
from cnndsl.site import Site
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Binding, Item, Scope, Trace, Value


def receive(instance: Instance, step: tree.Input, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """``input``: the first one starts the flow."""
    graph = instance.graph
    if graph.definition.keyword != "network" or all(step is not declared for declared in inputs_of(graph.definition)):
        where = "at the top of a network's body" if graph.definition.keyword == "network" else "in a network"
        raise Fault("E0605", f"an input can only stand {where}", step.span, help=("a block's input is its flow",))
    name = step.name.id
    if name in graph.inputs:
        raise Fault("E0203", f"there are two inputs called {name}", step.name.span)
    index = len(graph.inputs)
    graph.axes.update(
        {axis.symbol.id: (name, place) for place, axis in enumerate(step.axes) if axis.symbol is not None}
    )
    scope.names.setdefault("in", Binding("in", UNKNOWN))
    scope.names[name] = Binding("tensor", None)
    if instance.shapes is not None:
        shape = instance.shapes[index] if index < len(instance.shapes) else None
        shape = _match(instance, step, index, shape if isinstance(shape, Shape) else None, scope)
    else:
        shape = _declared(instance, step, scope)
        graph.sized = sizing(inputs_of(graph.definition), scope)
    value = add_input(instance, name, shape, step.span)
    scope.names[name] = Binding("tensor", value)
    if index == 0:
        scope.names["in"] = Binding("in", shape if shape is not None else UNKNOWN)
        return Item(step, flow, value, value.node)
    return Item(step, flow, flow, value.node)


def _declared(instance: Instance, step: tree.Input, scope: Scope) -> Shape | None:
    """The shape that an input declares, other sizes of symbols taken into account."""
    sizes: list[int] = []
    unknown = False
    for axis in step.axes:
        size: object
        if axis.symbol is not None and axis.symbol.id in instance.sizes:
            instance.used_sizes.add(axis.symbol.id)
            size = instance.sizes[axis.symbol.id]
        else:
            size = instance.context(scope, None).value(axis.size)
        if axis.symbol is not None:
            scope.names[axis.symbol.id] = Binding("symbol", size)
        if size is UNKNOWN:
            unknown = True
        elif type(size) is not int or size < 1:
            raise Fault("E0302", f"the size of an axis is {show(size)}; it must be at least 1", axis.size.span)
        else:
            sizes.append(size)
            if axis.symbol is not None:
                instance.graph.symbols[axis.symbol.id] = size
    return None if unknown else Shape.of(*sizes)


def _match(instance: Instance, step: tree.Input, place: int, shape: Shape | None, scope: Scope) -> Shape | None:
    """A network that is applied as a block: its symbols get the sizes of what flows in.

    The result goes on with the sizes that are declared: where others flow in, the fault is at the call.
    """
    sizes = list(shape.sizes) if shape is not None else []
    if shape is not None and shape.rank != len(step.axes):
        axes = f"{len(step.axes)} axes" if len(step.axes) > 1 else "one axis"
        why = f"{instance.graph.name} takes {axes}, and its input here is {shape}"
        fault = Fault("E0411", why, _caller(instance, step.span), labels=(Because(step.span, "declared here"),))
        raise fault.at(_outside(instance, place, fault.diagnostic.span, (None,) * len(step.axes)))
    for index, axis in enumerate(step.axes):
        size = shape.sizes[index] if shape is not None else UNKNOWN
        if axis.symbol is not None:
            scope.names[axis.symbol.id] = Binding("symbol", size)
            if isinstance(size, int):
                instance.graph.symbols[axis.symbol.id] = size
            continue
        instance.graph.conditions.append(declared(instance.graph, step, index, scope))
        wanted = instance.context(scope, None).value(axis.size)
        if UNKNOWN not in (wanted, size) and wanted != size and shape is not None:
            letter = shape.axes[index] if shape.axes[index] != "?" else f"axis {index}"
            why = f"{instance.graph.name} takes {letter} = {show(wanted)}, and its input here is {shape}"
            fault = Fault("E0405", why, _caller(instance, step.span), labels=(Because(axis.span, "declared here"),))
            promised = tuple(wanted if at == index and type(wanted) is int else None for at in range(len(step.axes)))
            instance.session.report(fault.at(_outside(instance, place, fault.diagnostic.span, promised)))
            if type(wanted) is not int:
                return None
            sizes[index] = wanted
    return shape.resized(*sizes) if shape is not None else None


def _outside(instance: Instance, place: int, span: Span, promised: tuple[int | None, ...]) -> Site:
    """The call of a network whose input declares other sizes than those that flow in."""
    if not instance.session.chain:
        return Site(instance.graph, (), span, promised=promised)
    call = instance.session.chain[-1]
    return Site(call.outer, call.operands[place : place + 1], span, promised=promised)


def _caller(instance: Instance, otherwise: Span) -> Span:
    """The innermost call on the way here."""
    return instance.session.chain[-1].span if instance.session.chain else otherwise


def give(instance: Instance, step: tree.Output, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """``output``: the flow, or what a chain makes of it, under a name."""
    name = template(step.name, instance.context(scope, flow), label=True)
    if not isinstance(name, str):
        return Item(step, flow, flow)
    value, key = flow, None
    bodies: tuple[Trace, ...] = ()
    if step.chain is not None:
        value, key, bodies = _chain(instance, step, step.chain, name, scope, flow)
    if name in instance.outputs:
        raise Fault("E0203", f"there are two outputs called {name}", step.name.span)
    if value is not None:
        instance.outputs[name] = Output(name, value, step.training)
        if step.shape is not None:
            _promised(instance, step, step.shape, name, value, scope)
    return Item(step, flow, flow, None, key, bodies)


def _chain(
    instance: Instance, step: tree.Output, chain: tree.Line, name: str, scope: Scope, flow: Value | None
) -> tuple[Value | None, str | None, tuple[Trace, ...]]:
    """Run the chain of an output; its name is the label of the last step, if that is a call or a group without one."""
    last = chain.steps[-1]
    if isinstance(last, tree.Apply | tree.Group) and last.label is None and inside(last) == ():
        instance.naming = (last, name)
    outer, instance.training = instance.training, instance.training or step.training
    trace = instance.run(tree.Body((chain,), None, chain.span), scope, flow, own=True)
    instance.naming, instance.training = None, outer
    return trace.after, trace.lines[0][-1].key, (trace,)


def _promised(
    instance: Instance, step: tree.Output, promised: tree.List, name: str, value: Value, scope: Scope
) -> None:
    shape = instance.graph.shapes.get(value)
    context = instance.context(scope, value)
    sizes = [None if _is_wildcard(item) else context.value(item) for item in promised.items]
    if shape is None or UNKNOWN in sizes:
        return
    agrees = len(sizes) == shape.rank and all(
        size is None or (type(size) is int and size == actual) for size, actual in zip(sizes, shape.sizes, strict=False)
    )
    if not agrees:
        text = "x".join("_" if size is None else show(size) for size in sizes)
        because = tuple(label for label in origin(instance, value) if label.span != step.span)
        fault = Fault("E0503", f"output {name} is {shape}, and {text} is promised", promised.span, labels=because)
        wanted = tuple(size if type(size) is int else None for size in sizes)
        raise fault.at(Site(instance.graph, (value,), promised.span, promised=wanted))


def _is_wildcard(expression: tree.Expression) -> bool:
    return isinstance(expression, tree.Name) and expression.id == "_"


def start_weights(instance: Instance, step: tree.Init, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """``init``: how weights start."""
    instance.inits.extend(collect(step, instance.context(scope, flow)))
    return Item(step, flow, flow)


def expect(instance: Instance, step: tree.Expect, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """A fact, to be checked when the network is complete."""
    if instance.graph.definition.keyword != "network":
        raise Fault("E0605", "a fact can only stand in a network", step.span)
    instance.facts.append((step, scope))
    return Item(step, flow, flow)


def require(instance: Instance, step: tree.Require, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """A precondition."""
    context = instance.context(scope, flow)
    holds = context.truth(step.condition, "a precondition")
    instance.graph.conditions.append(condition(instance.graph, step, scope, flow))
    if holds is False:
        message = template(step.message, context) if step.message is not None else None
        if not isinstance(message, str):
            message = f"`{step.condition.span.text}` does not hold"
        span = _caller(instance, step.condition.span)
        labels = (Because(step.condition.span, "required here"),) if instance.session.chain else ()
        asked = mentioned(step.condition)
        start = Value(instance.graph.inputs[0]) if instance.graph.inputs else None
        operands = tuple(value for name, value in (("in", start), ("it", flow)) if name in asked)
        fault = Fault("E0502", message, span, labels=labels)
        raise fault.at(Site(instance.graph, operands, step.condition.span))
    return Item(step, flow, flow)
