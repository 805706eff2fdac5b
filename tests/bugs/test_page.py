"""The page of ten real bugs is what a run gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shapebugs.bug import load
from shapebugs.page import TEN, page

ROOT = Path(__file__).parents[2]


def test_page(golden: Any) -> None:
    bugs = load(Path(__file__).parent / "data" / "dev.json")
    assert all(bug.facts["real"] for bug in bugs if bug.name in TEN)
    golden(ROOT / "docs" / "diagnostics.md", page(bugs))
