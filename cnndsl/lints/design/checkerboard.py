"""The rule checkerboard."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.ops.transposed import ConvTranspose


class Checkerboard(Rule):
    """The stride of a transposed convolution does not divide its kernel, so that some positions are written more often.

    Where kernels overlap they add up. With a kernel of 3 and a stride of 2 every second position gets two values and
    the others one, and in two dimensions one, two or four: a pattern of squares that the network has to learn away
    (Odena et al., "Deconvolution and Checkerboard Artifacts", 2016). A kernel that is a multiple of the stride, or
    resizing and a convolution, writes all positions alike.

    Example:
        conv_transpose(32, 3x3, stride=2, padding=1, output_padding=1)
        relu -> conv(3, 1x1)

    Instead:
        conv_transpose(32, 4x4, stride=2, padding=1)
        relu -> conv(3, 1x1)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Transposed convolutions with kernels that overlap unevenly along an axis."""
        for step in subject.of("conv_transpose", "conv_transpose1d"):
            operation = step.node.operation
            if not isinstance(operation, ConvTranspose):
                continue
            axes = zip(operation.kernel_size, operation.stride, operation.dilation, strict=True)
            for kernel, stride, dilation in axes:
                often = _often(kernel, stride, dilation)
                if len(often) > 1:
                    spread = f" and a dilation of {dilation}" if dilation > 1 else ""
                    message = f"a kernel of {kernel} with a stride of {stride}{spread} writes a position"
                    message += f" {' or '.join(map(str, often))} times in turn"
                    even = (
                        f"write a kernel of {-(-kernel // stride) * stride}, or " if gcd(stride, dilation) == 1 else ""
                    )
                    help = f"{even}resize and then convolve"
                    yield Finding(message, subject.argument(step, "kernel_size"), help=(help,), step=step)
                    break


def _often(kernel: int, stride: int, dilation: int) -> list[int]:
    """How many values of a kernel are written to a position, of all positions."""
    reached = stride // gcd(stride, dilation)
    times, rest = divmod(kernel, reached)
    return sorted({times, times + (rest > 0), times if reached == stride else 0})
