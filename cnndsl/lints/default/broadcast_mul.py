"""The rule broadcast-mul."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Fix, Label
from cnndsl.graph import Step
from cnndsl.lints.edits import insertion
from cnndsl.lints.gates import gates
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.shape import Shape


class BroadcastMul(Rule):
    """A product stretches a factor that has fewer axes than the map, and that may not be what was meant.

    A vector of C features times a map of C x H x W is a factor a channel. PyTorch and NumPy align axes from the last
    one: there the same vector is a factor a column, or does not fit. A gate, which comes from a ``sigmoid`` or
    ``softmax``, can only mean the channels, and is not reported unless it is as long as the last axis too.

    Example:
        conv(224, 3x3, padding=1)
        mul {
            identity
            { global_avgpool -> flatten -> linear(224) -> sigmoid }
        }
        conv(10, 1x1)

    Instead:
        conv(224, 3x3, padding=1)
        mul {
            identity
            { global_avgpool -> conv(224, 1x1) -> sigmoid }
        }
        conv(10, 1x1)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Products of a map and of a vector that is no gate, or that fits another axis as well."""
        products = [
            step for step in subject.of("mul") if len({subject.shape(one).rank for one in subject.operands(step)}) > 1
        ]
        gated = gates(subject) if products else set()
        for step in products:
            operands, result = subject.operands(step), subject.shape(step)
            for factor in operands:
                shape = subject.shape(factor)
                if shape.rank < result.rank and (_fits_last(shape, result) or factor.name not in gated):
                    yield self._found(step, factor, shape, result)

    def _found(self, step: Step, factor: Step, shape: Shape, whole: Shape) -> Finding:
        axes = whole.axes[1:]
        message = f"{shape} times {whole} stretches the factor over {' and '.join(axes)}"
        if _fits_last(shape, whole):
            last = axes[-1]
            message = f"{shape} times {whole} is a factor a channel; {last} is {whole.sizes[-1]} too"
        here = step.node.span.source
        labels = (Label(factor.node.span, f"this is {shape}"),) if factor.node.span.source is here else ()
        ones = "x".join([str(whole.sizes[0]), *("1" for _ in axes)])
        help = f"keep the axes, so that the factor is {ones}: `conv(..., 1x1)` in place of flatten and `linear`"
        edits = insertion(factor, f"reshape({ones.replace('x', ', ')})") if factor.node.operation is not None else ()
        fixes = (Fix(f"a factor a channel, {ones}", edits),) if edits else ()
        return Finding(message, step.node.span, labels=labels, help=(help,), fixes=fixes, step=step)


def _fits_last(factor: Shape, whole: Shape) -> bool:
    """Whether PyTorch, which aligns the last axes, would stretch it along another axis."""
    return factor.rank == 1 and whole.sizes[-1] in (1, factor.sizes[0])
