"""``expect``: facts about a network at its defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.elaborate.evaluate import Context
from cnndsl.elaborate.fault import Exhausted, Fault, did_you_mean
from cnndsl.elaborate.instance import Instance, Session
from cnndsl.elaborate.levels import Label, Level
from cnndsl.elaborate.network import Built, Fact
from cnndsl.elaborate.values import UNKNOWN, show
from cnndsl.graph import Graph
from cnndsl.site import Site
from cnndsl.syntax import tree
from cnndsl.trace import Binding, Scope, Value

Measure = Callable[[Graph, str], int]
"""A number of a whole network: ``params``, ``macs``, ``depth``, ``buffers``."""

MEASURES = ("params", "macs", "depth", "buffers")


def check_facts(session: Session, built: Built, measure: Measure) -> None:
    """Check the facts of a network, unless a mistake leaves some of it unknown."""
    for fact in built.facts:
        if built.changed and not built.instance.sound:
            continue
        if built.changed:
            names = ", ".join(built.changed)
            why = f"not checked: {names} {'is' if len(built.changed) == 1 else 'are'} not as in the file"
            session.sink.add(Diagnostic("N0501", "note", why, fact.step.span))
        elif built.instance.sound:
            try:
                _check(session, built, fact, measure)
            except Exhausted:
                raise
            except Fault as fault:
                session.report(fault)


def _check(session: Session, built: Built, fact: Fact, measure: Measure) -> None:
    condition = fact.step.condition
    for part in _conjuncts(condition):
        names: dict[str, Binding] = {}
        for name in sorted(_names(part)):
            known = _known(built, name, measure, fact.scope)
            if known is not None:
                names[name] = Binding("let", known)
        context = Context(Scope(fact.scope, names), None, session.budget)
        known_part = _with_labels(part, built.instance, names)
        holds = context.truth(known_part, "a fact")
        if holds is False and not _same_length(known_part, context):
            fault = Fault("E0501", _claim(known_part, context), part.span)
            fault.site = _site(built, part, known_part, context)
            if fault.site is None or not session.sink.is_told(fault.site):
                session.report(fault)


def _site(built: Built, part: tree.Expression, known: tree.Expression, context: Context) -> Site | None:
    """The value whose shape is not the one that a fact says."""
    if not isinstance(part, tree.Binary) or not isinstance(known, tree.Binary) or part.operator != "==":
        return None
    for side, other in ((part.left, known.right), (part.right, known.left)):
        value, wanted = _meant(built, side), context.value(other)
        sizes = (wanted,) if type(wanted) is int else wanted
        if value is not None and isinstance(sizes, tuple) and all(type(size) is int for size in sizes):
            return Site(built.graph, (value,), part.span, promised=sizes)
    return None


def _meant(built: Built, expression: tree.Expression) -> Value | None:
    """The value whose shape an expression is."""
    path = _path(expression)
    if path is None:
        return None
    if path[0].id in built.instance.top.labels:
        return _labelled(path, built.instance.top)
    active = [output.value for output in built.graph.outputs if not output.training]
    outputs = {output.name: output.value for output in built.graph.outputs}
    if path[0].id == "output" and len(active) == 1:
        return outputs.get("output", active[0])
    return outputs.get(path[0].id) if len(path) == 1 else None


def _conjuncts(condition: tree.Expression) -> list[tree.Expression]:
    if isinstance(condition, tree.Binary) and condition.operator == "and":
        return [*_conjuncts(condition.left), *_conjuncts(condition.right)]
    return [condition]


def _names(expression: Any) -> set[str]:
    if isinstance(expression, tree.Name):
        return {expression.id}
    found: set[str] = set()
    for part in expression:
        if isinstance(part, tuple):
            found |= _names(part)
    return found


def _known(built: Built, name: str, measure: Measure, scope: Scope) -> object:
    """The number or shape that a name means in a fact."""
    graph = built.graph
    if name in MEASURES:
        return measure(graph, name)
    outputs = {output.name: output.value for output in graph.outputs}
    active = [output.value for output in graph.outputs if not output.training]
    if name == "output" and name not in outputs and len(active) == 1:
        return _sizes(graph, active[0])
    if name in outputs and name not in built.instance.top.labels:
        return _sizes(graph, outputs[name])
    return None


def _sizes(graph: Graph, value: Value | None) -> object:
    shape = graph.shapes.get(value) if value is not None else None
    return shape.sizes if shape is not None else UNKNOWN


def _with_labels(expression: Any, instance: Instance, names: dict[str, Binding]) -> Any:
    """The expression with dotted labels replaced by the sizes of their values."""
    if isinstance(expression, tree.Binary):
        left = _with_labels(expression.left, instance, names)
        return expression._replace(left=left, right=_with_labels(expression.right, instance, names))
    if isinstance(expression, tree.Unary):
        return expression._replace(operand=_with_labels(expression.operand, instance, names))
    path = _path(expression)
    if path is None or path[0].id in names or path[0].id not in instance.top.labels:
        return expression
    value = _labelled(path, instance.top)
    sizes = _sizes(instance.graph, value)
    return tree.Size(sizes, expression.span) if isinstance(sizes, tuple) else tree.Name("it", expression.span)


def _path(expression: Any) -> list[tree.Name] | None:
    if isinstance(expression, tree.Name):
        return [expression]
    if isinstance(expression, tree.Attribute):
        before = _path(expression.value)
        return [*before, expression.name] if before is not None else None
    return None


def _labelled(path: list[tree.Name], level: Level) -> Value | None:
    label: Label = level.labels[path[0].id]
    for index, name in enumerate(path[1:], 1):
        inner = label.level.labels if label.level is not None else {}
        if name.id in inner:
            label = inner[name.id]
            continue
        outputs = label.graph.outputs if label.graph is not None else ()
        if label.value is not None and index == len(path) - 1 and any(output.name == name.id for output in outputs):
            return Value(label.value.node, name.id)
        help = did_you_mean(name.id, [*inner, *(output.name for output in outputs)])
        raise Fault("E0202", f"{path[index - 1].id} has no {name.id}", name.span, help=help)
    return label.value


def _same_length(part: tree.Expression, context: Context) -> bool:
    """Whether it says that a shape of one axis is equal to the size of that axis."""
    if not isinstance(part, tree.Binary) or part.operator != "==":
        return False
    left, right = context.value(part.left), context.value(part.right)
    return any(type(size) is int and shape == (size,) for size, shape in ((left, right), (right, left)))


def _claim(part: tree.Expression, context: Context) -> str:
    if isinstance(part, tree.Binary) and part.operator in ("==", "!=", "<", "<=", ">", ">="):
        left, right = context.value(part.left), context.value(part.right)
        if part.operator == "==" and _names(part.right) and not _names(part.left):
            return f"{part.right.span.text} is {_number(right)}, not {_number(left)}"
        if part.operator == "==":
            return f"{part.left.span.text} is {_number(left)}, not {_number(right)}"
        return f"{part.left.span.text} is {_number(left)}, which is not {part.operator} {_number(right)}"
    return f"`{part.span.text}` does not hold"


def _number(value: object) -> str:
    if type(value) is int:
        return f"{value:,}"
    if isinstance(value, tuple) and 0 < len(value) <= 8 and all(type(size) is int for size in value):
        return "x".join(map(str, value))
    return show(value)
