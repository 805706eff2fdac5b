"""Findings of shapes with their reasons: which steps made the sizes that disagree, and where the fault may lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.graph import Graph
from cnndsl.site import Site


def explained(finding: Diagnostic, sites: Sequence[Site], networks: Mapping[str, Graph]) -> Diagnostic:
    """``finding`` with what the sizes at its first site come from, and with how many places it is met."""
    return finding
