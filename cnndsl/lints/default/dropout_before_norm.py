"""The rule dropout-before-norm."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Fix, Label
from cnndsl.lints.edits import exchange
from cnndsl.lints.kinds import MOVES, POINTWISE, RECTIFIERS
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject


class DropoutBeforeNorm(Rule):
    """A batch norm measures values that a dropout has thinned out.

    In training the values that are kept are scaled up: their mean stays, and their variance grows. In inference
    nothing is dropped, the variance is the smaller one again, and the running average that the norm has learned does
    not fit it (Li et al., 2018, "Understanding the Disharmony between Dropout and Batch Normalization by Variance
    Shift"). Behind the norm and its activation, dropout does no such harm. A layer or group norm measures each image
    as it is, and is not concerned.

    Example:
        conv(64, 3x3, padding=1, bias=false) -> dropout(0.5) -> bn -> relu

    Instead:
        conv(64, 3x3, padding=1, bias=false) -> bn -> relu -> dropout(0.5)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Dropouts with nothing but activations between them and a batch norm."""
        for norm in subject.of("bn"):
            step = subject.source(norm, MOVES | POINTWISE)
            if step is None or step.node.kind not in ("dropout", "dropout2d") or not _rate(step.node.operation):
                continue
            rate = _rate(step.node.operation)
            exact = rate < 1 and subject.source(norm, MOVES | RECTIFIERS) is step
            times = f"at least {1 / (1 - rate):.3g} times" if exact else "more of"
            yield Finding(
                f"the batch norm after it measures {times} the variance that it meets in inference",
                step.node.span,
                labels=(Label(norm.node.span, "keeps an average of what it measures"),),
                help=(f"put the {step.node.kind} behind the norm",),
                fixes=(Fix(f"put the {step.node.kind} behind the norm", exchange(step, norm)),),
                step=step,
            )


def _rate(operation: object) -> float:
    return float(getattr(operation, "p", 0))
