"""Every file in ``cases`` says on its lines what is found there, and nothing else is.

``# error: [E0401]`` and ``# warning: [rule]`` name the findings that begin on a line, ``# because: text`` a label of
another finding that begins there and contains the text. What a case without a second word in its name looks like stands
beside it: there is one for each code.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from cnndsl.compiler import check
from cnndsl.diagnostics import Diagnostic
from cnndsl.diagnostics.codes import TITLES
from cnndsl.diagnostics.pages import find
from cnndsl.diagnostics.render import render
from cnndsl.lints import Selection
from cnndsl.source import Source
from cnndsl.workspace.imports import Reader

FOLDER = Path(__file__).parent / "cases"
CASES = sorted(FOLDER.glob("*.cnn"))
SHOWN = [path for path in CASES if "_" not in path.stem]
FOUND = re.compile(r"  # (?:error|warning): ((?:\[[\w-]+\] ?)+)")
REASON = re.compile(r"  # because(?:: (\w+))?")
MARKS = re.compile(r"(?:  # (?:error|warning|because)\b[^#\n]*)+$", flags=re.MULTILINE)


def plain(path: Path) -> str:
    """The program as its author wrote it, without what is expected."""
    return MARKS.sub("", path.read_text("utf-8"))


@cache
def findings(path: Path) -> tuple[Diagnostic, ...]:
    """What a check with fixes finds, lint included."""
    return tuple(_check(path, plain(path), fixes=True))


def _check(path: Path, text: str, fixes: bool = False) -> list[Diagnostic]:
    source = Source(path.name, text)
    bundled = Reader(source, "")
    beside = {other.stem: Source(other.name, plain(other)) for other in (FOLDER / "beside").glob("*.cnn")}
    beside[path.stem] = source

    def read(name: str, importer: Source) -> Source | Diagnostic | None:
        return beside.get(name) or bundled(name, source)

    return check(source, read, lint=Selection(), fixes=fixes).findings


def line(finding: Diagnostic) -> int:
    return finding.span.source.position(finding.span.start)[0]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    expected = Counter(
        (file.name, number, code)
        for file in (path, *(FOLDER / "beside").glob("*.cnn"))
        if file == path or f"import {file.stem}:" in plain(path)
        for number, text in enumerate(file.read_text("utf-8").splitlines(), 1)
        for marks in FOUND.findall(text)
        for code in re.findall(r"[\w-]+", marks)
    )
    found = Counter((one.span.source.name, line(one), one.code) for one in findings(path))
    assert found == expected, "\n".join(map(render, findings(path)))
    assert not path.stem.startswith("clean") or not expected


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_reasons(path: Path) -> None:
    labels = [label for one in findings(path) for label in one.labels]
    for number, text in enumerate(path.read_text("utf-8").splitlines(), 1):
        for word in REASON.findall(text):
            here = [label.message for label in labels if label.span.source.position(label.span.start)[0] == number]
            assert any(word in message for message in here), "\n".join(map(render, findings(path)))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_form_of_a_message(path: Path) -> None:
    """A claim in one line and lower case without a full stop; at most four reasons and three fixes."""
    for one in findings(path):
        texts = [one.message, one.label, *one.notes, *one.help, *(label.message for label in one.labels)]
        for text in filter(None, [*texts, *(fix.title for fix in one.fixes)]):
            assert text == " ".join(text.split()), text
            assert not text.endswith("."), text
            assert "invalid" not in text.casefold()
        assert one.message[0] == one.message[0].lower() or one.message.split()[0] in plain(path), one.message
        assert len(one.labels) <= 4
        assert len(one.fixes) <= 3
        assert 0 <= one.span.start <= one.span.end <= len(one.span.source.text)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_fix_takes_its_finding_away_and_brings_no_other(path: Path) -> None:
    before = Counter(one.code for one in findings(path) if one.severity == "error")
    for one in findings(path):
        for fix in one.fixes:
            text = plain(path)
            for edit in sorted(fix.edits, key=lambda edit: edit.span.start, reverse=True):
                assert edit.span.source.name == path.name
                text = text[: edit.span.start] + edit.text + text[edit.span.end :]
            after = Counter(other.code for other in _check(path, text) if other.severity == "error")
            assert after < before or one.severity == "warning", fix.title
            assert not after - before


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.stem)
def test_how_it_looks(path: Path, golden: Callable[[Path, str], None]) -> None:
    golden(path.with_suffix(".txt"), "\n".join(map(render, findings(path))))


def test_every_code_has_a_case_and_a_golden() -> None:
    codes = {code for code in TITLES if not find(code).session}
    assert {path.stem.upper() for path in SHOWN} == codes
    assert {path.stem for path in FOLDER.glob("*.txt")} == {path.stem for path in SHOWN}
    assert len(CASES) >= 60
