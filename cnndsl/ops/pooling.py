"""Pooling over windows, adaptive windows and whole maps."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnndsl.ops import sums, windows
from cnndsl.ops.arguments import Positive, Window, WindowMargin
from cnndsl.ops.operation import Cause, Costs, Misfit, Operation, Weight
from cnndsl.ops.reach import SAME, Along, Reads, parts
from cnndsl.shape import Shape

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape


class MaxPool(Operation):
    """The largest value of each window, on C x H x W, C x L or C x D x H x W.

    Along each axis: (size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1, rounded down, or up with
    ``ceil_mode`` (but no window begins beyond the input). Without ``stride`` the windows touch.

    Example:
        >>> maxpool(3x3, stride=2, padding=1)  # 64x112x112 -> 64x56x56
        >>> maxpool(2)  # 16x100 -> 16x50
    """

    name = "maxpool"
    keeps = "input"

    kernel_size: Window
    stride: Window | None = None
    padding: WindowMargin = 0
    dilation: Window = 1
    ceil_mode: bool = False

    def infer(self, *inputs: Shape) -> Shape:
        """C stays; the window slides over the rest."""
        return pooled(self, inputs[0], windows.over(inputs[0], "dilation", self.dilation))

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """A window of positions."""
        return (covered(self, inputs[0], windows.over(inputs[0], "dilation", self.dilation)),)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """A window for each value of the result."""
        return Costs(pooling=output.elements * prod(windows.over(inputs[0], "kernel_size", self.kernel_size)))

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """C stays; the places of the window along the rest."""
        return counted(self, inputs[0], output, windows.over(inputs[0], "dilation", self.dilation))

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result, and where each of its values came from."""
        return largest(tape, inputs[0], output)


class AvgPool(Operation):
    """The average of each window, on C x H x W, C x L or C x D x H x W; sizes as ``maxpool``.

    Padding counts as zeros, unless ``count_include_pad=false``. ``divisor_override`` divides the sum in its place.

    Example:
        >>> avgpool(2x2)  # 6x28x28 -> 6x14x14
    """

    name = "avgpool"
    keeps = "input"

    kernel_size: Window
    stride: Window | None = None
    padding: WindowMargin = 0
    ceil_mode: bool = False
    count_include_pad: bool = True
    divisor_override: Positive | None = None

    def infer(self, *inputs: Shape) -> Shape:
        """C stays; the window slides over the rest."""
        (x,) = inputs
        if self.divisor_override is not None and x.rank == 2:
            why = f"divisor_override needs an input of CxHxW or CxDxHxW, and this one is {x}"
            raise Misfit(why, "divisor_override", "E0411")
        return pooled(self, x, (1,) * (x.rank - 1))

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """A window of positions."""
        return (covered(self, inputs[0], (1,) * (output.rank - 1)),)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """A window for each value of the result."""
        return Costs(pooling=output.elements * prod(windows.over(inputs[0], "kernel_size", self.kernel_size)))

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """C stays; the places of the window along the rest."""
        return counted(self, inputs[0], output, (1,) * (output.rank - 1))

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result."""
        tape.keep(inputs[0])
        return tape.pool(inputs[0], (inputs[0].batch, *output.sizes))


class AdaptiveAvgPool(Operation):
    """The average of windows chosen so that H and W (or L; or D, H and W) become ``output_size``, whatever they were.

    Window i of n runs from i * size / n, rounded down, to (i + 1) * size / n, rounded up.

    Example:
        >>> adaptive_avgpool(7x7)  # 512x14x10 -> 512x7x7
    """

    name = "adaptive_avgpool"
    keeps = "input"

    output_size: Window

    def infer(self, *inputs: Shape) -> Shape:
        """C stays; the rest becomes ``output_size``."""
        (x,) = inputs
        windows.need_map(self.name, x)
        return x.resized(x.sizes[0], *windows.over(x, "output_size", self.output_size))

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """One for each value of the input."""
        return Costs(pooling=inputs[0].elements)

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """C stays; the rest is ``output_size``."""
        return sums.along_positions((sums.kept(0), *(sums.written("output_size") for _ in output.sizes[1:])))

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """A part of the positions for each."""
        reaches = map(parts, inputs[0].sizes[1:], output.sizes[1:])
        return ((Along(0, SAME), *(Along(axis, reach) for axis, reach in enumerate(reaches, 1))),)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result; over whole maps it is a mean, which keeps nothing."""
        if prod(output.sizes[1:]) > 1:
            tape.keep(inputs[0])
        return tape.pool(inputs[0], (inputs[0].batch, *output.sizes))


class AdaptiveMaxPool(AdaptiveAvgPool):
    """The largest value of windows chosen so that H and W (or L; or D, H and W) become ``output_size``.

    The windows are those of ``adaptive_avgpool``.

    Example:
        >>> adaptive_maxpool(1)  # 512x14x10 -> 512x1x1
    """

    name = "adaptive_maxpool"

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result, and where each of its values came from."""
        return largest(tape, inputs[0], output)


class GlobalAvgPool(Operation):
    """The average of each channel over all positions; H and W (or L; or D, H and W) become 1, and ``flatten`` follows.

    Example:
        >>> global_avgpool  # 2048x7x7 -> 2048x1x1
    """

    name = "global_avgpool"
    keeps = "nothing"

    def infer(self, *inputs: Shape) -> Shape:
        """C stays; the rest becomes 1."""
        (x,) = inputs
        windows.need_map(self.name, x)
        return x.resized(x.sizes[0], *(1,) * (x.rank - 1))

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """One for each value of the input."""
        return Costs(pooling=inputs[0].elements)

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """C stays; the rest is 1, whatever it was."""
        return (sums.kept(0), *(sums.written() for _ in output.sizes[1:]))

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """All positions."""
        return ((Along(0, SAME), *(Along(None, None) for _ in output.sizes[1:])),)


def covered(pool: MaxPool | AvgPool, x: Shape, dilation: tuple[int, ...]) -> Reads:
    """What the windows of a pool read."""
    kernel = windows.over(x, "kernel_size", pool.kernel_size)
    stride = kernel if pool.stride is None else windows.over(x, "stride", pool.stride)
    _, *slid = windows.slid(windows.spans(kernel, dilation), stride, windows.over(x, "padding", pool.padding))
    return (Along(0, SAME), *slid)


def counted(pool: MaxPool | AvgPool, x: Shape, output: Shape, dilation: tuple[int, ...]) -> tuple[Cause, ...]:
    """Why the axes after a pool over windows have their sizes."""
    kernel = windows.over(x, "kernel_size", pool.kernel_size)
    stride = None if pool.stride is None else windows.over(x, "stride", pool.stride)
    padding = windows.over(x, "padding", pool.padding)
    found = [sums.kept(0)]
    for axis, (size, result) in enumerate(zip(x.sizes[1:], output.sizes[1:], strict=True), 1):
        step = None if stride is None else stride[axis - 1]
        window = sums.Window(kernel[axis - 1], step, 2 * padding[axis - 1], dilation[axis - 1])
        found.append(sums.slid(axis, size, window, result, up=pool.ceil_mode))
    return sums.along_positions(found)


INDEX = 8
"""Bytes of the place of a value."""


def largest(tape: Tape, x: Array, output: Shape) -> Array:
    """The result of a pool that picks values; their places are kept with the input."""
    result = tape.pool(x, (x.batch, *output.sizes))
    tape.keep(x)
    tape.aside(result.elements, INDEX)
    return result


def pooled(pool: MaxPool | AvgPool, x: Shape, dilation: tuple[int, ...]) -> Shape:
    """The shape after a pool over windows; raises ``Misfit``."""
    windows.need_map(pool.name, x)
    sizes = x.sizes[1:]
    kernel = windows.over(x, "kernel_size", pool.kernel_size)
    stride = kernel if pool.stride is None else windows.over(x, "stride", pool.stride)
    padding = windows.over(x, "padding", pool.padding)
    reach = windows.spans(kernel, dilation)
    if any(pad > size // 2 for pad, size in zip(padding, kernel, strict=True)):
        why = f"padding {windows.by(padding)} is more than half of {windows.spoken(kernel, 'window')}"
        raise Misfit(why, "padding", "E0406", f"write at most {windows.by(tuple(size // 2 for size in kernel))}")
    spread = tuple((pad, pad) for pad in padding)
    found = []
    for size, span, step, pad in zip(sizes, reach, stride, padding, strict=True):
        if pool.ceil_mode:  # rounded up, but the last window begins before the padding at the end
            found.append(-(-(size + min(2 * pad + step - span, pad)) // step))
        else:
            found.append(windows.places(size, span, step, (pad, pad)))
    if not pool.ceil_mode or any(count < 1 for count in found):
        windows.check_fit(sizes, kernel, dilation, spread, "window")
    return x.resized(x.sizes[0], *found)
