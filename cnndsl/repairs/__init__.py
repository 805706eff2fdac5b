"""Edits that make a program with a fault right, each compiled before it is offered."""

from cnndsl.repairs.search import Outcome, Recheck, Suspected, repaired

__all__ = ["Outcome", "Recheck", "Suspected", "repaired"]
