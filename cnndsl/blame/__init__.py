"""Findings of shapes with their reasons: which steps made the sizes that disagree, and where the fault may lie."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cnndsl.blame.fitting import Fit, fit
from cnndsl.blame.labels import because
from cnndsl.blame.single import single, together
from cnndsl.blame.suspects import Suspect, suspects
from cnndsl.blame.trials import Trials
from cnndsl.blame.uses import uses
from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.graph import Graph
from cnndsl.site import Site

__all__ = ["Explained", "Fit", "Suspect", "explained", "single", "suspects", "together"]


class Explained(NamedTuple):
    """A finding with its reasons, and the inputs with which it would be gone."""

    finding: Diagnostic
    fit: Fit | None = None


def explained(
    finding: Diagnostic, sites: Sequence[Site], networks: Mapping[str, Graph], fits: tuple[Fit | None, ...] = ()
) -> Explained:
    """``finding`` with what the sizes at its first site come from, and with how many places it is met.

    ``fits``: what is known of other inputs, if that was asked already.
    """
    if not sites:
        return Explained(finding)
    site = sites[0]
    trials = Trials(site)
    found = suspects(site, trials)
    fitting = fits[0] if fits else fit(found, Trials(site)) if found else None
    notes = [note for note in (uses(finding.code, sites, networks), _doubt(finding.message)) if note]
    with_reasons = finding._replace(
        labels=because(finding, site, found, fitting),
        notes=(*notes, *finding.notes),
        help=finding.help + ((fitting.text,) if fitting is not None else ()),
    )
    return Explained(with_reasons, fitting)


def _doubt(message: str) -> str:
    """What a question mark in a shape stands for."""
    doubtful = re.search(r"\?x|x\?", message)
    return "`?` is a size that depends on a mistake further up" if doubtful else ""
