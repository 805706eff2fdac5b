"""The windows of a convolution or a pool, axis by axis, and which positions they read."""

from __future__ import annotations

from math import gcd
from typing import NamedTuple

from cnndsl.graph import Step
from cnndsl.ops.convolution import Conv
from cnndsl.ops.windows import over, sides

SLIDING = ("conv", "conv1d", "maxpool", "avgpool")
"""What has windows; a pool over whole maps has none."""

NOUNS = {"H": "row", "W": "column", "L": "position"}


MOST = 1_000
"""Values of a kernel along an axis that are looked at one by one."""


class Window(NamedTuple):
    """How windows lie along one axis: ``size`` positions, padding ``before`` and ``after`` them.

    ``up``: the last window may begin at any position, so none is left over (``ceil_mode``).
    """

    letter: str
    size: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int
    up: bool

    @property
    def span(self) -> int:
        """How far a window reaches, dilation counted in."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def places(self) -> int:
        """How many windows there are."""
        steps = self.size + self.before + self.after - self.span
        return (-(-steps // self.stride) if self.up else steps // self.stride) + 1

    @property
    def left(self) -> int:
        """How many positions, padding counted in, lie behind the last window, but for those behind every window."""
        behind = (self.size + self.before + self.after - self.span) % self.stride
        return 0 if self.up else max(behind - max(self.stride - self.span, 0), 0)

    @property
    def lost(self) -> int:
        """How many of them are no padding."""
        return min(max(self.left - self.after, 0), self.size)

    @property
    def taps(self) -> int:
        """How many values of a kernel meet the input: the others meet padding wherever the window stands.

        Of more than ``MOST`` values all are taken to.
        """
        return sum(map(self._meets, range(self.kernel))) if self.kernel <= MOST else self.kernel

    def _meets(self, tap: int) -> bool:
        first, last = self.before - tap * self.dilation, self.before - tap * self.dilation + self.size - 1
        return max(-(-first // self.stride), 0) <= min(last // self.stride, self.places - 1)

    @property
    def read(self) -> int:
        """How many positions of every ``stride`` are read."""
        return min(self.kernel, self.stride // gcd(self.stride, self.dilation))


def windows(step: Step) -> tuple[Window, ...]:
    """Those of one of ``SLIDING``, an axis each; nothing of other steps."""
    operation, shapes = step.node.operation, step.graph.operand_shapes(step.node)
    if shapes is None:
        return ()
    x, ceil = shapes[0], False
    if isinstance(operation, Conv):
        kernel, stride, dilation = operation.kernel_size, operation.stride, operation.dilation
        spread = operation.spread(x)
    elif step.node.kind in ("maxpool", "avgpool"):
        from cnndsl.ops.pooling import AvgPool, MaxPool  # 3 ms that a network without pools need not spend

        if not isinstance(operation, MaxPool | AvgPool):
            return ()
        kernel = over(x, "kernel_size", operation.kernel_size)
        stride = kernel if operation.stride is None else over(x, "stride", operation.stride)
        dilation = over(x, "dilation", operation.dilation) if isinstance(operation, MaxPool) else (1,) * len(kernel)
        spread = sides(over(x, "padding", operation.padding), x.rank - 1)
        ceil = operation.ceil_mode
    else:
        return ()
    axes = zip(x.axes[1:], x.sizes[1:], kernel, stride, dilation, spread, strict=True)
    return tuple(Window(letter, size, k, s, d, before, after, ceil) for letter, size, k, s, d, (before, after) in axes)


def spoken(axes: list[tuple[str, int, int]]) -> str:
    """``2 of 100 rows and 1 of 90 columns are``, of the letter of an axis, a number and the size."""
    text = " and ".join(f"{number} of {size} {NOUNS.get(letter, letter)}s" for letter, number, size in axes)
    return f"{text} {'is' if [number for _, number, _ in axes] == [1] else 'are'}"
