"""``shared``: one instance, one set of weights, several applications."""

from __future__ import annotations

from cnndsl.diagnostics.diagnostic import Label as Because
from cnndsl.elaborate.arguments import bind
from cnndsl.elaborate.fault import Fault
from cnndsl.elaborate.instance import Gather, Instance
from cnndsl.elaborate.levels import Label
from cnndsl.elaborate.origins import origin
from cnndsl.elaborate.prepare import Prepared, place, prepare
from cnndsl.elaborate.signatures import find_block, pair, signature
from cnndsl.elaborate.values import UNKNOWN, BlockValue
from cnndsl.graph import Graph
from cnndsl.shape import Shape
from cnndsl.site import Site
from cnndsl.syntax import tree
from cnndsl.trace import Binding, Item, Scope, Value


class Shared:
    """A block with arguments that is registered once and applied several times."""

    __slots__ = ("call", "callee", "first", "key", "name", "weights")

    def __init__(self, name: str, key: str, callee: BlockValue, call: tree.Call) -> None:
        self.name = name
        self.key = key
        self.callee = callee
        self.call = call
        self.weights: Weights = ()
        self.first: tuple[Because, ...] = ()


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


def apply_shared(
    instance: Instance, step: tree.Apply, binding: Binding, flow: Value | None, label: Label | None, scope: Scope
) -> Item:
    """``head`` where it was shared before: the same module once more."""
    shared = binding.value
    if not isinstance(shared, Shared):
        return Item(step, flow, None)
    kinds = signature(shared.callee).by_name
    for name, argument in pair(step.call, shared.callee).found.items():
        if kinds[name].kind != "tensor":
            why = f"{shared.name} is one instance: {name} can only be given where it is shared"
            raise Fault("E0307", why, argument.span)
    prepared = prepare(instance, step.call, shared.callee, scope, flow)
    weights = _weights(instance, prepared, flow)
    for first, here in zip(shared.weights or weights, weights, strict=False):
        if first != here:
            sizes, needed = ("x".join(map(str, weight[1])) for weight in (first, here))
            why = f"{shared.name} is one instance: its {here[0]} is {sizes}, and this input needs {needed}"
            fault = Fault("E0401", why, step.call.callee.span, labels=(*shared.first, *origin(instance, flow)))
            site = Site(instance.graph, (flow,), step.call.span, step.call, shared.callee.operation)
            instance.session.report(fault.at(site), instance.stack)
            break
    if weights and not shared.weights:
        shared.weights = weights
        shared.first = (Because(step.call.span, f"its weights are those of {instance.shape(flow)}, from here"),)
    value = place(instance, prepared, (flow, *prepared.extra), shared.key, step.call)
    if label is not None:
        label.value, label.graph = value, prepared.graph
    return Item(step, flow, value, value.node if value is not None else None, shared.key)


Weights = tuple[tuple[str, tuple[int, ...]], ...]
"""Names and sizes."""


def _weights(instance: Instance, prepared: Prepared, flow: Value | None) -> Weights:
    """All weights of a call."""
    if prepared.graph is not None:
        return _of_graph(prepared.graph)
    shape = instance.graph.shapes.get(flow) if flow is not None else None
    if prepared.operation is None or shape is None or not isinstance(prepared.shape, Shape):
        return ()
    return tuple((weight.name, weight.sizes) for weight in prepared.operation.weights(shape))


def _of_graph(graph: Graph) -> Weights:
    """All weights of a block instance."""
    found: list[tuple[str, tuple[int, ...]]] = []
    for node in graph:
        shapes = graph.operand_shapes(node)
        if node.graph is not None:
            found.extend((f"{node.module}.{name}", sizes) for name, sizes in _of_graph(node.graph))
        elif node.operation is not None and shapes is not None:
            weights = node.operation.weights(*shapes)
            found.extend((f"{node.module}.{weight.name}", weight.sizes) for weight in weights)
    return tuple(found)
