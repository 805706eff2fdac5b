"""Sums and means along axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnndsl.ops import sums
from cnndsl.ops.arguments import Axes
from cnndsl.ops.axes import locate_all
from cnndsl.ops.operation import Cause, Costs, Operation, Weight
from cnndsl.ops.reach import SAME, Along, Reads
from cnndsl.shape import Shape

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape


class Mean(Operation):
    """The mean along axes: their letters, or their number or numbers as PyTorch counts them (C is 1).

    The axes disappear, or with ``keepdim=true`` become 1.

    Example:
        >>> mean("HW")  # 2048x7x7 -> 2048
        >>> mean("C", keepdim=true)  # 64x56x56 -> 1x56x56
    """

    name = "mean"
    keeps = "nothing"

    dim: Axes
    keepdim: bool = False

    def infer(self, *inputs: Shape) -> Shape:
        """The other axes."""
        (x,) = inputs
        gone = locate_all(x, self.dim, "dim")
        if self.keepdim:
            return x.resized(*(1 if axis in gone else size for axis, size in enumerate(x.sizes)))
        kept = [axis for axis in range(x.rank) if axis not in gone]
        return Shape(tuple(x.sizes[axis] for axis in kept), "".join(x.axes[axis] for axis in kept))

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """One for each value of the input."""
        return Costs(elementwise=inputs[0].elements)

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """The axes that stay; with ``keepdim`` the others are 1."""
        gone = locate_all(inputs[0], self.dim, "dim")
        axes = [axis for axis in range(inputs[0].rank) if self.keepdim or axis not in gone]
        return tuple(sums.written("dim") if axis in gone else sums.kept(axis) for axis in axes)

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """All along the axes, and the same place of the others."""
        x = inputs[0]
        gone = locate_all(x, self.dim, "dim")
        left = [axis for axis in range(x.rank) if self.keepdim or axis not in gone]
        return (tuple(Along(None, None) if axis in gone else Along(left.index(axis), SAME) for axis in range(x.rank)),)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result."""
        return tape.new((inputs[0].batch, *output.sizes))


class Sum(Mean):
    """The sum along axes, which are written as for ``mean``.

    Example:
        >>> sum("C", keepdim=true)  # 84 -> 1
    """

    name = "sum"
