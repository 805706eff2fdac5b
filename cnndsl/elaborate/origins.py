"""Where the shapes of a misfit come from."""

from __future__ import annotations

from cnndsl.diagnostics.diagnostic import Label as Because
from cnndsl.elaborate.fault import Fault
from cnndsl.elaborate.instance import Instance
from cnndsl.ops.operation import Misfit
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Argument, Value


def misfit_fault(
    instance: Instance,
    misfit: Misfit,
    arguments: dict[str, Argument],
    operands: tuple[Value | None, ...],
    call: tree.Call,
) -> Fault:
    """Where the argument at fault stands, or the call; and where the shape of the flow comes from."""
    span = call.callee.span if not call.arguments else call.span
    argument = arguments.get(misfit.argument) if misfit.argument is not None else None
    if argument is not None and argument.expression is not None:
        expression = argument.expression
        if misfit.code.startswith("E03"):
            expression = _given(instance, expression)
        span = expression.span
    elsewhere: tuple[Because, ...] = ()
    if argument is not None and argument.expression is None and argument.written is not None:
        span, elsewhere = _said_before(span, call, argument.written)
    labels = (*elsewhere, *(because for value in operands for because in origin(instance, value)))
    if misfit.code.startswith("E03") and (argument is None or not _is_computed(argument.expression)):
        labels = elsewhere  # whatever flows in
    return Fault(misfit.code, misfit.why, span, labels=labels, help=(misfit.help,) if misfit.help else ())


def _said_before(span: Span, call: tree.Call, written: Span) -> tuple[Span, tuple[Because, ...]]:
    """What a ``with`` or a renaming gave is the token to edit, unless that is in another file; either way both show."""
    if written.source is call.span.source:
        return written, (Because(call.callee.span, f"{call.callee.id} is applied here"),)
    return span, (Because(written, "it gets this here"),)


def _is_computed(expression: tree.Expression | None) -> bool:
    """Whether a value may come from the sizes of what flows in."""
    return not isinstance(expression, tree.Literal | tree.Size | tree.Template | tree.Unary | None)


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


def _given(instance: Instance, expression: tree.Expression) -> tree.Expression:
    """Where a value that is handed through parameters is written."""
    for call in reversed(instance.session.chain):
        given = call.arguments.get(expression.id) if isinstance(expression, tree.Name) else None
        if given is None or given.expression is None:
            break
        expression = given.expression
    return expression
