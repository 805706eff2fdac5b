"""Steps whose lines run side by side: ``concat { }`` and its like, ``residual``, ``dense``."""

from __future__ import annotations

from cnndsl import ops
from cnndsl.diagnostics.diagnostic import Label as Because
from cnndsl.elaborate.arguments import bind
from cnndsl.elaborate.doubt import inferred
from cnndsl.elaborate.fault import Fault
from cnndsl.elaborate.instance import Gather, Instance, Size
from cnndsl.elaborate.origins import head, origin
from cnndsl.elaborate.prepare import Prepared, place
from cnndsl.elaborate.signatures import find_block, known_operation
from cnndsl.elaborate.values import UNKNOWN, BlockValue
from cnndsl.ops.operation import REQUIRED, Misfit, Operation
from cnndsl.site import Site
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Argument, Item, Scope, Trace, Value


class Branches:
    """The results of lines that are all fed with the same flow."""

    def __init__(self, flow: Value | None) -> None:
        self.flow = flow
        self.results: list[Value | None] = []
        self.spans: list[Span] = []

    def take(self, instance: Instance, line: tree.Line, value: Value | None) -> None:
        """One more branch."""
        self.results.append(value)
        self.spans.append(line.span)


class Accumulated:
    """Lines that each see the concatenation of the input and of all lines before."""

    def __init__(self, flow: Value | None, call: tree.Call) -> None:
        self.flow = flow
        self.call = call
        self.joins: list[str] = []

    def take(self, instance: Instance, line: tree.Line, value: Value | None) -> None:
        """Concatenate what a line gives."""
        operands = (self.flow, value)
        spans = [self.call.span, line.span]
        self.flow = _join(instance, known_operation("concat"), {}, operands, self.call, spans, "the lines before are")
        if self.flow is not None:
            self.joins.append(self.flow.node)


def join(instance: Instance, step: tree.Apply, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """``concat { }``, ``add { }``, ``mul { }`` ..."""
    callee = find_block(step.call.callee, scope)
    branches = Branches(flow)
    assert step.branches is not None  # the grammar's
    trace = instance.run(step.branches, scope, flow, branches)
    operation = callee.operation if isinstance(callee, BlockValue) else None
    if not isinstance(callee, BlockValue):
        return Item(step, flow, None, bodies=(trace,))
    if operation is None or operation.inputs is not None:
        raise Fault("E0307", f"{callee.name} takes one input, so it has no branches", step.call.callee.span)
    arguments = bind(step.call, callee, instance.context(scope, flow))
    if "value" in arguments:
        raise Fault("E0307", f"{callee.name} takes a number or branches, not both", step.call.span)
    if not branches.results:
        if instance.uncertain:
            return Item(step, flow, None, bodies=(trace,))
        raise Fault("E0307", f"{callee.name} has no branches", step.call.callee.span)
    if len(branches.results) == 1:
        return Item(step, flow, branches.results[0], bodies=(trace,))
    value = _join(instance, operation, arguments, tuple(branches.results), step.call, branches.spans)
    return Item(step, flow, value, value.node if value is not None else None, bodies=(trace,))


def residual(instance: Instance, step: tree.Residual, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """The sum of a body and of its shortcut."""
    body = instance.run(step.body, scope, flow)
    bodies: tuple[Trace, ...] = (body,)
    after = flow
    if step.shortcut is not None:
        shortcut = instance.run(step.shortcut, scope, flow)
        bodies = (body, shortcut)
        after = shortcut.after
    word = Span(step.span.source, step.span.start, step.span.start + len("residual"))
    call = tree.Call(tree.Name("add", word), (), word, parentheses=False)
    spans = [step.body.lines[-1].span if step.body.lines else word, step.shortcut.span if step.shortcut else word]
    own = f"the shortcut is the {'block' if flow == Value('in') else 'residual'}'s input,"
    value = _join(instance, known_operation("add"), {}, (body.after, after), call, spans, own)
    return Item(step, flow, value, value.node if value is not None else None, bodies=bodies)


def dense(instance: Instance, step: tree.Dense, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """Every line sees the input and all earlier lines."""
    word = Span(step.span.source, step.span.start, step.span.start + len("dense"))
    accumulated = Accumulated(flow, tree.Call(tree.Name("concat", word), (), word, parentheses=False))
    trace = instance.run(step.body, scope, flow, accumulated)
    return Item(step, flow, accumulated.flow, bodies=(trace,), joins=tuple(accumulated.joins))


def _join(
    instance: Instance,
    operation: type[Operation],
    arguments: dict[str, Argument],
    operands: tuple[Value | None, ...],
    call: tree.Call,
    spans: list[Span],
    own: str = "",
) -> Value | None:
    """Append the node that joins ``operands``; ``spans`` are where they come from, ``own`` what the word stands for."""
    if any(argument.value is UNKNOWN for argument in arguments.values()):
        return None
    prepared = Prepared(operation.name)
    shapes = [shape for value in operands if (shape := instance.shape(value)) is not None]
    prepared.arguments = {
        name: arguments.get(name) or Argument(parameter.default)
        for name, parameter in operation.signature.items()
        if name in arguments or parameter.default is not REQUIRED
    }
    misfit, follows = None, False
    try:
        prepared.operation = ops.bind(operation, {name: argument.value for name, argument in arguments.items()})
        prepared.usable = True
        prepared.size = Size(1, False)
        if len(shapes) == len(operands):
            prepared.shape, misfit, follows = inferred(prepared.operation, shapes)
    except Misfit as wrong:
        misfit = wrong
    if misfit is not None:
        fault = _misfit(instance, misfit, operands, call.callee.span, spans, own)
        fault.at(Site(instance.graph, operands, call.span, call, operation, arguments, misfit.argument, tuple(spans)))
        if follows:
            instance.session.again(fault)
        else:
            instance.session.report(fault, instance.stack)
    return place(instance, prepared, operands, None, call)


def _misfit(
    instance: Instance, misfit: Misfit, operands: tuple[Value | None, ...], span: Span, spans: list[Span], own: str
) -> Fault:
    """The word of the join is at fault; each branch says what it is."""
    shapes = [instance.graph.shapes.get(value) if value is not None else None for value in operands]
    labels: list[Because] = []
    label = ""
    for shape, where in zip(shapes, spans, strict=True):
        if shape is None:
            continue
        if where == span:
            label = f"{own} {shape}"
        else:
            labels.append(Because(head(where), f"this is {shape}"))
    help = (misfit.help,) if misfit.help else ()
    return Fault(misfit.code, misfit.why, span, label, tuple(labels) or origin(instance, operands[0]), help)
