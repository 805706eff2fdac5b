"""Every rule has a page whose example it finds, and it alone, and whose other way it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cnndsl.cli import pages
from cnndsl.lints import GROUPS, find, names
from cnndsl.lints.index import index
from cnndsl.lints.page import page

PAGES = Path(__file__).parents[2] / "docs" / "rules"
RULES = [name for group in GROUPS for name in names(group)]


@pytest.mark.parametrize("name", RULES)
def test_page(name: str, linted: Any, golden: Callable[[Path, str], None]) -> None:
    """The golden is the page in ``docs/rules``."""
    one = page(find(name))
    assert one.text.count("`") % 2 == 0
    warnings = linted(one.wrong, select=(name,))
    assert {warning.code for warning in warnings} == {name}
    assert linted(one.right, select=(name,)) == []
    golden(PAGES / f"{name}.md", pages.markdown(pages.guide(name), "[All rules](README.md)"))


def test_index(golden: Callable[[Path, str], None]) -> None:
    golden(PAGES / "README.md", index())


def test_every_page_has_a_rule() -> None:
    assert sorted(path.stem for path in PAGES.glob("*.md")) == sorted([*RULES, "README"])
