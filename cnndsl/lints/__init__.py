"""Lint: what is allowed and hardly meant."""

from __future__ import annotations

from cnndsl.lints.findings import linted
from cnndsl.lints.registry import GROUPS, find, guess, names
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.selection import Selection

__all__ = ["GROUPS", "Finding", "Rule", "Selection", "find", "guess", "linted", "names"]
