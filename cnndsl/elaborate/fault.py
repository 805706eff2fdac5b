"""A mistake of the author, on its way to the sink.

Codes: E0201 unknown name, E0202 unknown label, E0203 name taken, E0204 label taken, E0205 text of a label;
E0301 type, E0302 value, E0303 unknown, E0304 missing, E0305 surplus, E0306 repeated argument, E0307 misapplied,
E0308 evaluation; E04 shapes; E0501 expect, E0502 require, E0503 output, E0504 training; E0601 recursion,
E0602 cyclic import, E0603 import, E0604 budget, E0605 misplaced statement.
"""

from __future__ import annotations

from collections.abc import Sequence

from cnndsl.diagnostics.diagnostic import Diagnostic, Label
from cnndsl.diagnostics.suggest import suggest
from cnndsl.site import Site
from cnndsl.source import Span


class Fault(Exception):
    """Raised where a step cannot go on; ``others`` are independent mistakes of the same step."""

    def __init__(
        self,
        code: str,
        message: str,
        span: Span,
        label: str = "",
        labels: tuple[Label, ...] = (),
        help: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic(code, "error", message, span, label, labels, help=help)
        self.others: tuple[Fault, ...] = ()
        self.site: Site | None = None

    def at(self, site: Site) -> Fault:
        """The same, with the step that did not fit."""
        self.site = site
        return self


class Exhausted(Fault):
    """The budget is spent: nothing more is evaluated."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__("E0604", message, span)


def together(faults: Sequence[Fault]) -> Fault:
    """One fault that carries the rest."""
    first, *others = faults
    first.others = (*first.others, *others)
    return first


def did_you_mean(word: str, candidates: Sequence[str]) -> tuple[str, ...]:
    """Help that names the nearest candidate, if one is near."""
    guess = suggest(word, candidates)
    return (f"did you mean `{guess}`?",) if guess is not None else ()
