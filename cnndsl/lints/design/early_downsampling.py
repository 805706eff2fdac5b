"""The rule early-downsampling."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Label
from cnndsl.graph import Step
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.ops.convolution import Conv
from cnndsl.ops.windows import by
from cnndsl.shape import SPATIAL
from cnndsl.trace import Value

_FACTOR = 8
"""How much smaller than the image a map may be before a second convolution looks at it."""
_SMALL = 64
"""Positions of an image of which half of that is too much."""


class EarlyDownsampling(Rule):
    """The map that the second convolution reads is an eighth of the image; a quarter, where the image is small.

    Detail that the first layers drop is lost to all others. Zeiler & Fergus (2013) saw aliasing behind AlexNet's first
    convolution, halved its stride, and it classified better; SqueezeNet (Iandola et al., 2016)
    downsamples late for the same reason. Stems made for 224x224, such as ResNet's, leave 8x8 of an image of 32x32. Only
    convolutions that see more than one position are counted.

    Example:
        network example {
            input image: [3, H=32, W=32]
            conv(64, 7x7, stride=2, padding=3) -> relu -> maxpool(2x2)
            conv(128, 3x3, padding=1) -> relu
            global_avgpool -> flatten -> linear(10)
        }

    Instead:
        network example {
            input image: [3, H=32, W=32]
            conv(64, 3x3, padding=1) -> relu
            conv(128, 3x3, padding=1) -> relu
            global_avgpool -> flatten -> linear(10)
        }
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """The first convolution behind another that reads a map so much smaller than the image."""
        behind: dict[str, tuple[int, Step]] = {}
        for step in subject.steps:
            count, first = max(
                (behind[name] for name in step.operands if name in behind), default=(0, step), key=_count
            )
            sees = isinstance(step.node.operation, Conv) and max(step.node.operation.kernel_size) > 1
            if sees and count == 1 and (factor := _factor(subject, step)) is not None:
                yield self._found(subject, first, step, factor)
                return
            if sees or count:
                behind[step.name] = (count + sees, first)

    def _found(self, subject: Subject, first: Step, second: Step, factor: int) -> Finding:
        (x,) = (subject.shape(one) for one in subject.operands(second))
        image = subject.graph.shapes[Value(subject.graph.inputs[0])]
        part = {4: "a quarter", 8: "an eighth"}.get(factor, f"1/{factor}")
        message = f"the second convolution reads {by(x.sizes[1:])} of {by(image.sizes[1:])}, {part} of each side"
        span = subject.argument(first, "stride")
        here = second.node.span.source is span.source
        labels = (Label(second.node.span, f"this reads {x}"),) if here else ()
        return Finding(message, span, labels=labels, help=("use smaller strides, or pool later",), step=first)


def _count(behind: tuple[int, Step]) -> int:
    return behind[0]


def _factor(subject: Subject, step: Step) -> int | None:
    """How much smaller than the image the map is that it reads; None where that is not much."""
    image = subject.graph.shapes[Value(subject.graph.inputs[0])]
    (x,) = (subject.shape(one) for one in subject.operands(step))
    pairs = [
        (image.sizes[image.axes.index(axis)], x.sizes[x.axes.index(axis)])
        for axis in SPATIAL
        if axis in image.axes and axis in x.axes
    ]
    if not pairs:
        return None
    factor = min(round(size / left) for size, left in pairs)
    least = _FACTOR if min(size for size, _ in pairs) > _SMALL else _FACTOR // 2
    return factor if factor >= least else None
