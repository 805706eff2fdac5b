"""What moves values without changing them."""

from __future__ import annotations

from cnndsl.ops.arguments import Axis
from cnndsl.ops.axes import locate
from cnndsl.ops.operation import Costs, Misfit, Operation, Weight
from cnndsl.shape import SPATIAL, Shape


class Shaping(Operation):
    """What all of them share: nothing is learned, nothing is computed."""

    keeps = "nothing"
    view = True

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """Nothing."""
        return Costs()


class Identity(Shaping):
    """The flow itself."""

    name = "identity"
    elementwise = True

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        return inputs[0]


class Flatten(Shaping):
    """Merges the axes from ``start_dim`` to ``end_dim`` into one: C x H x W becomes C' = C * H * W.

    Axes are letters, or numbers as PyTorch counts them: the batch is 0, C is 1.
    """

    name = "flatten"

    start_dim: Axis = 1
    end_dim: Axis = -1

    def infer(self, *inputs: Shape) -> Shape:
        """One axis in place of several: L where all of them are positions, else C."""
        (x,) = inputs
        if x.rank == 0:
            raise Misfit("flatten needs an axis, and its input is a scalar", None, "E0411")
        start, end = locate(x, self.start_dim, "start_dim"), locate(x, self.end_dim, "end_dim")
        if start > end:
            why = f"end_dim {self.end_dim} of {x} comes before start_dim {self.start_dim}"
            raise Misfit(why, "end_dim", "E0410")
        if start == end:
            return x
        merged = x.axes[start : end + 1]
        letter = "L" if all(axis in SPATIAL for axis in merged) else "C"
        count = Shape(x.sizes[start : end + 1], merged).elements
        sizes = (*x.sizes[:start], count, *x.sizes[end + 1 :])
        return Shape(sizes, x.axes[:start] + letter + x.axes[end + 1 :])
