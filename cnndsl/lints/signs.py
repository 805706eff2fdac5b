"""What is known of values without their weights: that none is negative, that none is above six."""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.graph import Step
from cnndsl.lints.kinds import DROPS, MOVES
from cnndsl.lints.subject import Subject

_PROBABLE = frozenset({"sigmoid", "hard_sigmoid", "softmax", "relu6"})
"""From 0 to 6 whatever they read."""
_KEPT = frozenset(
    {
        *MOVES,
        *("maxpool", "adaptive_maxpool", "adaptive_avgpool", "global_avgpool", "mean"),
        *("pixel_shuffle", "space_to_depth", "split", "select", "center_crop"),
    }
)
"""They move, choose or average values."""
_RISING = frozenset(
    {*DROPS, "relu", "lrn", "sum", "avgpool", "leaky_relu", "prelu", "elu", "tanh", "gelu", "silu", "mish"}
)
"""They keep what is not negative so; ``hard_swish`` and ``scaled_tanh`` too, but are rarely read again."""
_TELLING = frozenset({*_KEPT, *_RISING, "upsample", "concat", "maximum", "pad", "add", "mul"})
"""Operations whose operands say something of the result."""
_FAR = 100
_IDENTICAL = frozenset({"relu", "leaky_relu", "prelu", "elu"})
"""They leave alone what is not negative."""


class Bounds(NamedTuple):
    """Whether no value is negative, and whether none is above six."""

    positive: bool = False
    six: bool = False


class Signs:
    """The bounds of steps, looked up backwards as far as they are asked for."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._known: dict[str, Bounds] = {}

    def of(self, name: str, depth: int = 0) -> Bounds:
        """The bounds of the result of a step; nothing is known of what comes through more than ``_FAR`` others."""
        if name not in self._known:
            step = self._subject.by_name[name]
            telling = step.node.kind in _TELLING and depth < _FAR
            self._known[name] = _bounds(step, [self.of(one, depth + 1) for one in step.operands] if telling else [])
        return self._known[name]


def _bounds(step: Step, operands: list[Bounds]) -> Bounds:
    kind, operation = step.node.kind, step.node.operation
    if kind in _PROBABLE:
        return Bounds(True, True)
    if not operands:
        return Bounds(kind == "relu")
    first, positive, six = operands[0], all(one.positive for one in operands), all(one.six for one in operands)
    if kind in _KEPT or (kind == "upsample" and getattr(operation, "mode", "") != "bicubic"):
        return first
    if kind == "lrn" and min(getattr(operation, "alpha", -1), getattr(operation, "k", -1)) < 0:
        return Bounds()
    if kind in _RISING:
        average = kind == "avgpool" and getattr(operation, "divisor_override", None) is None
        return Bounds(kind == "relu" or first.positive, (average or kind in _IDENTICAL) and first.six)
    if kind in ("concat", "maximum"):
        return Bounds(positive or (kind == "maximum" and any(one.positive for one in operands)), six)
    value = getattr(operation, "value", None) or 0
    if kind == "pad":
        return Bounds(first.positive and value >= 0, first.six and value <= 6)
    return Bounds(kind in ("add", "mul") and positive and value >= 0)


def is_redundant(step: Step, before: Bounds) -> bool:
    """Whether an activation gives back what it reads."""
    kind = step.node.kind
    return before.positive and (kind in _IDENTICAL or (kind == "relu6" and before.six))
