"""The rule double-softmax."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Fix, Label
from cnndsl.lints.edits import removal
from cnndsl.lints.kinds import DROPS, MOVES, SQUASHERS
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject


class DoubleSoftmax(Rule):
    """Probabilities are taken for scores: a softmax or a sigmoid reads what another has made.

    A softmax of values between 0 and 1 is nearly even: of ten classes none gets more than a quarter, however sure the
    first softmax was, and gradients are small. A `log_softmax` is already what a loss of log-likelihood takes.

    Example:
        global_avgpool -> flatten -> linear(10) -> softmax -> log_softmax

    Instead:
        global_avgpool -> flatten -> linear(10) -> log_softmax
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """What makes probabilities and reads them, dropout and flattening left aside."""
        for step in subject.of(*SQUASHERS):
            first = subject.source(step, MOVES | DROPS)
            if first is None or first.node.kind not in SQUASHERS:
                continue
            what = "logarithms of probabilities" if first.node.kind == "log_softmax" else "probabilities"
            yield Finding(
                f"{step.node.kind} reads {what}: {first.node.kind} has already made them of the scores",
                step.node.span,
                labels=(Label(first.node.span, f"gives {what}"),),
                help=(f"leave the {first.node.kind} out",),
                fixes=(Fix(f"leave the {first.node.kind} out", removal(first)),),
                step=step,
            )
