"""Groups, loops, choices, names: what decides which steps are executed, and where in the path."""

from __future__ import annotations

from cnndsl.elaborate.apply import reserve
from cnndsl.elaborate.arguments import with_defaults
from cnndsl.elaborate.budget import REPETITION
from cnndsl.elaborate.evaluate import destructure, iterate
from cnndsl.elaborate.fault import Fault
from cnndsl.elaborate.instance import Gather, Instance
from cnndsl.elaborate.levels import Level
from cnndsl.elaborate.places import start
from cnndsl.elaborate.signatures import find_block
from cnndsl.elaborate.values import UNKNOWN, show
from cnndsl.graph import Frame
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.syntax.limits import FINDINGS
from cnndsl.trace import Binding, Item, Scope, Trace, Value


def group(instance: Instance, step: tree.Group, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """A level of the weights path."""
    label, text = reserve(instance, step, scope, flow)
    outer = instance.level
    key = outer.key(text, "group", True, step.span) or ""
    instance.level = Level(key, instance.session.layout(step.body)[0], True, outer)
    trace = instance.run(step.body, scope, flow)
    if label is not None:
        label.value, label.level, label.open = trace.after, instance.level, False
    instance.level = outer
    return Item(step, flow, trace.after, None, key, (trace,))


def repeat(instance: Instance, step: tree.Repeat, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """The same body a number of times."""
    times = instance.context(scope, flow).value(step.times)
    if times is UNKNOWN:
        return _skipped(instance, step, flow, gather)
    if type(times) is not int or times < 0:
        code = "E0301" if type(times) is not int else "E0302"
        raise Fault(code, f"repeat needs a whole number of 0 or more, not {show(times)}", step.times.span)
    return _loop(instance, step, None, times, scope, flow, gather)


def loop(instance: Instance, step: tree.For, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """A body for each item of a list."""
    values = instance.context(scope, flow).value(step.iterable)
    if values is UNKNOWN:
        return _skipped(instance, step, flow, gather)
    scopes = []
    for value in iterate(values, step.iterable.span):
        names: dict[str, object] = {}
        destructure(step.targets, value, names, step.iterable.span)
        bindings = {name: Binding("loop", item, step.iterable, scope) for name, item in names.items()}
        scopes.append(Scope(scope, bindings))
    return _loop(instance, step, scopes, len(scopes), scope, flow, gather)


def _loop(
    instance: Instance,
    step: tree.For | tree.Repeat,
    scopes: list[Scope] | None,
    trips: int,
    scope: Scope,
    flow: Value | None,
    gather: Gather | None,
) -> Item:
    outer, before = instance.stack, flow
    session = instance.session
    budget = session.budget
    budget.loop(trips, step.span)
    start, skipped = session.own_cost(), 0
    traces: list[Trace] = []
    for index in range(trips):
        faults = session.faults
        budget.step(step.span, REPETITION)
        instance.stack = (*outer, Frame(step.span, index))
        trace = instance.run(step.body, scopes[index] if scopes else scope, flow, gather, own=type(step) is tree.For)
        traces.append(trace)
        flow = trace.after
        if FINDINGS < session.faults > faults:  # more of them would say the same again
            instance.stack = outer
            return _skipped(instance, step, before, gather)
        if index & (index + 1) == 0:
            nodes, steps = session.own_cost()
            cost = (nodes - start[0], steps - start[1])
            if index == 0 and budget.is_small(cost):  # it pays for what the later ones share: count from here
                start, skipped = (nodes, steps), 1
            elif index >= skipped:
                budget.rest(index + 1 - skipped, cost, trips - index - 1, trips, _head(step))
    instance.stack = outer
    return Item(step, before, flow, bodies=tuple(traces))


def _head(step: tree.For | tree.Repeat) -> Span:
    what = step.times if isinstance(step, tree.Repeat) else step.iterable
    return Span(step.span.source, step.span.start, what.span.end)


def _skipped(instance: Instance, step: tree.Step, flow: Value | None, gather: Gather | None) -> Item:
    """A step whose body depends on something unknown: what follows is unknown too."""
    instance.uncertain = True
    if gather is not None:
        gather.take(instance, tree.Line((step,), step.span), None)
    return Item(step, flow, None)


def choose(instance: Instance, step: tree.If, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """The first arm whose condition holds."""
    context = instance.context(scope, flow)
    for index, (test, body) in enumerate(step.arms):
        holds = context.truth(test, "this condition")
        if holds is None:
            return _skipped(instance, step, flow, gather)
        if holds:
            trace = instance.run(body, scope, flow, gather)
            return Item(step, flow, trace.after, bodies=(trace,), arm=index)
    if step.otherwise is not None:
        trace = instance.run(step.otherwise, scope, flow, gather)
        return Item(step, flow, trace.after, bodies=(trace,), arm=len(step.arms))
    return Item(step, flow, flow)


def using(instance: Instance, step: tree.With, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """A body with defaults for calls that are written in it."""
    inner = Scope(scope)
    try:
        with_defaults(step.defaults, lambda name: find_block(name, inner), instance.context(inner, flow))
    except Fault as fault:
        instance.session.report(fault, instance.stack)
    trace = instance.run(step.body, inner, flow, gather, own=True)
    return Item(step, flow, trace.after, bodies=(trace,))


def let(instance: Instance, step: tree.Let, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """A name for a value."""
    value: object = UNKNOWN
    try:
        value = instance.context(scope, flow).value(step.value)
    finally:
        scope.names[step.name.id] = Binding("let", value, step.value, scope, flow)
    return Item(step, flow, flow)


def jump(instance: Instance, step: tree.From, scope: Scope, flow: Value | None, gather: Gather | None) -> Item:
    """``from``: another value becomes the flow."""
    return Item(step, flow, start(instance, step, scope, flow))
