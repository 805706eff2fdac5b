"""The rule stride-skips-input."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.lints.windows import SLIDING, windows
from cnndsl.ops.windows import by


class StrideSkipsInput(Rule):
    """A stride is larger than its kernel, so that positions between the windows are never read.

    A 1x1 convolution with stride 2 reads one position of four and throws the others away: three quarters of what was
    computed before it. The shortcuts of ResNet do so; averaging first, as in ResNet-D, reads everything and is more
    accurate (He et al., "Bag of Tricks", 2019, Figure 2). A dilated kernel whose steps the stride repeats does it too.

    Example:
        conv(16, 3x3, padding=1) -> relu
        conv(32, 1x1, stride=2) -> relu -> conv(10, 1x1)

    Instead:
        conv(16, 3x3, padding=1) -> relu -> avgpool(2x2)
        conv(32, 1x1) -> relu -> conv(10, 1x1)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Windows that leave positions between them out."""
        for step in subject.of(*SLIDING):
            axes = [axis for axis in windows(step) if axis.places > 1]
            read, every = prod(axis.read for axis in axes), prod(axis.stride for axis in axes)
            if read < every:
                kernel, stride = (by(tuple(sizes)) for sizes in zip(*((a.kernel, a.stride) for a in axes), strict=True))
                message = f"a kernel of {kernel} with a stride of {stride} reads {read} of every {every} positions"
                yield Finding(message, subject.argument(step, "stride"), step=step)
