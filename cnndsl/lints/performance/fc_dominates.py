"""The rule fc-dominates."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.graph import Step
from cnndsl.lints.kinds import DROPS, POINTWISE
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.shape import Shape

_IN_PLACE = POINTWISE.union(DROPS, ("bn", "layer_norm", "identity"))


class FcDominates(Rule):
    """A linear layer on a flattened map holds more than half of the parameters of a network.

    It has a weight for every value of the map and every feature: 102,760,448 of the 138 million of VGG-16. They cost
    memory and invite overfitting, and fix the size of the input. Averaging each map first leaves a feature a channel
    (Lin et al., "Network In Network", 2013), as all later classifiers do.

    Example:
        conv(64, 7x7, stride=4, padding=3) -> relu -> maxpool(4x4)
        flatten -> linear(512) -> relu -> linear(10)

    Instead:
        conv(64, 7x7, stride=4, padding=3) -> relu -> maxpool(4x4)
        global_avgpool -> flatten -> linear(512) -> relu -> linear(10)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Linear layers behind a flattened map of several positions."""
        flat = [(step, shape) for step in subject.of("linear") if (shape := _flattened(subject, step)) is not None]
        if not flat:
            return
        from cnndsl.passes.costs import count, totals

        table = count(subject.graph)
        every = totals(subject.graph, table).params
        for step, shape in flat:
            own = table[step.graph][step.node.name].params
            if 2 * own > every:
                message = f"{own:,} of {every:,} parameters are in this layer, which reads {shape} flattened"
                help = "average each map first: `global_avgpool -> flatten`"
                yield Finding(message, step.node.span, help=(help,), step=step)


def _flattened(subject: Subject, step: Step) -> Shape | None:
    """The map of several positions that was flattened for it; None where it reads something else."""
    source = subject.source(step, _IN_PLACE)
    if source is None or source.node.kind not in ("flatten", "reshape"):
        return None
    shape = subject.shape(subject.operands(source)[0])
    return shape if shape.rank > 1 and shape.elements > shape.sizes[0] else None
