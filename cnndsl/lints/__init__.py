"""Lint: what is allowed and hardly meant. One rule a file; found by name, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple

from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.graph import Graph
from cnndsl.lints.rule import Rule
from cnndsl.lints.subject import Subject
from cnndsl.syntax import tree

RULES = {
    "default": "bias-before-norm",
    "design": "",
    "performance": "",
}
"""The rules of each group; rule ``a-b`` is in the module ``a_b``."""


class Selection(NamedTuple):
    """Names of rules and groups: what is looked for beside the default group, and what is not."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def names(group: str) -> tuple[str, ...]:
    """The rules of a group; imports nothing."""
    return tuple(RULES[group].split())


def find(name: str) -> Rule:
    """The rule of this name; raises ``KeyError``."""
    if not any(name in names(group) for group in RULES):
        raise KeyError(name)
    module = import_module(f"cnndsl.lints.{name.replace('-', '_')}")
    return next(
        value()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Rule) and getattr(value, "name", None) == name
    )


def linted(file: tree.File, networks: Mapping[str, Graph], selection: Selection) -> list[Diagnostic]:
    """Warnings of the selected rules, sorted by place; the code of each is the name of its rule."""
    found: list[Diagnostic] = []
    rules = [find(name) for name in names("default")]
    for graph in networks.values():
        subject = Subject(graph)
        for rule in rules:
            for finding in rule.check(subject):
                if finding.span.source is file.source:
                    found.append(Diagnostic(rule.name, "warning", finding.message, finding.span, finding.label))
    return sorted(set(found), key=lambda finding: finding.span.start)
