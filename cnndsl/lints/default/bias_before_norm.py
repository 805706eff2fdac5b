"""The rule bias-before-norm."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Fix, Label
from cnndsl.lints.edits import argument
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject

_NORMS = {"bn": "batch norm", "instance_norm": "instance norm"}


class BiasBeforeNorm(Rule):
    """A layer has a bias, and the batch norm that alone reads it takes it away again.

    A batch norm subtracts the mean of each channel, a constant in it included, and adds a bias of its own: that of the
    layer before it never learns anything, costs a parameter a channel, and an addition a value. An instance norm does
    the same. Group and layer norm take their mean over several channels and keep something of a bias.

    Published weights may have these biases all the same, as those of VGG with batch norm do: without them the names in
    a checkpoint are others.

    Example:
        conv(64, 3x3, padding=1) -> bn

    Instead:
        conv(64, 3x3, padding=1, bias=false) -> bn
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Layers with a bias whose one reader is a norm over each channel."""
        for step in subject.of("conv", "conv1d", "conv_transpose", "conv_transpose1d", "linear"):
            if not getattr(step.node.operation, "bias", False):
                continue
            reader = subject.reader(step)
            if reader is None or reader.node.kind not in _NORMS or subject.shares(step):
                continue
            shape = subject.shape(step)
            if step.node.kind == "linear" and shape.rank > 1:
                continue
            norm = _NORMS[reader.node.kind]
            yield Finding(
                f"the {norm} after it takes the bias of these {shape.channels} channels away again",
                subject.argument(step, "bias"),
                labels=(Label(reader.node.span, "subtracts the mean of each channel"),),
                help=("write `bias=false`",),
                fixes=(Fix("write `bias=false`", argument(step, "bias", "false")),),
                step=step,
            )
