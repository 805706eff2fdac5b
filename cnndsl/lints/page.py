"""The page of a rule, made of its docstring."""

from __future__ import annotations

from inspect import cleandoc

from cnndsl.diagnostics.pages.page import Page
from cnndsl.lints.rule import Rule

_NETWORK = "network example {{\n    input image: [3, H=224, W=224]\n{}\n}}\n"


def page(rule: Rule) -> Page:
    """What and why, a program that the rule flags, and one that it does not."""
    text, _, tail = cleandoc(type(rule).__doc__ or "").partition("\nExample:\n")
    wrong, _, right = tail.partition("\nInstead:\n")
    return Page(text.strip().replace("``", "`"), program(wrong), program(right))


def program(example: str) -> str:
    """A whole program; an example without a network is the body of one."""
    text = cleandoc("\n" + example)
    if any(line.startswith("network ") for line in text.splitlines()):
        return text + "\n"
    return _NETWORK.format("\n".join("    " + line if line else line for line in text.splitlines()))
