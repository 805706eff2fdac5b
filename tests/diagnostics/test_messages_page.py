"""The page of five messages shows what a terminal of 80 columns shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from cnndsl.compiler import check
from cnndsl.diagnostics.render import render
from cnndsl.lints import Selection
from cnndsl.source import Source

PAGE = Path(__file__).parents[2] / "docs" / "messages.md"
PAIR = re.compile(r"^```cnn\n(?P<program>.+?)^```\n\n```\n(?P<message>.*?)^```$", flags=re.MULTILINE | re.DOTALL)


def test_page(golden: Callable[[Path, str], None]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert len(PAIR.findall(page)) == 5
    golden(PAGE, PAIR.sub(_told, page))


def _told(pair: re.Match[str]) -> str:
    program = pair["program"]
    name = re.findall(r"^network (\w+)", program, flags=re.MULTILINE)[-1]
    source = Source(f"{name}.cnn", program)
    findings = check(source, lambda module, importer: None, lint=Selection(), fixes=True).findings
    shown = "\n".join(render(finding, width=80) for finding in findings)
    assert max(map(len, shown.splitlines())) <= 80
    return f"```cnn\n{program}```\n\n```\n{shown}```"
