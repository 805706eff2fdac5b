"""The rule bias-before-norm."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject


class BiasBeforeNorm(Rule):
    """A convolution has a bias, and the batch norm that alone reads it takes it away again.

    A batch norm subtracts the mean of each channel, a constant in it included, and adds a bias of its own: that of the
    convolution learns nothing and costs a parameter a channel and an addition a value.

    Example:
        conv(64, 3x3, padding=1) -> bn

    Instead:
        conv(64, 3x3, padding=1, bias=false) -> bn
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Convolutions with a bias whose one reader is a batch norm."""
        for step in subject.of("conv", "conv1d", "conv_transpose", "conv_transpose1d", "linear"):
            operation = step.node.operation
            reader = subject.reader(step)
            if reader is None or reader.node.kind != "bn" or not getattr(operation, "bias", False):
                continue
            message = f"the batch norm that follows takes the bias of {subject.shape(step).channels} channels away"
            yield Finding(message, step.node.span, step=step)
