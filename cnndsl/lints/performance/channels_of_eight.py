"""The rule channels-of-eight."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Fix
from cnndsl.lints.edits import argument
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import LAYERS, Subject


class ChannelsOfEight(Rule):
    """A layer gives a number of channels or features that is no multiple of 8, and another layer reads them.

    Matrix units work on tiles of eight 16-bit values at least: NVIDIA's guide to convolutional layers asks for channels
    in multiples of 8, better of 64. Other numbers are padded, or leave the unit to slower kernels, so that 60 channels
    can take longer than 64. What a network gives in the end, such as a number of classes, is not reported, nor is a
    depthwise convolution, which has the channels it is given.

    Example:
        conv(60, 3x3, padding=1) -> relu -> conv(64, 3x3) -> relu
        conv(10, 1x1)

    Instead:
        conv(64, 3x3, padding=1) -> relu -> conv(64, 3x3) -> relu
        conv(10, 1x1)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Layers on which other layers depend, with another number."""
        read: set[str] = set()
        for step in reversed(subject.steps):
            if step.node.kind in LAYERS or step.name in read:
                read.update(step.operands)
        for step in subject.of(*LAYERS):
            field = "out_features" if step.node.kind == "linear" else "out_channels"
            width = getattr(step.node.operation, field)
            if width % 8 == 0 or step.name not in read or getattr(step.node.operation, "groups", 1) == width > 1:
                continue
            near = max(8, (width + 4) // 8 * 8)
            span = subject.argument(step, field)
            noun = field.removeprefix("out_")
            message = f"{width} {noun} are no multiple of 8; the nearest is {near}"
            edits = argument(step, field, str(near)) if span.text.isdigit() else ()
            fixes = (Fix(f"{near} {noun}", edits),) if edits else ()
            yield Finding(message, span, fixes=fixes, step=step)
