"""Where the module that is called holds more than a flat run does, and which frame holds it: a table of the docs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cnndsl
from cnndsl.workspace import library

PAGE = Path(__file__).parents[2] / "docs" / "memory.md"
HEAD = """\
| network | flat MiB | called MiB | more | at the peak runs | held by its frames alone |
|---|---:|---:|---:|---|---|
"""
SMALLEST = ("resnet50", "lenet5")


@pytest.mark.parametrize("name", SMALLEST)
def test_row(name: str, measure: Any) -> None:
    rows = PAGE.read_text("utf-8").partition("<!-- frames -->")[2].splitlines()
    assert [row + "\n" for row in rows if row.startswith(f"| {name} |")] == [
        row for row in [_row(name, measure)] if row
    ]


@pytest.mark.sweep
def test_table_of_frames(measure: Any, golden: Callable[[Path, str], None]) -> None:
    rows = "".join(_row(name, measure) for name, _ in library.catalogue())
    table = re.compile(r"(?<=<!-- frames -->\n).*(?=<!-- end of frames -->)", re.DOTALL)
    golden(PAGE, table.sub(lambda _: HEAD + rows, PAGE.read_text("utf-8")))


def _row(name: str, measure: Any) -> str:
    truth = measure(cnndsl.load(name)[name].ir, 1)
    flat, called = truth.flat(), truth.eager()
    if called.peak <= flat.peak:
        return ""
    there, ideal = truth.eager(called.peaked), {one.made for one in truth.flat(called.peaked).held}
    held = [one for one in there.held if one.made not in ideal]
    said = "; ".join(f"{one.bytes / 2**10:,.0f} KiB: {', '.join(one.holders)}" for one in held)
    more = f"{called.peak / flat.peak - 1:.1%}"
    return f"| {name} | {flat.peak / 2**20:.2f} | {called.peak / 2**20:.2f} | {more} | `{there.place}` | {said} |\n"
