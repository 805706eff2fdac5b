"""The rule ungated-mul."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from cnndsl.diagnostics.diagnostic import Edit, Fix, Label
from cnndsl.graph import Step
from cnndsl.lints.gates import activated, gates
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject

_SMOOTH = frozenset(("gelu", "silu", "mish", "hard_swish"))


class UngatedMul(Rule):
    """Two maps of one shape are multiplied, and neither is a gate: no ``sigmoid``, ``softmax`` or ``tanh`` made it.

    A product is a gate as a rule: one factor, from 0 to 1, says how much of the other passes. Without a squashing
    function the values of a deep network grow or vanish with every product, and so do their gradients. Often a skip
    connection was meant, which adds (He et al., 2015). Squares, products of two parts of one map, as in NAFNet (Chen
    et al., 2022), and gated linear units with one activated factor (Shazeer, 2020) are not reported.

    Example:
        conv(64, 3x3, padding=1) -> relu
        mul {
            identity
            conv(64, 3x3, padding=1) -> relu
        }
        conv(10, 1x1)

    Instead:
        conv(64, 3x3, padding=1) -> relu
        mul {
            identity
            conv(64, 3x3, padding=1) -> sigmoid
        }
        conv(10, 1x1)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Products of equal maps without a gate."""
        products = [step for step in subject.of("mul") if len(step.operands) > 1]
        gated = gates(subject) if products else set()
        for step in products:
            operands, whole = subject.operands(step), subject.shape(step)
            if whole.rank < 2 or any(subject.shape(one).sizes != whole.sizes for one in operands):
                continue
            if gated.isdisjoint(step.operands) and not _is_usual(subject, operands):
                yield self._found(subject, step, operands)

    def _found(self, subject: Subject, step: Step, operands: tuple[Step, ...]) -> Finding:
        whole, span = subject.shape(step), step.node.span
        message = f"{' and '.join(str(whole) for _ in operands)} are multiplied, and neither is a gate"
        labels = tuple(
            Label(one.node.span, "a factor, not squashed")
            for one in operands
            if one.node.span.source is span.source and one.node.operation is not None and one.node.span != span
        )
        fixes = (Fix("add them", (Edit(span, "add"),)),) if span.text == "mul" else ()
        notes = ("a gate ends in `sigmoid`; a skip connection is an `add` or a `residual`",)
        return Finding(message, span, labels=labels, fixes=fixes, step=step, notes=notes)


def _is_usual(subject: Subject, operands: tuple[Step, ...]) -> bool:
    """A square, a product of parts of one map, a gated linear unit, a map of one number."""
    if any(one.node.kind == "constant" for one in operands) or len(set(operands)) < len(operands):
        return True
    parts = [one for one in operands if one.node.kind in ("split", "select")]
    if len(parts) == len(operands) and all(one.operands == other.operands for one, other in pairwise(parts)):
        return True
    return sum(activated(subject, one, _SMOOTH) for one in operands) == 1
