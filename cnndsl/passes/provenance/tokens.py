"""Which words of the text set a size."""

from __future__ import annotations

from cnndsl.passes.provenance.script import argument, axes, head, written
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
        given = link.node.arguments.get(field)
        if given is not None and given.expression is not None:
            spans.append(argument(place.call if place is not None else None, given.expression))
        elif given is not None and given.written is not None:
            spans.append(given.written)
    return tuple(spans)
