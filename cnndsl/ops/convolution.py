"""Convolutions."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, ClassVar

from cnndsl.ops import sums, windows
from cnndsl.ops.arguments import Padding, PaddingMode, Pair, Positive, Single, SinglePadding, Triple, TriplePadding
from cnndsl.ops.operation import MATRIX, Cause, Costs, Misfit, Operation, Weight
from cnndsl.ops.reach import Reads
from cnndsl.shape import Shape

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape


class Conv(Operation):
    """Convolution of C x H x W with learned kernels.

    Each output channel is the sum over the input channels of its group of the map convolved with a kernel, plus a
    bias. Along each axis: (size + padding - dilation * (kernel_size - 1) - 1) / stride + 1, rounded down.
    ``padding`` is one number, (H, W), the four sides [left, right, top, bottom], or "same": H and W become
    size / stride, rounded up, and an odd value goes after.

    Example:
        >>> conv(64, 7x7, stride=2, padding=3)  # 3x224x224 -> 64x112x112, 9,472 parameters, 118,013,952 MACs
        >>> conv(128, 3x3, padding="same", groups=128, bias=false)  # 128x28x28 -> 128x28x28, 1,152 parameters
    """

    name = "conv"
    keeps = "input"
    initial = MATRIX
    axes: ClassVar[str] = "CHW"
    """The axes of its input."""

    out_channels: Positive
    kernel_size: Pair
    stride: Pair = (1, 1)
    padding: Padding = (0, 0)
    dilation: Pair = (1, 1)
    groups: Positive = 1
    bias: bool = True
    padding_mode: PaddingMode = "zeros"
    in_channels: Positive | None = None

    def infer(self, *inputs: Shape) -> Shape:
        """C becomes ``out_channels``; the window slides over the rest."""
        (x,) = inputs
        other = _TAKES.get(x.rank, "") if x.rank != len(self.axes) else ""
        windows.need_rank(self.name, x, self.axes, other)
        channels, *rest = x.sizes
        sizes = tuple(rest)
        windows.need_size("in_channels", self.in_channels, channels)
        check_groups(self.groups, channels, self.out_channels)
        spread = self.spread(x)
        if self.padding_mode != "zeros":
            windows.check_padding_mode(self.padding_mode, sizes, spread)
        swapped = self.out_channels == channels and self.groups == 1 and min(self.kernel_size) >= _HUGE
        help = "the channels that come in are never written" if swapped else ""
        windows.check_fit(sizes, self.kernel_size, self.dilation, spread, help=help)
        if self.padding == "same":
            return Shape(
                (self.out_channels, *(-(-size // step) for size, step in zip(sizes, self.stride, strict=True))),
                self.axes,
            )
        reach = windows.spans(self.kernel_size, self.dilation)
        return Shape((self.out_channels, *map(windows.places, sizes, reach, self.stride, spread)), self.axes)

    def spread(self, x: Shape) -> windows.Spread:
        """The padding of each spatial axis of ``x``, before and after."""
        if self.padding == "same":
            return windows.same(x.sizes[1:], self.kernel_size, self.stride, self.dilation)
        return windows.sides(self.padding, x.rank - 1)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """A kernel for each output channel, over the input channels of its group; a bias each."""
        weight = Weight("weight", (self.out_channels, inputs[0].sizes[0] // self.groups, *self.kernel_size))
        return (weight, Weight("bias", (self.out_channels,))) if self.bias else (weight,)

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """A kernel for each value of the result."""
        macs = output.elements * (inputs[0].sizes[0] // self.groups) * prod(self.kernel_size)
        return Costs(macs=macs, bias=output.elements if self.bias else 0)

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """C is ``out_channels``; the places of the window along the rest."""
        (x,) = inputs
        found = [sums.written("out_channels")]
        for axis, (size, result) in enumerate(zip(x.sizes[1:], output.sizes[1:], strict=True), 1):
            kernel, stride, dilation = (field[axis - 1] for field in (self.kernel_size, self.stride, self.dilation))
            if self.padding == "same":
                found.append(sums.divided(axis, size, stride, result, ("stride", "padding")))
            else:
                window = sums.Window(kernel, stride, sum(self.spread(x)[axis - 1]), dilation)
                found.append(sums.slid(axis, size, window, result))
        return sums.along_positions(found)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result, from a map with the border around it where the convolution itself does not pad."""
        (x,) = inputs
        spread = self.spread(tape.shapes[0])
        plain = self.padding_mode == "zeros" and all(before == after for before, after in spread)
        outside = len(self.padding) > x.rank - 2 if self.padding != "same" else max(self.stride) > 1
        sizes = (x.batch, *output.sizes)
        if plain and not outside:
            tape.keep(x)
            return tape.new(sizes)
        if self.padding == "same" and not outside and self.padding_mode == "zeros":
            spread = tuple((0, after - before) for before, after in spread)
        around = tape.border(x, spread, self.padding_mode)
        if outside:
            tape.drop(x)
        result = tape.new(sizes)
        tape.keep(around)
        tape.drop(around)
        return result

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """A window of positions, and channels."""
        spans = windows.spans(self.kernel_size, self.dilation)
        before = [pads[0] for pads in self.spread(inputs[0])]
        return (windows.slid(spans, self.stride, before),)


class Conv1d(Conv):
    """Convolution of C x L with learned kernels: ``conv`` along one axis.

    ``padding`` is one number, the sides [left, right], or "same".

    Example:
        >>> conv1d(32, 5, padding=2)  # 16x100 -> 32x100, 2,592 parameters, 256,000 MACs
    """

    name = "conv1d"
    axes = "CL"

    kernel_size: Single
    stride: Single = (1,)
    padding: SinglePadding = (0,)
    dilation: Single = (1,)


class Conv3d(Conv):
    """Convolution of C x D x H x W (a volume, a clip) with learned kernels: ``conv`` along three axes.

    ``padding`` is one number, (D, H, W), the six sides [left, right, top, bottom, front, back], or "same".

    Example:
        >>> conv3d(64, 3x3x3, padding=1)  # 3x16x112x112 -> 64x16x112x112, 5,248 parameters, 1,040,449,536 MACs
    """

    name = "conv3d"
    axes = "CDHW"

    kernel_size: Triple
    stride: Triple = (1, 1, 1)
    padding: TriplePadding = (0, 0, 0)
    dilation: Triple = (1, 1, 1)


_HUGE = 16
"""So large a kernel was meant as a number of channels, where the number before it is that of the input."""
_TAKES = {2: "conv1d takes CxL", 3: "conv takes CxHxW", 4: "conv3d takes CxDxHxW"}


def check_groups(groups: int, channels: int, out_channels: int) -> None:
    """Raise ``Misfit`` where the channels cannot be grouped."""
    if channels % groups:
        raise Misfit(f"groups {groups} does not divide {channels} input channels", "groups", "E0404")
    if out_channels % groups:
        raise Misfit(f"groups {groups} does not divide {out_channels} output channels", "groups", "E0404")
