"""The limits that the reference states are those that the compiler keeps."""

from __future__ import annotations

import re
from pathlib import Path

from cnndsl.elaborate import budget
from cnndsl.syntax import limits
from cnndsl.workspace.files import LARGEST

PAGE = (Path(__file__).parents[2] / "docs/language.md").read_text(encoding="utf-8").partition("\n## Limits\n")[2]

ROWS = {
    "steps": budget.STEPS,
    "nodes made": budget.NODES,
    "operations": budget.OPERATIONS,
    "brackets, braces": budget.NESTING,
    "expressions inside": budget.DEPTH,
    "items": budget.ITEMS,
    "characters of a string": budget.CHARACTERS,
    "bits": budget.INTEGER.bit_length() - 1,
    "digits": limits.DIGITS,
    "numbers in a value": budget.ELEMENTS,
    "numbers of a size": limits.SIZES,
    "comparisons": limits.COMPARISONS,
    "characters of a name": limits.NAME,
    "bytes": LARGEST,
    "words": limits.TOKENS,
    "expressions in labels": limits.VALUES,
}


def test_every_row_has_the_number_of_the_compiler() -> None:
    stated = {what: int(number.replace(",", "")) for what, number in re.findall(r"\| (.+) \| ([\d,]+) \|", PAGE)}
    for start, number in ROWS.items():
        assert [value for what, value in stated.items() if what.startswith(start)] == [number], start
    assert len(stated) == len(ROWS)


def test_the_prices_and_what_two_constants_share() -> None:
    prices = f"an expression counts 1, a statement {budget.STATEMENT}, a repetition {budget.REPETITION}"
    assert prices in PAGE
    assert f"a block instance counts {budget.INSTANCE} " in PAGE
    assert f"After {limits.FINDINGS} findings" in PAGE
    assert (limits.NESTING, limits.DEPTH) == (budget.NESTING, budget.DEPTH)
    assert LARGEST < limits.CHARACTERS
