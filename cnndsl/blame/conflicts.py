"""Which sizes are in conflict at a site, and what each would have to be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from cnndsl.graph import Condition, Node
from cnndsl.ops.operation import Misfit
from cnndsl.shape import SPATIAL, Shape
from cnndsl.site import Site

WRITTEN = {"in_channels": 0, "num_features": 0, "in_features": -1}
"""Fields that say once more what flows in, and of which axis."""


class Conflict(NamedTuple):
    """An axis of an operand whose size does not fit; ``wanted``: the one that would, where there is one."""

    slot: int
    axis: int
    size: int
    wanted: int | None = None


def faulty(site: Site) -> Node | None:
    """The node of the step that does not fit."""
    if site.call is None:
        return None
    nodes = (node for node in site.graph if node.span == site.span and node.operands == site.operands)
    return next(nodes, None)


def precondition(site: Site) -> Condition | None:
    """The precondition that does not hold at a site."""
    if site.call is not None or site.promised is not None:
        return None
    return next((one for one in site.graph.conditions if one.span == site.span), None)


def shapes_at(site: Site) -> tuple[Shape, ...] | None:
    """The shapes of the operands; None where one is unknown."""
    found = [site.graph.shapes.get(value) for value in site.operands if value is not None]
    known = tuple(shape for shape in found if shape is not None)
    return known if known and len(known) == len(site.operands) else None


def conflicts(site: Site) -> tuple[Conflict, ...]:
    """The sizes that do not fit; none where it is the number of axes, or an argument alone."""
    shapes = shapes_at(site)
    if shapes is None:
        return ()
    first = shapes[0]
    if site.promised is not None:
        return _promised(first, site.promised)
    node = faulty(site)
    if node is None or node.operation is None:
        return tuple(_named(site, shapes)) if site.call is None else ()
    if len(shapes) > 1:
        return _apart(shapes, node.operation.name)
    try:
        node.operation.infer(*shapes)
    except Misfit as misfit:
        return _of(misfit, first, node)
    return _channels(first) if site.field is None else ()  # a shared instance, or a value of another type


def _promised(shape: Shape, promised: tuple[int | None, ...]) -> tuple[Conflict, ...]:
    if shape.rank != len(promised):
        return ()
    pairs = enumerate(zip(shape.sizes, promised, strict=True))
    return tuple(Conflict(0, axis, size, wanted) for axis, (size, wanted) in pairs if wanted not in (None, size))


def _apart(shapes: tuple[Shape, ...], join: str) -> tuple[Conflict, ...]:
    """Where branches differ; one that most of them share is wanted of the others."""
    if len({shape.rank for shape in shapes}) > 1:
        return ()
    joined = shapes[0].axes.find("C") if join == "concat" else -1
    found = []
    columns = list(enumerate(zip(*(shape.sizes for shape in shapes), strict=True)))
    gated = join == "mul" and any(len(set(sizes)) > 1 and 1 not in sizes for _, sizes in columns)
    for axis, sizes in columns:
        if axis == joined or len(set(sizes)) == 1 or (gated and 1 in sizes):
            continue
        ((usual, count),) = Counter(sizes).most_common(1)
        for slot, size in enumerate(sizes):
            other = usual if size != usual else next(one for one in sizes if one != usual)
            if size != usual or count * 2 <= len(sizes):
                found.append(Conflict(slot, axis, size, other))
            elif slot == sizes.index(usual):
                found.append(Conflict(slot, axis, size))
    return tuple(found)


def _of(misfit: Misfit, x: Shape, node: Node) -> tuple[Conflict, ...]:
    if misfit.code == "E0405" and misfit.argument in WRITTEN:
        axis = WRITTEN[misfit.argument] % x.rank
        return (Conflict(0, axis, x.sizes[axis], getattr(node.operation, misfit.argument)),)
    if misfit.code == "E0404":
        return _channels(x)
    if misfit.code == "E0406" and hasattr(node.operation, "ceil_mode"):
        return ()
    if misfit.code in ("E0402", "E0403", "E0406", "E0412"):
        return tuple(one for one in _all(x) if x.axes[one.axis] in SPATIAL) or _all(x)
    if misfit.code == "E0409":
        return _product(x, getattr(node.operation, "sizes", (-1,)))
    return ()


def _channels(x: Shape) -> tuple[Conflict, ...]:
    axis = max(x.axes.find("C"), 0)
    return (Conflict(0, axis, x.sizes[axis]),)


def _product(x: Shape, sizes: tuple[int, ...]) -> tuple[Conflict, ...]:
    """Each axis alone could make the number of values the one that is written."""
    wanted = 0 if -1 in sizes else prod(sizes)
    others = (x.elements // size for size in x.sizes)
    pairs = enumerate(zip(x.sizes, others, strict=True))
    return tuple(
        Conflict(0, axis, size, wanted // other if wanted and not wanted % other else None)
        for axis, (size, other) in pairs
    )


_ASKED = re.compile(r"\b(in|it)\.(channels|height|width|length)\b")
_LETTERS = {"channels": "C", "height": "H", "width": "W", "length": "L"}


def _named(site: Site, shapes: tuple[Shape, ...]) -> Iterator[Conflict]:
    """The sizes that a precondition speaks of."""
    asked = {_LETTERS[name] for _, name in _ASKED.findall(site.span.text)}
    for slot, shape in enumerate(shapes):
        for axis, (size, letter) in enumerate(zip(shape.sizes, shape.axes, strict=True)):
            if not asked or letter in asked:
                yield Conflict(slot, axis, size)


def _all(x: Shape) -> tuple[Conflict, ...]:
    return tuple(Conflict(0, axis, size) for axis, size in enumerate(x.sizes))
