"""Edits that make a program with a fault right, each compiled before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.graph import Graph
from cnndsl.repairs.search import Outcome, Recheck, mended
from cnndsl.site import Site
from cnndsl.syntax import tree

__all__ = ["Outcome", "Recheck", "repaired"]


def repaired(
    findings: Sequence[Diagnostic],
    sites: Callable[[Diagnostic], tuple[Site, ...]],
    file: tree.File,
    networks: Mapping[str, Graph],
    recheck: Recheck,
) -> list[Diagnostic]:
    """The findings, those of shapes with at most three fixes that were compiled."""
    return mended(findings, sites, file, recheck)
