"""The rule norm-on-1x1."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject


class NormOn1x1(Rule):
    """A batch norm works on a map of one position.

    Each channel is a single value an image there, so in training its mean and deviation are those of the batch alone:
    a noisy estimate with few images, and with one image an error in PyTorch ("expected more than 1 value per
    channel"), as users of DeepLab's pooled branch know. Where the map becomes larger with a larger input, the input
    is too small for this network. (The same is true of a batch norm behind ``linear``, where batches are large as a
    rule.)

    Example:
        conv(64, 3x3, padding=1, bias=false) -> bn -> relu
        global_avgpool -> conv(64, 1x1, bias=false) -> bn -> relu
        flatten -> linear(10)

    Instead:
        conv(64, 3x3, padding=1, bias=false) -> bn -> relu
        global_avgpool -> conv(64, 1x1) -> relu
        flatten -> linear(10)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Batch norms whose input has axes of positions, each of size 1."""
        for step in subject.of("bn"):
            shape = subject.shape(step)
            if shape.rank > 1 and shape.elements == shape.sizes[0]:
                message = f"bn of {shape} has one value a channel and image to take a mean of"
                help = "leave it out, or normalise the channels: `layer_norm`; in training it fails with a single image"
                yield Finding(message, step.node.span, help=(help,), step=step)
