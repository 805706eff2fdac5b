"""Every code that is used has a title, and every title a use."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from cnndsl.diagnostics.codes import FAMILIES, TITLES, table

ROOT = Path(__file__).parents[2]


def test_codes_in_use() -> None:
    used = {
        code
        for path in (ROOT / "cnndsl").rglob("*.py")
        if path.name != "codes.py"
        for code in re.findall(r'"([EWN]0\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert used == set(TITLES)
    assert {code[1:3] for code in used} == set(FAMILIES)


def test_the_page(golden: Callable[[Path, str], None]) -> None:
    assert all(code in table() for code in TITLES)
    golden(ROOT / "docs" / "errors.md", table())
