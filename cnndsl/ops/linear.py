"""Matrix products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnndsl.ops import sums
from cnndsl.ops.arguments import Positive
from cnndsl.ops.operation import MATRIX, Cause, Costs, Misfit, Operation, Weight
from cnndsl.ops.reach import Reads, at_place
from cnndsl.ops.windows import need_size
from cnndsl.shape import SPATIAL, Shape

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape


class Linear(Operation):
    """Matrix product along the last axis, plus a bias: y = x W^T + b.

    The last axis must hold features: over positions (H, W, L) it is an error, and ``flatten`` comes first.

    Example:
        >>> linear(1000)  # 2048 -> 1000, 2,049,000 parameters, 2,048,000 MACs
    """

    name = "linear"
    keeps = "input"
    initial = MATRIX

    out_features: Positive
    bias: bool = True
    in_features: Positive | None = None

    def infer(self, *inputs: Shape) -> Shape:
        """The last axis becomes ``out_features``."""
        (x,) = inputs
        if x.rank == 0:
            raise Misfit("linear needs an axis of features, and its input is a scalar", None, "E0411")
        if x.axes[-1] in SPATIAL:
            wanted = "features" if self.in_features is None else f"the {self.in_features} features that are written"
            axis = f"{x.axes[-1]}: {x.sizes[-1]} position{'s' if x.sizes[-1] > 1 else ''}"
            why = f"linear acts on the last axis, and that of {x} is {axis}, not {wanted}"
            raise Misfit(why, None, "E0408", f"flatten first, to {x.elements} features")
        need_size("in_features", self.in_features, x.sizes[-1], "features")
        return x.resized(*x.sizes[:-1], self.out_features)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """A row for each output feature; a bias each."""
        weight = Weight("weight", (self.out_features, inputs[0].sizes[-1]))
        return (weight, Weight("bias", (self.out_features,))) if self.bias else (weight,)

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """A row for each value of the result."""
        return Costs(macs=output.elements * inputs[0].sizes[-1], bias=output.elements if self.bias else 0)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The product with all rows at once, a copy of them where that needs one; then its bias is a step apart."""
        (x,) = inputs
        sizes, copied = (x.batch, *output.sizes), not x.contiguous and len(x.sizes) > 2
        rows = tape.reshape(x, (x.elements // x.sizes[-1], x.sizes[-1])) if len(x.sizes) > 2 else tape.view(x)
        result = tape.new(sizes)
        tape.keep(rows)
        tape.drop(rows)
        if self.bias and copied:
            product, result = result, tape.new(sizes)
            tape.drop(product)
        return result

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """The last axis is ``out_features``; the others stay."""
        return (*sums.all_kept(output)[:-1], sums.written("out_features"))

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place, and all along the last axis."""
        return (at_place(output.rank, output.rank - 1),)
