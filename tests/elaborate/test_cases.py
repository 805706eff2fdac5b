"""Every file in ``cases`` says on its lines which errors the compiler must find there, and it finds no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cnndsl.compiler import check
from cnndsl.source import Source

CASES = sorted((Path(__file__).parent / "cases").glob("*.cnn"))
EXPECTED = re.compile(r"# error: ((?:\[E\d{4}\] ?)+)")


def expectations(text: str) -> list[tuple[int, str]]:
    return sorted(
        (number, code)
        for number, line in enumerate(text.splitlines(), 1)
        if (found := EXPECTED.search(line))
        for code in re.findall(r"E\d{4}", found[1])
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    source = Source(path.name, path.read_text("utf-8"))
    beside = {other.stem: other for other in CASES}

    def read(name: str, importer: Source) -> Source | None:
        return Source(f"{name}.cnn", beside[name].read_text("utf-8")) if name in beside else None

    checked = check(source, read)
    found = sorted(
        (finding.span.source.position(finding.span.start)[0], finding.code)
        for finding in checked.findings
        if finding.severity == "error" and finding.span.source.name == path.name
    )
    assert found == expectations(source.text), "\n".join(
        f"{finding.code} {finding.message}" for finding in checked.findings
    )
    for finding in checked.findings:
        assert finding.message == finding.message.strip()
        assert not finding.message.endswith(".")
        assert 0 <= finding.span.start <= finding.span.end <= len(finding.span.source.text)


def test_there_are_cases() -> None:
    assert len(CASES) >= 9
