"""Which words of the text set a size."""

from __future__ import annotations

from cnndsl.passes.provenance.script import acting, argument, axes, given, head, written
from cnndsl.passes.provenance.trails import Link
from cnndsl.source import Span


def token(link: Link) -> Span:
    """The words that set the size: an argument, the axis of an input; the head of the step where there are none."""
    found = tokens(link)
    return found[0] if found else head(link.node.span)


def tokens(link: Link) -> tuple[Span, ...]:
    """All arguments that set or change the size, those that matter most first: ``stride=2``, ``3x3``."""
    if link.cause is None:
        declared = axes(link.graph, link.node.span)
        return (declared[link.axis].span,) if declared else ()
    place = written(link.graph).get(link.node.name)
    spans = []
    for field in link.cause.arguments:
        one = given(link.graph, link.node, field)
        if one is not None and one.expression is not None:
            acts = acting(one.expression, link.cause.item)
            whole = place.call if place is not None and acts is one.expression else None
            spans.append(argument(whole, acts))
        elif one is not None and one.written is not None:
            spans.append(one.written)
    return tuple(spans)
