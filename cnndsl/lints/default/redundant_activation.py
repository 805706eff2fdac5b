"""The rule redundant-activation."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Fix, Label
from cnndsl.graph import Step
from cnndsl.lints.edits import removal
from cnndsl.lints.kinds import RECTIFIERS
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.signs import Signs, is_redundant
from cnndsl.lints.subject import Subject

_FAR = 100
_KINDS = ("relu", "relu6", "leaky_relu", "prelu", "elu")


class RedundantActivation(Rule):
    """An activation reads values that it leaves as they are.

    A ReLU of what is not negative changes nothing: after another ReLU, a sigmoid or a softmax, through pooling,
    flattening, dropout, a concatenation or a sum of such values. Mostly another activation or a norm between the two
    was meant. A line of a loop or a block is found where this is true of all its uses.

    Example:
        conv(64, 3x3, padding=1) -> relu -> maxpool(2x2) -> relu

    Instead:
        conv(64, 3x3, padding=1) -> relu -> maxpool(2x2)
    """

    least = "line"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Rectifiers of values that are known not to be negative."""
        signs = Signs(subject)
        for step in subject.of(*_KINDS):
            if not is_redundant(step, signs.of(step.operands[0])):
                continue
            kind, cause = step.node.kind, _cause(subject, step, signs)
            what = "none is negative" if kind != "relu6" else "all are from 0 to 6"
            yield Finding(
                f"{kind} leaves these values as they are: {what}",
                step.node.span,
                labels=(Label(cause.node.span, _because(cause)),),
                help=(f"leave the {kind} out",),
                fixes=(Fix(f"leave the {kind} out", removal(step), safe=True),),
                step=step,
            )


def _cause(subject: Subject, step: Step, signs: Signs) -> Step:
    """The step by which the values came to be so: what it reads itself is not, or is of several."""
    found = subject.by_name[step.operands[0]]
    for _ in range(_FAR):
        if len(found.operands) != 1 or not signs.of(found.operands[0]).positive or found.node.kind in RECTIFIERS:
            break
        found = subject.by_name[found.operands[0]]
    return found


def _because(step: Step) -> str:
    if len(step.operands) > 1:
        return "nothing that is joined here is negative"
    return f"{step.node.kind} gives nothing negative"
