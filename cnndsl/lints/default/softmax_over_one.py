"""The rule softmax-over-one."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Fix, Label
from cnndsl.graph import Step
from cnndsl.lints.edits import replacement
from cnndsl.lints.kinds import DROPS, MOVES, POINTWISE
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.ops.axes import locate

_WIDE = frozenset({"linear", "conv", "conv1d", "conv_transpose", "conv_transpose1d"})


class SoftmaxOverOne(Rule):
    """A softmax along an axis of one value gives 1, whatever it reads.

    It divides by the sum of one number. Nothing before it is ever trained. Two classes need two scores, or one score
    and a sigmoid.

    Example:
        global_avgpool -> flatten -> linear(1) -> softmax

    Instead:
        global_avgpool -> flatten -> linear(1) -> sigmoid
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Softmax along an axis of size 1."""
        for step in subject.of("softmax", "log_softmax"):
            shape = subject.shape(step)
            axis = locate(shape, getattr(step.node.operation, "dim", 1), "dim")
            if shape.sizes[axis] != 1:
                continue
            letter = shape.axes[axis]
            along = f"along {letter}, which is 1" if letter != "?" else "along an axis of 1"
            result = "0" if step.node.kind == "log_softmax" else "1"
            wide = subject.source(step, MOVES | DROPS | POINTWISE)
            fixes = (Fix("make it a sigmoid", replacement(step, "sigmoid")),) if step.node.kind == "softmax" else ()
            yield Finding(
                f"{step.node.kind} of {shape} {along}: every result is {result}",
                step.node.span,
                labels=(_because(wide),) if wide is not None and wide.node.kind in _WIDE and axis == 0 else (),
                help=("two classes need two scores, or one and a sigmoid",),
                fixes=fixes,
                step=step,
            )


def _because(wide: Step) -> Label:
    return Label(wide.node.span, "C becomes 1 here")
