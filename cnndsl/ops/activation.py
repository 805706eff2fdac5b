"""Activations: one value in, one value out; softmax along an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnndsl.ops import sums
from cnndsl.ops.arguments import Approximation, Axis, Positive
from cnndsl.ops.axes import locate
from cnndsl.ops.operation import SLOPE, Cause, Costs, Kept, Misfit, Operation, Weight
from cnndsl.ops.reach import Reads, at_place
from cnndsl.shape import Shape

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape


class Activation(Operation):
    """What all activations share: the shape stays, one operation a value."""

    keeps: ClassVar[Kept] = "input"
    elementwise = True

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        return inputs[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """One a value."""
        return Costs(activation=output.elements)

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place."""
        return (at_place(output.rank),)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """As ``keeps`` says; in place, one that needs its input has it for a result, or in a copy."""
        if not tape.overwrites:
            return super().allocate(tape, inputs, output)
        if tape.training and self.copies:
            tape.aside(inputs[0].elements)
        elif tape.training:
            tape.keep(inputs[0])
        return tape.view(inputs[0])


class Relu(Activation):
    """Rectified linear unit: max(0, x).

    Example:
        >>> relu  # 64x56x56 -> 64x56x56
    """

    name = "relu"
    keeps = "output"
    overwrites = True


class Relu6(Activation):
    """Rectified linear unit with a ceiling: min(max(0, x), 6).

    Example:
        >>> relu6  # 32x112x112 -> 32x112x112
    """

    name = "relu6"
    overwrites = copies = True


class LeakyRelu(Activation):
    """x where it is positive, ``negative_slope`` * x elsewhere.

    Example:
        >>> leaky_relu(0.1)  # 64x56x56 -> 64x56x56
    """

    name = "leaky_relu"
    overwrites = True

    negative_slope: float = 0.01


class Prelu(Activation):
    """Leaky ReLU with a learned slope (0.25 at the start): one for all, or one a channel (He et al., 2015).

    Example:
        >>> prelu(64)  # 64x56x56 -> 64x56x56, 64 parameters
    """

    name = "prelu"
    initial = SLOPE

    num_parameters: Positive = 1

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input, whose channels must be as many as the slopes."""
        (x,) = inputs
        channels = x.sizes[0] if x.rank else 1
        if self.num_parameters not in (1, channels):
            why = f"num_parameters is {self.num_parameters}, and the input has {channels} channels"
            raise Misfit(why, "num_parameters", "E0405", f"write 1 or {channels}")
        return x

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """The slopes."""
        return (Weight("weight", (self.num_parameters,)),)


class Elu(Activation):
    """x where it is positive, ``alpha`` * (exp(x) - 1) elsewhere (Clevert et al., 2015).

    Example:
        >>> elu  # 64x56x56 -> 64x56x56
    """

    name = "elu"
    overwrites = True

    alpha: float = 1.0


class Gelu(Activation):
    """x times the normal distribution function of x; ``approximate="tanh"`` is the usual approximation.

    Example:
        >>> gelu  # 384x14x14 -> 384x14x14
    """

    name = "gelu"

    approximate: Approximation = "none"


class Silu(Activation):
    """x * sigmoid(x), also called swish.

    Example:
        >>> silu  # 32x56x56 -> 32x56x56
    """

    name = "silu"
    overwrites = copies = True


class Mish(Activation):
    """x * tanh(softplus(x)) (Misra, 2019).

    Example:
        >>> mish  # 32x56x56 -> 32x56x56
    """

    name = "mish"
    overwrites = copies = True


class Sigmoid(Activation):
    """1 / (1 + exp(-x)).

    Example:
        >>> sigmoid  # 64x1x1 -> 64x1x1
    """

    name = "sigmoid"
    keeps = "output"


class Tanh(Activation):
    """Hyperbolic tangent.

    Example:
        >>> tanh  # 84 -> 84
    """

    name = "tanh"
    keeps = "output"


class ScaledTanh(Activation):
    """a * tanh(b * x), with a = 1.7159 and b = 2/3 (LeCun et al., 1998, eq. 6).

    Example:
        >>> scaled_tanh  # 6x28x28 -> 6x28x28
    """

    name = "scaled_tanh"
    keeps = "output"

    a: float = 1.7159
    b: float = 2 / 3

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """Two products around the hyperbolic tangent, which is what it keeps."""
        within = tape.like(inputs[0])
        tape.drop(inputs[0])
        curve = tape.like(within)
        tape.keep(curve)
        tape.drop(within)
        result = tape.like(curve)
        tape.drop(curve)
        return result


class HardSigmoid(Activation):
    """min(max(x / 6 + 1/2, 0), 1): a sigmoid of straight lines.

    Example:
        >>> hard_sigmoid  # 64x1x1 -> 64x1x1
    """

    name = "hard_sigmoid"
    overwrites = copies = True


class HardSwish(Activation):
    """x * hard_sigmoid(x) (Howard et al., 2019).

    Example:
        >>> hard_swish  # 16x112x112 -> 16x112x112
    """

    name = "hard_swish"
    overwrites = copies = True


class Softmax(Activation):
    """exp(x), divided by its sum along an axis (C, unless ``dim`` says another).

    Example:
        >>> softmax  # 1000 -> 1000
    """

    name = "softmax"
    keeps = "output"
    elementwise = False

    dim: Axis = 1

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input, which must have the axis."""
        locate(inputs[0], self.dim, "dim")
        return inputs[0]

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """Exponent, sum and division."""
        return Costs(activation=3 * output.elements)

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """All sizes stay."""
        return sums.all_kept(output)

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place, and all along the axis."""
        return (at_place(output.rank, locate(output, self.dim, "dim")),)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result, which it keeps."""
        result = tape.new(inputs[0].sizes)
        tape.keep(result)
        return result


class LogSoftmax(Softmax):
    """The logarithm of ``softmax``.

    Example:
        >>> log_softmax(dim="C")  # 21x32x32 -> 21x32x32
    """

    name = "log_softmax"
