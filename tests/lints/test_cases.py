"""A file a rule in ``cases`` says on its lines where it fires; everything else in there is near, and silent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cnndsl.lints import GROUPS, names

CASES = Path(__file__).parent / "cases"
RULES = [name for group in GROUPS for name in names(group)]
EXPECTED = re.compile(r"# warning: \[([a-z0-9, -]+)\]")


@pytest.mark.parametrize("name", RULES)
def test_case(name: str, linted: Any) -> None:
    """Of the rule, and of others that the file names, what is expected is found and nothing else."""
    text = (CASES / f"{name}.cnn").read_text(encoding="utf-8")
    expected = sorted(
        (number, rule)
        for number, line in enumerate(text.splitlines(), 1)
        if (found := EXPECTED.search(line))
        for rule in found[1].split(", ")
    )
    assert any(rule == name for _, rule in expected)
    named = {rule for _, rule in expected}
    warnings = [one for one in linted(text, select=(name,)) if one.code in named]
    found = sorted((one.span.source.position(one.span.start)[0], one.code) for one in warnings)
    assert found == expected, "\n".join(f"{one.code}: {one.message}" for one in warnings)
    for one in warnings:
        assert one.severity == "warning"
        assert one.message == one.message.strip()
        assert not one.message.endswith(".")
        assert "\n" not in one.message


def test_every_case_has_a_rule() -> None:
    assert sorted(path.stem for path in CASES.glob("*.cnn")) == sorted(RULES)
