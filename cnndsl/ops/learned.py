"""A learned number a channel, fixed prototypes, constants."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnndsl.ops import sums
from cnndsl.ops.arguments import Number, Positive
from cnndsl.ops.operation import SLOPE, Cause, Costs, Kept, Misfit, Operation, Weight
from cnndsl.ops.reach import Reads, at_place
from cnndsl.ops.windows import need_rank
from cnndsl.shape import Shape

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape


class Scale(Operation):
    """A learned factor a channel, 1 at the start: ``name: scale`` is a parameter called ``name``.

    ``scale(init=1e-6)`` starts from another number.

    Example:
        >>> scale  # 96x56x56 -> 96x56x56, 96 parameters
    """

    name = "scale"
    initial = SLOPE
    keeps: ClassVar[Kept] = "input"
    elementwise = True

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        if inputs[0].rank == 0:
            raise Misfit(f"{self.name} needs channels, and its input is a scalar", None, "E0411")
        return inputs[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """The parameter itself: C, and 1 for each axis that follows."""
        (x,) = inputs
        axis = x.axes.find("C") if "C" in x.axes else x.rank - 1
        return (Weight("", (x.sizes[axis], *(1 for _ in x.sizes[axis + 1 :]))),)

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """One a value."""
        return Costs(elementwise=output.elements)

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place."""
        return (at_place(output.rank),)


class Shift(Scale):
    """A learned term a channel, 0 at the start: ``name: shift`` is a parameter called ``name``.

    Example:
        >>> shift  # 6x14x14 -> 6x14x14, 6 parameters
    """

    name = "shift"
    keeps = "nothing"


class Rbf(Operation):
    """Radial basis functions: the squared distance of the C features to each of ``units`` prototypes.

    y_i = sum over j of (x_j - w_ij) ** 2 (LeCun et al., 1998, eq. 7). The prototypes are a buffer, not learned;
    they start as random signs, and a picture of each class may be copied into them.

    Example:
        >>> rbf(10)  # 84 -> 10, 0 parameters
    """

    name = "rbf"
    keeps = "input"

    units: Positive

    def infer(self, *inputs: Shape) -> Shape:
        """C becomes ``units``."""
        (x,) = inputs
        need_rank(self.name, x, "C", "put flatten before it")
        return x.resized(self.units)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """The prototypes, a row each."""
        return (Weight("prototypes", (self.units, inputs[0].sizes[0]), buffer=True),)

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """Difference, square and sum for each coordinate of each prototype."""
        return Costs(elementwise=3 * self.units * inputs[0].sizes[0])

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The difference to each prototype, which its square keeps, then the sum."""
        (x,) = inputs
        sizes = (x.batch, self.units, x.sizes[1])
        difference = tape.new(sizes)
        tape.drop(x)
        square = tape.new(sizes)
        tape.keep(difference)
        tape.drop(difference)
        result = tape.new((x.batch, self.units))
        tape.drop(square)
        return result

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """C is ``units``."""
        return (sums.written("units"),)

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """All features."""
        return (at_place(output.rank, 0),)


class Constant(Operation):
    """A map of the same shape in which every value is ``value``.

    Example:
        >>> constant(1)  # 3x32x32 -> 3x32x32
    """

    name = "constant"
    keeps = "nothing"

    value: Number

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        return inputs[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """Nothing is computed."""
        return Costs()

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result, through which no gradient flows."""
        return tape.like(inputs[0])._replace(learning=False)

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """All sizes stay."""
        return sums.all_kept(output)

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """Nothing but the size."""
        return (None,)
