"""What a fix costs in parameters."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from cnndsl.diagnostics.diagnostic import Edit
from cnndsl.graph import Graph, Node
from cnndsl.ops.operation import Operation
from cnndsl.repairs.rehearsal import WRITTEN
from cnndsl.shape import Shape
from cnndsl.site import Site
from cnndsl.source import Source, Span
from cnndsl.trace import Value

Spot = tuple[str, int]
"""Where a step is written: the name of the file and the place in it."""
Counts = dict[Spot, int | None]
"""Parameters by where the step stands that owns them, all its uses together; None: not known of each."""


def cost(before: Graph, after: Graph, edits: Sequence[Edit], source: Source, site: Site, code: str) -> int:
    """Parameters that a network has more, as far as both sides are known: of steps put in, and of those that change.

    A written size that disagrees counts as what its author meant. A matrix over positions has none.
    """
    old = _counted(before, {}, source, ())
    here = (site.span.source.name, site.span.start)
    if code == "E0411":
        return 0  # what a step would cost that has another number of axes, nobody knows
    if code == "E0408" and "in_features" not in (site.arguments or {}):
        old[here] = 0
    new = _counted(after, {}, source, edits)
    found = 0
    for spot, count in new.items():
        known = old.get(spot, 0)
        if count is not None and known is not None:
            found += count - known
    return found


def _counted(graph: Graph, done: dict[Graph, Counts], source: Source, edits: Sequence[Edit]) -> Counts:
    if graph in done:
        return done[graph]
    counts: Counts = {}
    for node in graph:
        if node.graph is not None:
            for spot, count in _counted(node.graph, done, source, edits).items():
                _add(counts, spot, count)
        elif node.operation is not None:
            spot = _spot(node.span, source, edits)
            _add(counts, spot, _owned(graph, node, node.operation))
    done[graph] = counts
    return counts


def _add(counts: Counts, spot: Spot, count: int | None) -> None:
    known = counts.get(spot, 0)
    counts[spot] = known + count if known is not None and count is not None else None


def _owned(graph: Graph, node: Node, operation: Operation) -> int | None:
    """The parameters of a step; those of one that stands shared in several places count each time."""
    shapes = graph.operand_shapes(node)
    if shapes is None:
        return None
    written = next((size for name in WRITTEN if (size := getattr(operation, name, None)) is not None), None)
    if written is not None and Value(node.name) in graph.shapes:
        shapes = (_meant(shapes[0], operation, written), *shapes[1:])
    try:
        return sum(prod(weight.sizes) for weight in operation.weights(*shapes) if not weight.buffer)
    except (ValueError, ZeroDivisionError):
        return None


def _meant(x: Shape, operation: Operation, written: int) -> Shape:
    sizes = (*x.sizes[:-1], written) if operation.name == "linear" else (written, *x.sizes[1:])
    return x.resized(*sizes)


def _spot(span: Span, source: Source, edits: Sequence[Edit]) -> Spot:
    """The place in the text before ``edits``; -1 - place: it was put in."""
    if span.source is source or span.source.name != source.name:
        return span.source.name, span.start
    moved = 0
    for edit in sorted(edits, key=lambda edit: edit.span.start):
        start = edit.span.start + moved
        if span.start < start:
            break
        inserted = edit.span.start == edit.span.end or edit.text[:1].isalpha()
        if span.start < start + len(edit.text) and inserted:
            return span.source.name, -1 - span.start
        moved += len(edit.text) - (edit.span.end - edit.span.start)
    return span.source.name, span.start - moved
