"""A network by itself: its arguments, its sizes, its facts."""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.elaborate.arguments import check_type, require_all
from cnndsl.elaborate.arithmetic import check_given
from cnndsl.elaborate.budget import Budget
from cnndsl.elaborate.fault import Exhausted, Fault, did_you_mean
from cnndsl.elaborate.instance import Instance, Session
from cnndsl.elaborate.instances import Arguments, begin, finish, unfold
from cnndsl.elaborate.signatures import Signature, signature
from cnndsl.elaborate.sink import Sink
from cnndsl.elaborate.steps import HANDLERS
from cnndsl.elaborate.values import BlockValue
from cnndsl.graph import Graph
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Scope


class Fact(NamedTuple):
    """An ``expect``, and the names in force where it stands."""

    step: tree.Expect
    scope: Scope


class Built(NamedTuple):
    """An elaborated network; ``changed`` names what is not as the file says."""

    graph: Graph
    facts: tuple[Fact, ...]
    changed: tuple[str, ...]
    instance: Instance


def session(budget: Budget, sink: Sink) -> Session:
    """What all networks of a check share."""
    return Session(HANDLERS, budget, sink)


def elaborate(
    session: Session, network: BlockValue, arguments: Arguments, sizes: dict[str, int], asked: bool
) -> Built | None:
    """The graph of a network; None where it needs arguments and nobody ``asked`` for it, or where it has no body."""
    definition = network.definition
    if definition is None:
        return None
    place = definition.name.span
    formals = _without_inputs(signature(network))
    if not asked and any(formal.required and formal.name not in arguments for formal in formals.formals):
        return None
    try:
        for name, size in sizes.items():
            check_given(size, name, place)
        _check_given(arguments, formals, place, session.budget)
        callee, values, given = unfold(network, arguments, session)
    except Exhausted:
        raise
    except Fault as fault:
        session.report(fault)
        return None
    if callee.definition is None or callee.definition.body is None or callee.definition.keyword != "network":
        if callee.definition is not None and callee.definition.body is not None:
            session.report(Fault("E0605", f"{callee.name} is a block: a network has an input", place))
        return None
    instance, flow = begin(session, callee, {name: value.value for name, value in values.items()}, definition, given)
    instance.sizes = sizes
    finish(instance, flow)
    _check_sizes(session, instance, place)
    changed = (*arguments, *sizes)
    return Built(instance.graph, _facts(session, instance, network, definition), changed, instance)


def _without_inputs(formals: Signature) -> Signature:
    """The parameters of a network that stands by itself: nobody gives it tensors."""
    return Signature(formals.of, tuple(formal for formal in formals.formals if formal.kind != "tensor"))


def _check_given(arguments: Arguments, formals: Signature, place: Span, budget: Budget) -> None:
    for name, argument in arguments.items():
        span = argument.expression.span if argument.expression is not None else place
        if name in formals.by_name:
            check_given(argument.value, name, span)
            check_type(argument.value, formals.by_name[name], formals.of, span, budget)
        else:
            names = [formal.name for formal in formals.formals]
            help = did_you_mean(name, names) or (f"{formals.of} takes {', '.join(names) or 'no arguments'}",)
            raise Fault("E0303", f"{formals.of} has no parameter {name}", span, help=help)
    require_all(arguments, formals, place)


def _check_sizes(session: Session, instance: Instance, place: Span) -> None:
    symbols = tuple(instance.graph.symbols)
    for name in instance.sizes:
        if name not in instance.used_sizes:
            help = did_you_mean(name, symbols) or (f"its symbols are {', '.join(symbols) or 'none'}",)
            session.report(Fault("E0303", f"{instance.graph.name} has no size {name}", place, help=help))


def _facts(session: Session, instance: Instance, network: BlockValue, definition: tree.Definition) -> tuple[Fact, ...]:
    """What the network that was asked for says of itself."""
    if definition.call is None:
        return tuple(Fact(step, scope) for step, scope in instance.facts)
    found = []
    scope = Scope(network.home)
    for line in definition.body.lines if definition.body is not None else ():
        for step in line.steps:
            if isinstance(step, tree.Expect):
                found.append(Fact(step, scope))
            else:
                session.report(Fault("E0605", "only facts can stand in the body of a renamed network", step.span))
    return tuple(found)
