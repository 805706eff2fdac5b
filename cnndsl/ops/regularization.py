"""What acts only in training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnndsl.ops import windows
from cnndsl.ops.arguments import DropMode, Probability
from cnndsl.ops.operation import Costs, Operation, Weight
from cnndsl.ops.reach import Reads, at_place
from cnndsl.shape import Shape

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape


class Dropout(Operation):
    """In training, sets each value to 0 with probability ``p`` and divides the rest by 1 - p; else nothing.

    Example:
        >>> dropout(0.5)  # 4096 -> 4096
    """

    name = "dropout"
    keeps = "nothing"
    view = True
    elementwise = True

    p: Probability = 0.5

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        return inputs[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """Nothing in inference."""
        return Costs()

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place."""
        return (at_place(output.rank),)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """In training the result and a mask; else the input itself."""
        (x,) = inputs
        if not tape.training or self.p == 0:
            return tape.view(x)
        tape.aside(*self.mask(tape, x))
        return tape.like(x)

    def mask(self, tape: Tape, x: Array) -> tuple[int, int]:
        """How many values the mask has, and the bytes of each."""
        return (1, tape.width) if self.p == 1 else (x.elements, 1 if tape.fused else tape.width)


class Dropout2d(Dropout):
    """Dropout of whole channels of C x H x W (Tompson et al., 2015).

    Example:
        >>> dropout2d(0.2)  # 64x28x28 -> 64x28x28
    """

    name = "dropout2d"

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        windows.need_rank(self.name, inputs[0], "CHW")
        return inputs[0]

    def mask(self, tape: Tape, x: Array) -> tuple[int, int]:
        """A value a channel."""
        return 1 if self.p == 1 else x.batch * x.sizes[1], tape.width


class StochasticDepth(Dropout):
    """Dropout of the whole flow, to be written at the end of a residual branch (Huang et al., 2016).

    In training, each image of the batch ("row") or all of them ("batch") become 0 with probability ``p``; the rest
    is divided by 1 - p.

    Example:
        >>> stochastic_depth(0.1)  # 96x56x56 -> 96x56x56
    """

    name = "stochastic_depth"

    p: Probability
    mode: DropMode = "row"

    def mask(self, tape: Tape, x: Array) -> tuple[int, int]:
        """A value an image, or one."""
        return x.batch if self.mode == "row" else 1, tape.width
