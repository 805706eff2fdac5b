"""The rule relu-before-softmax."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Fix, Label
from cnndsl.lints.edits import removal
from cnndsl.lints.kinds import DROPS, MOVES, RECTIFIERS, SQUASHERS
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject


class ReluBeforeSoftmax(Rule):
    """A softmax or a sigmoid reads scores of which a ReLU has set the negative ones to zero.

    All classes with a negative score become equally likely, and no gradient tells them apart. A sigmoid of what is not
    negative is never below one half. Probabilities are made of scores as a linear layer or a convolution gives them.

    Example:
        global_avgpool -> flatten -> linear(10) -> relu -> softmax

    Instead:
        global_avgpool -> flatten -> linear(10) -> softmax
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Rectifiers with nothing but dropout and flattening between them and what makes probabilities."""
        for reader in subject.of(*SQUASHERS):
            step = subject.source(reader, MOVES | DROPS)
            if step is None or step.node.kind not in RECTIFIERS:
                continue
            kind, name = reader.node.kind, step.node.kind
            sigmoid = kind.endswith("sigmoid")
            effect = "is never below one half" if sigmoid else "cannot tell negative scores apart"
            yield Finding(
                f"{name} stands before {kind}, which then {effect}",
                step.node.span,
                labels=(Label(reader.node.span, "makes probabilities of scores, negative ones too"),),
                help=(f"leave the {name} out",),
                fixes=(Fix(f"leave the {name} out", removal(step)),),
                step=step,
            )
