"""Which rules are looked at: the default group, what is selected beside it, without what is ignored."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from cnndsl.lints.registry import GROUPS, names


class Selection(NamedTuple):
    """Names of rules and groups: what is looked for beside the default group, and what is not.

    A name wins over its group; of one that is in both, ``ignore`` wins. ``under`` decides what this leaves open: what
    a file of settings says. ``elsewhere`` gives the names that other files import from the one that is checked.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    under: Selection | None = None
    elsewhere: Callable[[], Collection[str]] = tuple

    def rules(self) -> tuple[str, ...]:
        """The names of the rules that are looked at, by group."""
        return tuple(rule for group in GROUPS for rule in names(group) if self._has(rule, group))

    def unknown(self) -> tuple[str, ...]:
        """The names that neither a rule nor a group has, of this alone."""
        known = {*GROUPS, *(rule for group in GROUPS for rule in names(group))}
        return tuple(dict.fromkeys(name for name in (*self.select, *self.ignore) if name not in known))

    def _has(self, rule: str, group: str) -> bool:
        for name in (rule, group):
            if name in self.ignore:
                return False
            if name in self.select:
                return True
        return self.under._has(rule, group) if self.under is not None else group == "default"
