"""Every code that is used has a title, and every title a use."""

from __future__ import annotations

import re
from pathlib import Path

from cnndsl.diagnostics.codes import FAMILIES, TITLES

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
