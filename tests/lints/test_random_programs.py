"""Random programs with all rules: warnings are the same each time, can be allowed, and their fixes fit."""

from __future__ import annotations

import random
from typing import Any

import pytest

from cnndsl.compiler import check
from cnndsl.diagnostics import Diagnostic
from cnndsl.lints import GROUPS, Selection
from cnndsl.lints.verification import edited
from cnndsl.source import Source


def findings(text: str, fixes: bool = False) -> list[Diagnostic]:
    return check(Source("random.cnn", text), lambda *_: None, lint=Selection(GROUPS), fixes=fixes).findings


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.sweep) for seed in range(4, 300))])
def test_program(seed: int, author: Any) -> None:
    text = author(random.Random(seed)).program()
    first = findings(text)
    if any(one.severity == "error" for one in first):
        return
    again = findings(text, fixes=True)
    plain = [one._replace(help=(), fixes=()) for one in again]
    assert [str(one) for one in plain] == [str(one._replace(help=(), fixes=())) for one in first]
    for one in again:
        for fix in one.fixes:
            after = findings(edited(text, fix.edits))
            assert not any(other.severity == "error" for other in after)
            assert len(after) <= len(first)
    assert findings(allowing(text, first)) == []


def allowing(text: str, warnings: list[Diagnostic]) -> str:
    """The text with what is found allowed at the ends of the lines."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        here = {one.code for one in warnings if one.span.source.position(one.span.start)[0] == number + 1}
        lines[number] = f"{line}  # cnn: allow({', '.join(sorted(here))})" if here else line
    return "\n".join(lines)
