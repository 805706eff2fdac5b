"""What is a gate: values that a squashing function keeps small, moved or averaged at most since."""

from __future__ import annotations

from cnndsl.graph import Step
from cnndsl.lints.subject import Subject

SQUASHING = frozenset(("sigmoid", "hard_sigmoid", "softmax", "tanh", "scaled_tanh"))
_KEPT = frozenset(
    (
        *(
            "identity",
            "flatten",
            "unflatten",
            "reshape",
            "permute",
            "split",
            "select",
            "pad",
            "center_crop",
            "upsample",
        ),
        *("dropout", "dropout2d", "stochastic_depth", "maxpool", "avgpool", "adaptive_avgpool", "adaptive_maxpool"),
        *("global_avgpool", "mean", "sum", "scale", "shift", "mul", "add", "sub", "maximum", "concat"),
    )
)
"""What moves, averages or weighs values."""


def gated(subject: Subject, step: Step) -> bool:
    """Whether the result of ``step`` comes from a squashing function, and only moved and weighed since.

    ``relu6`` of which a constant part is taken is one too: a hard sigmoid that is written out.
    """
    pending, seen = [step], set[str]()
    while pending:
        current = pending.pop()
        kind = current.node.kind
        if kind in SQUASHING:
            return True
        if kind not in _KEPT or current.name in seen:
            continue
        seen.add(current.name)
        operands = subject.operands(current)
        if kind == "mul" and len(operands) == 1 and operands[0].node.kind == "relu6":
            return True
        pending.extend(operands[:1] if kind in ("upsample", "center_crop") else operands)
    return False


def activated(subject: Subject, step: Step, kinds: frozenset[str]) -> bool:
    """Whether one of ``kinds`` made the result of ``step``, moved at most since."""
    while step.node.kind in _KEPT and len(step.operands) == 1:
        (step,) = subject.operands(step)
    return step.node.kind in kinds
