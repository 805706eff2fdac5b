"""Every file in ``slips`` says on its lines what the parser must find there; how that looks stands in a golden file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cnndsl.diagnostics.render import render
from cnndsl.source import Source
from cnndsl.syntax import tree
from cnndsl.syntax.parser import parse

FOLDER = Path(__file__).parent / "slips"
CASES = sorted(FOLDER.glob("*.cnn"))
EXPECTED = re.compile(r"# error: ((?:\[E\d{4}\] ?)+)")


def expectations(text: str) -> list[tuple[int, str]]:
    return sorted(
        (number, code)
        for number, line in enumerate(text.split("\n"), 1)
        if (found := EXPECTED.search(line))
        for code in re.findall(r"E\d{4}", found[1])
    )


def names(items: tuple[tree.Item, ...]) -> list[str]:
    found = []
    for item in items:
        found += names(item.items) if isinstance(item, tree.WithDefinitions) else []
        found += [item.name.id] if isinstance(item, tree.Definition | tree.Let) else []
    return found


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_slips(path: Path, golden: Callable[[Path, str], None]) -> None:
    source = Source(path.name, path.read_text("utf-8"))
    file, findings = parse(source)
    summary = f"whole: {', '.join(names(file.items))}\nunread: {', '.join(sorted(file.unread))}\n"
    golden(path.with_suffix(".txt"), "\n".join(map(render, findings)) + "\n" + summary)
    if path.stem != "many":
        found = sorted((source.position(finding.span.start)[0], finding.code) for finding in findings)
        assert found == expectations(source.text)


def test_five_slips_are_five_findings() -> None:
    file, findings = parse(Source("five.cnn", (FOLDER / "five.cnn").read_text("utf-8")))
    assert len({finding.span.start for finding in findings}) == 5
    assert names(file.items) == ["whole", "sound"]
    assert {"stem", "unit", "head", "broken"} <= file.unread


def test_many_findings_are_cut() -> None:
    _, findings = parse(Source("many.cnn", (FOLDER / "many.cnn").read_text("utf-8")))
    assert len(findings) == 51
    assert findings[-1].severity == "note"


def test_every_code_has_a_case() -> None:
    codes = {code for path in CASES for _, code in expectations(path.read_text("utf-8"))}
    assert codes == {f"E01{number:02}" for number in range(1, 10)} - {"E0107"}


def test_goldens_have_cases() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == {path.stem for path in CASES}
