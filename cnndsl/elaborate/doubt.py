"""What is known of a result behind a fault: enough to find the next fault, not enough to complain of what follows.

A step that does not fit leaves its result in doubt. Two shapes stand for it, made as the text may have been meant;
what they have in common is known. A misfit further on counts where both run into the same one, word by word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cnndsl.ops.operation import REQUIRED, Misfit, Operation
from cnndsl.shape import SPATIAL, Shape

Shapes = tuple[Shape, ...]

_PLENTY = (5_040, 10_080)
"""Sizes that windows fit in and most factors divide, for what may be any."""
_RETRIES = 3
"""So many things may be wrong with one step."""


class Doubt(NamedTuple):
    """Two shapes that a value may have."""

    one: Shape
    other: Shape

    def size(self, axis: str) -> int | None:
        """The size of the axis with this name, where both have the same."""
        size = self.one.size(axis)
        return size if size == self.other.size(axis) else None


def settled(one: Shape | None, other: Shape | None) -> Shape | Doubt | None:
    """What is known of a value that has one of these shapes; nothing where their axes are others."""
    if one is None or other is None or one.rank != other.rank:
        return None
    return one if one == other else Doubt(one, other)


class Result(NamedTuple):
    """What a step gives, and why it does not fit; ``follows``: because of a fault before it."""

    shape: Shape | Doubt | None
    misfit: Misfit | None = None
    follows: bool = False


def inferred(operation: Operation, operands: Sequence[Shape | Doubt]) -> Result:
    """The shape of a result, or what is known of it where the operands do not fit or are in doubt."""
    if not any(isinstance(shape, Doubt) for shape in operands):
        found = _tried(operation, tuple(operands))  # type: ignore[arg-type]
        return Result(settled(*found.shapes), found.misfit)
    worlds = [
        tuple(getattr(shape, side) if isinstance(shape, Doubt) else shape for shape in operands)
        for side in Doubt._fields
    ]
    one, other = (_tried(operation, shapes) for shapes in worlds)
    shape = settled(one.shapes[0], other.shapes[1])
    if one.misfit is None or other.misfit is None:
        return Result(shape)
    if one.misfit.why == other.misfit.why:
        return Result(shape, one.misfit)
    certain = _certain(operation, operands)
    return Result(shape, certain or one.misfit, follows=certain is None)


class _Hidden(int):
    """A size that nobody knows."""

    def __str__(self) -> str:
        return "?"


def _certain(operation: Operation, operands: Sequence[Shape | Doubt]) -> Misfit | None:
    """The misfit that does not depend on what is in doubt, its text without it; None where it does."""
    known = tuple(_hidden(shape) if isinstance(shape, Doubt) else shape for shape in operands)
    try:
        operation.infer(*known)
    except Misfit as misfit:
        facts = misfit.why.rpartition(": ")[2].split(", ")
        differs = misfit.code == "E0401" and any(" and " in fact and "?" not in fact for fact in facts)
        if differs or misfit.code in ("E0408", "E0411"):
            return Misfit(misfit.why, misfit.argument, misfit.code)
    return None


def _hidden(doubt: Doubt) -> Shape:
    sizes = zip(doubt.one.sizes, doubt.other.sizes, strict=True)
    return doubt.one.resized(*(one if one == other else _Hidden(one) for one, other in sizes))


def adrift(operation: Operation, operands: Sequence[Shape | Doubt]) -> Shape | Doubt | None:
    """What is known of the result where an argument was left out, since it cannot be: no positions.

    Nothing, where the argument may have been the one that says which axes there are.
    """
    if len(operands) == 1 and inferred(operation, operands).shape == operands[0]:
        return operands[0]
    if "kernel_size" not in operation.signature:
        return None
    shapes = tuple(shape.one if isinstance(shape, Doubt) else shape for shape in operands)
    one, other = (_tried(*world) for world in _wide(operation, Misfit(""), shapes))
    return settled(one.shapes[0], other.shapes[1])


class _Tried(NamedTuple):
    shapes: tuple[Shape | None, Shape | None]
    misfit: Misfit | None = None


def _tried(operation: Operation, shapes: Shapes) -> _Tried:
    try:
        shape = operation.infer(*shapes)
    except Misfit as misfit:
        return _Tried(_recovered(operation, misfit, shapes), misfit)
    return _Tried((shape, shape))


World = tuple[Operation, Shapes]


def _recovered(
    operation: Operation, misfit: Misfit, shapes: Shapes, retries: int = _RETRIES
) -> tuple[Shape | None, Shape | None]:
    """Two results that the author may have meant; None where nothing is known."""
    rule = _RULES.get(misfit.code)
    worlds = rule(operation, misfit, shapes) if rule is not None else None
    if worlds is None or not retries:
        return None, None
    found: list[Shape | None] = []
    for side, (other, changed) in enumerate(worlds):
        try:
            found.append(other.infer(*changed))
        except Misfit as further:
            found.append(_recovered(other, further, changed, retries - 1)[side])
    return found[0], found[1]


def _without(operation: Operation, field: str | None) -> Operation:
    """The same with the default of a field."""
    parameter = operation.signature.get(field) if field is not None else None
    if parameter is None or parameter.default is REQUIRED:
        return operation
    return type(operation)(**{**operation.__dict__, parameter.name: parameter.default})


def _wide(operation: Operation, misfit: Misfit, shapes: Shapes) -> tuple[World, World]:
    """On a map of any size, the argument at fault left out."""
    plain = _without(operation, misfit.argument)

    def on(size: int) -> World:
        return plain, tuple(
            shape.resized(
                *(size if axis in SPATIAL else own for own, axis in zip(shape.sizes, shape.axes, strict=True))
            )
            for shape in shapes
        )

    return on(_PLENTY[0]), on(_PLENTY[1])


def _divided(operation: Operation, misfit: Misfit, shapes: Shapes) -> tuple[World, World]:
    """Without groups, and with other channels."""
    plain = _without(operation, misfit.argument)
    if plain == operation:
        (x,) = shapes
        one, other = (x.resized(size, *x.sizes[1:]) for size in _PLENTY)
        return (plain, (one,)), (plain, (other,))
    if getattr(operation, "out_channels", 0) % getattr(operation, "groups", 1):
        return (plain, shapes), (type(plain)(**{**plain.__dict__, "out_channels": _PLENTY[0]}), shapes)
    return (plain, shapes), (plain, shapes)


def _written(operation: Operation, misfit: Misfit, shapes: Shapes) -> tuple[World, World] | None:
    """With the size that there is, and with the one that is written."""
    (x,) = shapes
    size = getattr(operation, misfit.argument, None) if misfit.argument is not None else None
    if not isinstance(size, int):
        return None
    plain = _without(operation, misfit.argument)
    if misfit.argument == "in_features" and x.rank > 1 and size == x.elements:
        return _flat(operation, misfit, shapes)
    sizes = (*x.sizes[:-1], size) if misfit.argument == "in_features" else (size, *x.sizes[1:])
    return (plain, shapes), (plain, (x.resized(*sizes),))


def _flat(operation: Operation, misfit: Misfit, shapes: Shapes) -> tuple[World, World]:
    """On the map as one axis."""
    world = (_without(operation, "in_features"), (Shape.of(shapes[0].elements),))
    return world, world


def _joined(operation: Operation, misfit: Misfit, shapes: Shapes) -> tuple[World, World] | None:
    """As if all operands were like the first, and like the one that differs from it."""
    first = shapes[0]
    other = next((shape for shape in shapes if shape.sizes != first.sizes), first)
    if operation.name == "mul":
        whole = max(shapes, key=lambda shape: (shape.rank, shape.elements))
        apart = next((shape for shape in shapes if shape.rank == whole.rank and 1 not in shape.sizes), whole)
        return (operation, (whole,)), (operation, (apart,))
    if any(shape.rank != first.rank for shape in shapes):
        return None
    if operation.name == "concat":
        axis = first.axes.find("C")
        return tuple(  # type: ignore[return-value]
            (operation, tuple(one.resized(*(_at(axis, like, one))) for one in shapes)) for like in (first, other)
        )
    return (operation, (first, first)), (operation, (other, other))


def _at(axis: int, like: Shape, own: Shape) -> tuple[int, ...]:
    return (*like.sizes[:axis], own.sizes[axis], *like.sizes[axis + 1 :])


def _same(operation: Operation, misfit: Misfit, shapes: Shapes) -> tuple[World, World] | None:
    """As a step that changes no size."""
    from cnndsl import ops

    identity = ops.find("identity")
    return None if identity is None else ((identity(), shapes), (identity(), shapes))


def _filled(operation: Operation, misfit: Misfit, shapes: Shapes) -> tuple[World, World] | None:
    """The axes that are written, and the first of them as the number of values wants it."""
    sizes: tuple[int, ...] = getattr(operation, "sizes", (-1,))
    if operation.name != "reshape" or -1 in sizes:
        return None
    one = Shape.of(*sizes)
    rest = one.elements // sizes[0]
    other = Shape.of(shapes[0].elements // rest or 1, *sizes[1:])
    identity = _same(operation, misfit, (one,))
    return None if identity is None else (identity[0], (identity[1][0], (other,)))


_RULES: dict[str, Callable[[Operation, Misfit, Shapes], tuple[World, World] | None]] = {
    "E0401": _joined,
    "E0402": _wide,
    "E0403": _wide,
    "E0404": _divided,
    "E0405": _written,
    "E0406": _wide,
    "E0407": _wide,
    "E0408": _flat,
    "E0409": _filled,
    "E0412": _same,
}
