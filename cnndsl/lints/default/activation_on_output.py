"""The rule activation-on-output."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Fix, Label
from cnndsl.graph import Step, origin
from cnndsl.lints.edits import removal
from cnndsl.lints.kinds import DROPS, MOVES, POINTWISE, RECTIFIERS, SQUASHERS
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject

_HIDDEN = POINTWISE - SQUASHERS - {"tanh", "scaled_tanh"}
_CONVOLUTIONS = ("conv", "conv1d", "conv_transpose", "conv_transpose1d")


class ActivationOnOutput(Rule):
    """The scores that a network ends with go through an activation that is meant for hidden layers.

    A ReLU at the end makes every negative score zero: its gradient is gone, a cross-entropy cannot push a wrong class
    below the others, and a regression cannot go below zero. The last linear layer is left as it is, or followed by a
    sigmoid, a tanh or a softmax. Found where the last linear layer is the narrowest layer of a network, so not at
    the features that an encoder gives.

    Example:
        global_avgpool -> flatten -> linear(64) -> relu -> linear(10) -> relu

    Instead:
        global_avgpool -> flatten -> linear(64) -> relu -> linear(10)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Outputs that an activation for hidden layers makes of the narrowest layer."""
        for output in subject.graph.outputs if not subject.applied else ():
            name = origin(subject.graph, output.value)
            step = subject.by_name[name] if name is not None else None
            if step is not None and step.node.kind in DROPS:
                step = subject.source(step, DROPS)
            if step is None or step.node.kind not in _HIDDEN or subject.shape(step).rank != 1:
                continue
            layer = subject.source(step, MOVES | DROPS)
            if layer is None or layer.node.kind != "linear" or not _narrowest(subject, layer):
                continue
            kind, count = step.node.kind, subject.shape(step).sizes[0]
            scores = f"{count} scores" if count > 1 else "one score"
            yield Finding(
                f"{output.name} is what {kind} leaves of {scores}"
                + (": what is negative becomes 0" if kind in RECTIFIERS else ""),
                step.node.span,
                labels=(Label(layer.node.span, "the last layer"),),
                help=(f"leave the {kind} out, or let a sigmoid, tanh or softmax follow",),
                fixes=(Fix(f"leave the {kind} out", removal(step)),),
                step=step,
            )


def _narrowest(subject: Subject, layer: Step) -> bool:
    """Whether it is narrower than all other linear layers; where there are none, than all convolutions."""
    others = [one for one in subject.of("linear") if one.name != layer.name] or subject.of(*_CONVOLUTIONS)
    width = subject.shape(layer).sizes[0]
    return bool(others) and all(subject.shape(one).sizes[0] > width for one in others)
