"""The rule dropout-before-maxpool."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from cnndsl.diagnostics.diagnostic import Fix, Label
from cnndsl.graph import Step
from cnndsl.lints.edits import exchange
from cnndsl.lints.kinds import POINTWISE
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.ops.windows import over


class DropoutBeforeMaxpool(Rule):
    """A max pool takes the largest of values that a dropout has thinned out.

    A window loses its result only where all its values are dropped: of 2x2 windows at a rate of 0.5 that is one in
    sixteen. What is left is a random one of the larger values, scaled up, in training, and always the largest, not
    scaled, in inference. Behind the pool dropout does what its rate says. (Wu & Gu, 2015, "Towards Dropout Training
    for Convolutional Neural Networks", use this on purpose, with another rule of pooling in inference.)

    Example:
        conv(64, 3x3, padding=1) -> relu -> dropout(0.5) -> maxpool(2x2)

    Instead:
        conv(64, 3x3, padding=1) -> relu -> maxpool(2x2) -> dropout(0.5)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Dropouts of single values with nothing but activations between them and a max pool."""
        for pool in subject.of("maxpool", "adaptive_maxpool"):
            step = subject.source(pool, POINTWISE)
            rate = float(getattr(step.node.operation, "p", 0)) if step is not None else 0
            if step is None or step.node.kind != "dropout" or not rate:
                continue
            yield Finding(
                _claim(pool, rate),
                step.node.span,
                labels=(Label(pool.node.span, "takes the largest of what is left"),),
                help=("put the dropout behind the pool",),
                fixes=(Fix("put the dropout behind the pool", exchange(step, pool)),),
                step=step,
            )


def _claim(pool: Step, rate: float) -> str:
    shapes, kernel = pool.graph.operand_shapes(pool.node), getattr(pool.node.operation, "kernel_size", None)
    if shapes is None or kernel is None:
        return f"a maximum is taken of values of which {rate:.0%} are dropped: what is dropped is hardly missed"
    window = over(shapes[0], "kernel_size", kernel)
    emptied = rate ** prod(window)
    windows = f"{'x'.join(map(str, window))} windows"
    return f"{rate:.0%} of the values are dropped, but all of them in only {100 * emptied:.2g}% of the {windows}"
