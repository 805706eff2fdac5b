"""What is a gate: values that a squashing function keeps small, moved or averaged at most since."""

from __future__ import annotations

from cnndsl.graph import Step
from cnndsl.lints.kinds import DROPS, MOVES
from cnndsl.lints.subject import Subject

SQUASHING = frozenset(("sigmoid", "hard_sigmoid", "softmax", "tanh", "scaled_tanh"))
_KEPT = frozenset(
    {
        *(*MOVES, *DROPS, "identity", "split", "select", "pad", "center_crop", "upsample", "scale", "shift"),
        *("maxpool", "avgpool", "adaptive_avgpool", "adaptive_maxpool", "global_avgpool", "mean", "sum"),
        *("mul", "add", "sub", "maximum", "concat"),
    }
)
"""What moves, averages or weighs values."""


def gates(subject: Subject) -> set[str]:
    """The names of the steps whose result a squashing function made, only moved and weighed since.

    ``relu6`` of which a constant part is taken is one too: a hard sigmoid that is written out.
    """
    found: set[str] = set()
    for step in subject.steps:
        kind = step.node.kind
        operands = step.operands[:1] if kind in ("upsample", "center_crop") else step.operands
        if (
            kind in SQUASHING
            or (kind in _KEPT and not found.isdisjoint(operands))
            or (kind == "mul" and len(operands) == 1 and subject.by_name[operands[0]].node.kind == "relu6")
        ):
            found.add(step.name)
    return found


def activated(subject: Subject, step: Step, kinds: frozenset[str]) -> bool:
    """Whether one of ``kinds`` made the result of ``step``, moved at most since."""
    while step.node.kind in _KEPT and len(step.operands) == 1:
        (step,) = subject.operands(step)
    return step.node.kind in kinds
