"""Transposed convolutions."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, ClassVar

from cnndsl.ops import sums, windows
from cnndsl.ops.arguments import Margin, Pair, Positive, Single, SingleMargin, Triple, TripleMargin
from cnndsl.ops.convolution import check_groups
from cnndsl.ops.operation import MATRIX, Cause, Costs, Misfit, Operation, Weight
from cnndsl.ops.reach import Along, Reads, written
from cnndsl.shape import Shape

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape


class ConvTranspose(Operation):
    """Transposed convolution of C x H x W: the gradient of ``conv`` with respect to its input.

    Each value of the input writes a kernel, times itself, into the result; where they overlap, they add up. Along
    each axis: (size - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1.
    ``output_padding``, smaller than stride or dilation, picks one of the sizes from which ``conv`` would come here.

    Example:
        >>> conv_transpose(64, 2x2, stride=2)  # 128x28x28 -> 64x56x56, 32,832 parameters, 25,690,112 MACs
    """

    name = "conv_transpose"
    keeps = "input"
    initial = MATRIX
    axes: ClassVar[str] = "CHW"
    """The axes of its input."""

    out_channels: Positive
    kernel_size: Pair
    stride: Pair = (1, 1)
    padding: Margin = (0, 0)
    output_padding: Margin = (0, 0)
    groups: Positive = 1
    bias: bool = True
    dilation: Pair = (1, 1)
    in_channels: Positive | None = None

    def infer(self, *inputs: Shape) -> Shape:
        """C becomes ``out_channels``; the rest grows."""
        (x,) = inputs
        windows.need_rank(self.name, x, self.axes)
        channels, *sizes = x.sizes
        windows.need_size("in_channels", self.in_channels, channels)
        check_groups(self.groups, channels, self.out_channels)
        found = []
        for index, size in enumerate(sizes):
            stride, dilation, extra = self.stride[index], self.dilation[index], self.output_padding[index]
            if extra >= max(stride, dilation):
                why = f"output_padding is {extra}; it must be below the stride, {stride}, or the dilation, {dilation}"
                raise Misfit(why, "output_padding", "E0407")
            span = dilation * (self.kernel_size[index] - 1) + 1
            found.append((size - 1) * stride - 2 * self.padding[index] + span + extra)
        if any(size < 1 for size in found):
            why = f"padding {windows.by(self.padding)} leaves a result of {windows.by(tuple(found))}"
            raise Misfit(why, "padding", "E0403", "it takes away from the result: write less")
        return Shape((self.out_channels, *found), self.axes)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """A kernel for each input channel, over the output channels of its group; a bias for each output channel."""
        weight = Weight("weight", (inputs[0].sizes[0], self.out_channels // self.groups, *self.kernel_size))
        return (weight, Weight("bias", (self.out_channels,))) if self.bias else (weight,)

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """A kernel for each value of the input."""
        macs = inputs[0].elements * (self.out_channels // self.groups) * prod(self.kernel_size)
        return Costs(macs=macs, bias=output.elements if self.bias else 0)

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """C is ``out_channels``; how far the kernels of all positions reach along the rest."""
        found = [sums.written("out_channels")]
        for axis, (size, result) in enumerate(zip(inputs[0].sizes[1:], output.sizes[1:], strict=True), 1):
            kernel, stride, dilation = (field[axis - 1] for field in (self.kernel_size, self.stride, self.dilation))
            window = sums.Window(kernel, stride, 2 * self.padding[axis - 1], dilation)
            found.append(sums.spread(axis, size, window, self.output_padding[axis - 1], result))
        return sums.along_positions(found)

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The positions whose kernels cover it, and channels."""
        reaches = map(written, self.kernel_size, self.stride, self.dilation, self.padding)
        return ((Along(0, None), *(Along(axis, reach) for axis, reach in enumerate(reaches, 1))),)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result."""
        result = tape.new((inputs[0].batch, *output.sizes))
        tape.keep(inputs[0])
        return result


class ConvTranspose1d(ConvTranspose):
    """Transposed convolution of C x L: ``conv_transpose`` along one axis.

    Example:
        >>> conv_transpose1d(32, 4, stride=2, padding=1)  # 64x100 -> 32x200, 8,224 parameters
    """

    name = "conv_transpose1d"
    axes = "CL"

    kernel_size: Single
    stride: Single = (1,)
    padding: SingleMargin = (0,)
    output_padding: SingleMargin = (0,)
    dilation: Single = (1,)


class ConvTranspose3d(ConvTranspose):
    """Transposed convolution of C x D x H x W: ``conv_transpose`` along three axes.

    Example:
        >>> conv_transpose3d(32, 2x2x2, stride=2)  # 64x8x14x14 -> 32x16x28x28, 16,416 parameters
    """

    name = "conv_transpose3d"
    axes = "CDHW"

    kernel_size: Triple
    stride: Triple = (1, 1, 1)
    padding: TripleMargin = (0, 0, 0)
    output_padding: TripleMargin = (0, 0, 0)
    dilation: Triple = (1, 1, 1)
