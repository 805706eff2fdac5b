"""Which function executes which kind of step."""

from __future__ import annotations

from cnndsl.elaborate import apply, contracts, control, joins, shared
from cnndsl.elaborate.instance import Gather, Handler, Instance
from cnndsl.syntax import tree
from cnndsl.trace import Item, Scope, Value


def call(instance: Instance, step: tree.Apply, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """A call, with or without branches."""
    return (apply.apply if step.branches is None else joins.join)(instance, step, scope, flow, gather)


HANDLERS: dict[type, Handler] = {
    tree.Apply: call,
    tree.Group: control.group,
    tree.Repeat: control.repeat,
    tree.For: control.loop,
    tree.If: control.choose,
    tree.With: control.using,
    tree.Residual: joins.residual,
    tree.Dense: joins.dense,
    tree.From: control.jump,
    tree.Let: control.let,
    tree.Shared: shared.share,
    tree.Input: contracts.receive,
    tree.Output: contracts.give,
    tree.Init: contracts.start_weights,
    tree.Expect: contracts.expect,
    tree.Require: contracts.require,
}
