"""Which step leaves positions where none are promised: a matrix product over maps acts on their last axis alone."""

from __future__ import annotations

from cnndsl.diagnostics.diagnostic import Label
from cnndsl.graph import Node
from cnndsl.ops.linear import Linear
from cnndsl.shape import Shape
from cnndsl.site import Site


def kept(site: Site) -> tuple[Label, ...]:
    """The first matrix product over a map on the way to an output that is promised without positions."""
    first = _first(site)
    if first is None:
        return ()
    node, shape = first
    positions = "x".join(map(str, shape.sizes[:-1]))
    return (Label(node.span, f"{positions} positions stay: linear acts on the last axis alone"),)


def _first(site: Site) -> tuple[Node, Shape] | None:
    """Followed backwards, as long as there is one way."""
    shapes, found = site.graph.shapes, None
    value = site.operands[0] if site.operands else None
    shape = shapes.get(value) if value is not None else None
    if site.promised is None or shape is None or shape.rank <= len(site.promised):
        return None
    while value is not None:
        node = site.graph.nodes.get(value.node)
        if node is None or len(node.operands) != 1:
            return found
        value = node.operands[0]
        before = shapes.get(value)
        if isinstance(node.operation, Linear) and before is not None and before.rank > 1:
            found = node, before
    return found
