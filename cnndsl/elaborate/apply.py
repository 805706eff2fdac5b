"""Calls in the flow: operations, blocks, shared instances."""

from __future__ import annotations

from typing import Any

from cnndsl import ops
from cnndsl.elaborate.evaluate import template as label_text
from cnndsl.elaborate.fault import Exhausted, Fault
from cnndsl.elaborate.instance import Gather, Instance
from cnndsl.elaborate.levels import Label
from cnndsl.elaborate.prepare import place, prepare
from cnndsl.elaborate.shared import apply_shared
from cnndsl.elaborate.signatures import find_block
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Binding, Item, Scope, Value


def apply(instance: Instance, step: tree.Apply, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """A call without branches."""
    label, text = reserve(instance, step, scope, flow)
    try:
        found = instance.ready.get(id(step))
        shape = instance.shape(flow)
        if found is not None and found[1] == shape and (found[0] is scope or found[3] is scope.defaults):
            prepared, key = found[2], None
        else:
            binding = find_block(step.call.callee, scope)
            if isinstance(binding, Binding):
                return apply_shared(instance, step, binding, flow, label, scope)
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
    instance: Instance, step: tree.Apply | tree.Group, scope: Scope, flow: Value | None
) -> tuple[Label | None, str | None]:
    """The label of a step, or the name that an output gives it."""
    template = step.label
    if template is None:
        if instance.naming is None or instance.naming[0] is not step:
            return None, None
        text = instance.naming[1]
        return (None if text in instance.level.labels else _reserved(instance, text, step.span)), text
    value: object = template.parts[0] if len(template.parts) == 1 else None
    try:
        if not isinstance(value, str):
            value = label_text(template, instance.context(scope, flow), label=True)
        if isinstance(value, str):
            return _reserved(instance, value, template.span), value
    except Exhausted:
        raise
    except Fault as fault:
        instance.session.report(fault, instance.stack)
    instance.uncertain = instance.uncertain or not isinstance(value, str)
    return None, None


def _reserved(instance: Instance, text: str, span: Span) -> Label:
    label = instance.level.reserve(text, span)
    label.training = instance.training
    return label


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
