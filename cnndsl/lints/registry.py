"""The rules by name. A rule is a file in the folder of its group; imported when it is asked for."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module

from cnndsl.diagnostics.suggest import suggest
from cnndsl.lints.rule import Rule

GROUPS = ("default", "design", "performance")


@cache
def names(group: str) -> tuple[str, ...]:
    """The rules of a group in the order of their names; imports nothing."""
    files = os.listdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), group))
    return tuple(sorted(file[:-3].replace("_", "-") for file in files if file.endswith(".py") and file[0] != "_"))


def find(name: str) -> Rule:
    """The rule of this name; raises ``KeyError``."""
    group = next((group for group in GROUPS if name in names(group)), None)
    if group is None:
        raise KeyError(name)
    module = import_module(f"cnndsl.lints.{group}.{name.replace('-', '_')}")
    return next(
        value()
        for value in vars(module).values()
        if getattr(value, "__module__", None) == module.__name__ and isinstance(value, type) and issubclass(value, Rule)
    )


def guess(name: str) -> str | None:
    """The rule or group that was meant."""
    return suggest(name, (*GROUPS, *(rule for group in GROUPS for rule in names(group))))
