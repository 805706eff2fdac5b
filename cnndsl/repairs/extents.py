"""Heights and widths: how an enlargement gets those that are wanted further on, and what a border does to them."""

from __future__ import annotations

from cnndsl.ops.operation import Operation
from cnndsl.repairs.case import Case
from cnndsl.shape import Shape

Extent = tuple[int, ...]


def enlargements(case: Case, operation: Operation, x: Shape | None) -> dict[str, list[object]]:
    """Values for ``size`` and ``scale_factor`` of an ``upsample`` before a fault."""
    if operation.name != "upsample" or x is None or x.rank < 2:
        return {}
    wanted = _extents(case)
    if operation.__dict__["size"] is not None:
        return {"size": [extent if len(extent) > 1 else extent[0] for extent in wanted if len(extent) == x.rank - 1]}
    if operation.__dict__["scale_factor"] is None:
        return {}
    return {"scale_factor": [factor for extent in wanted if (factor := _factor(x.sizes[1:], extent)) is not None]}


def _extents(case: Case) -> tuple[Extent, ...]:
    """Heights and widths of what is joined, and of what is promised."""
    found = [shape.sizes[1:] for shape in case.inputs if shape is not None and shape.rank > 1]
    promised = [size for size in (case.site.promised or ())[1:] if size is not None]
    return tuple(dict.fromkeys([tuple(promised), *found] if promised else found))


def _factor(sizes: Extent, wanted: Extent) -> int | None:
    """The one whole number by which all sizes grow."""
    if len(sizes) != len(wanted) or any(want % size for size, want in zip(sizes, wanted, strict=True)):
        return None
    factors = {want // size for size, want in zip(sizes, wanted, strict=True)}
    return factors.pop() if len(factors) == 1 and min(factors) > 1 else None


def is_beside(operation: Operation, padding: object, x: Shape | None) -> bool:
    """Whether a window as long as the map along one axis, which takes it whole, would be given a border there."""
    kernel = operation.__dict__["kernel_size"]
    if x is None or not isinstance(kernel, tuple) or len(kernel) != x.rank - 1:
        return False
    border = padding if isinstance(padding, tuple) else (padding,) * len(kernel)
    return any(size == window > 1 and by for window, by, size in zip(kernel, border, x.sizes[1:], strict=True))
