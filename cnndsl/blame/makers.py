"""Where the number of axes is at fault: the step that made it, however far before."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.blame.conflicts import faulty, shapes_at
from cnndsl.blame.walk import back, starts
from cnndsl.diagnostics.diagnostic import Label
from cnndsl.elaborate.origins import head
from cnndsl.ops.operation import Misfit
from cnndsl.passes.provenance.trails import Place
from cnndsl.shape import Shape
from cnndsl.site import Site

_LONGEST = 300
"""No longer way back is followed."""
_CODES = ("E0410", "E0411")


def makers(site: Site) -> Iterator[Label]:
    """The steps that gave the operands as many axes as they have, or these letters; none where that is no matter."""
    shapes = shapes_at(site)
    if shapes is None or not _matters(site, shapes):
        return
    for place in starts(site):
        label, is_input = _maker(place)
        if label is not None and not (is_input and (site.promised is not None or len(shapes) > 1)):
            yield label


def _matters(site: Site, shapes: tuple[Shape, ...]) -> bool:
    if site.promised is not None:
        return len(site.promised) != shapes[0].rank
    if len(shapes) > 1:
        return len({shape.rank for shape in shapes}) > 1
    node = faulty(site)
    try:
        if node is not None and node.operation is not None:
            node.operation.infer(*shapes)
    except Misfit as misfit:
        return misfit.code in _CODES
    return False


def _maker(place: Place | None) -> tuple[Label | None, bool]:
    for _ in range(_LONGEST):
        if place is None:
            break
        node, shape = place.graph[place.value.node], place.graph.shapes[place.value]
        inputs = place.graph.operand_shapes(node)
        if node.operation is None:
            return Label(head(node.span), f"the input is {shape}"), True
        if not inputs:
            break
        if inputs[0].axes != shape.axes:
            return Label(head(node.span), f"{inputs[0]} becomes {shape} here"), False
        place = back(place, node.operands[0])
    return None, False
