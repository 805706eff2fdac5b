"""The pages of the codes: every example is what it is said to be, and ``docs/errors`` is what the pages say."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cnndsl.cli import pages
from cnndsl.compiler import check
from cnndsl.diagnostics import Diagnostic
from cnndsl.diagnostics.codes import TITLES
from cnndsl.diagnostics.pages import Page, find
from cnndsl.diagnostics.pages.page import files
from cnndsl.lints import Selection
from cnndsl.source import Source
from cnndsl.syntax import limits
from cnndsl.workspace.files import LARGEST
from cnndsl.workspace.imports import Reader

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "errors"
PAGES = {code: find(code) for code in TITLES}
PROGRAMS = [code for code, page in PAGES.items() if page.wrong and not page.session]
SESSIONS = [code for code, page in PAGES.items() if page.session]
COMPARED = [code for code, page in PAGES.items() if page.torch]


def findings(program: str) -> list[Diagnostic]:
    """What a check with the default rules of lint finds."""
    sources = {name: Source(name, text) for name, text in files(program).items()}
    first = next(iter(sources.values()))
    bundled = Reader(first, "")
    return check(first, lambda name, _: sources.get(f"{name}.cnn") or bundled(name, first), lint=Selection()).findings


def test_every_code_is_shown_by_a_program_or_a_session() -> None:
    assert set(PROGRAMS) | set(SESSIONS) == set(TITLES)
    assert {code[:3] for code in SESSIONS} == {"E01", "E07", "N05"}


@pytest.mark.parametrize("code", PROGRAMS)
def test_the_example_has_this_fault_alone(code: str) -> None:
    assert [finding.code for finding in findings(PAGES[code].wrong)] == [code]


@pytest.mark.parametrize("code", PROGRAMS)
def test_what_is_to_be_written_instead_is_clean(code: str) -> None:
    assert PAGES[code].right
    assert PAGES[code].right != PAGES[code].wrong
    assert findings(PAGES[code].right) == []


@pytest.mark.parametrize("code", SESSIONS)
def test_a_session_prints_what_the_page_shows(code: str, tmp_path: Path) -> None:
    page = PAGES[code]
    for name, text in files(page.wrong).items() if page.wrong else ():
        (tmp_path / name).write_text(text, encoding="utf-8")
    commands = re.findall(r"^\$ (.+)$", page.session, flags=re.MULTILINE)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    printed = ""
    for command in commands:
        done = subprocess.run(
            ["sh", "-c", f"exec 2>&1; {command}"],
            cwd=tmp_path,
            env={**os.environ, "PATH": path, "COLUMNS": "80"},
            capture_output=True,
            text=True,
            check=False,
        )
        printed += f"$ {command}\n{done.stdout}"
    assert f"[{code}]" in printed
    assert page.session.strip("\n") == printed.rstrip("\n")


@pytest.mark.parametrize("code", COMPARED)
def test_pytorch_does_what_the_page_says(code: str) -> None:
    import torch

    names = {"torch": torch, "nn": torch.nn}
    examples = doctest.DocTestParser().get_examples(PAGES[code].torch)
    assert examples
    for example in examples:
        wanted = example.want.strip() if example.exc_msg is None else example.exc_msg.strip()
        try:
            got = repr(eval(example.source, names))
        except (RuntimeError, ValueError, IndexError) as refusal:
            got = f"{type(refusal).__name__}: {refusal}".partition("\n")[0]
        assert got.startswith(wanted.removesuffix("...")), got


@pytest.mark.parametrize("code", TITLES)
def test_the_page_in_the_documentation(code: str, golden: Callable[[Path, str], None]) -> None:
    golden(DOCS / f"{code}.md", pages.markdown(pages.guide(code), "[All codes](README.md)"))


def test_the_index_of_the_documentation(golden: Callable[[Path, str], None]) -> None:
    golden(DOCS / "README.md", pages.index())
    assert {path.stem for path in DOCS.iterdir()} == {*TITLES, "README"}


@pytest.mark.parametrize("code", TITLES)
def test_a_page_is_read_in_a_terminal(code: str) -> None:
    page: Page = PAGES[code]
    text = pages.plain(pages.guide(code))
    before, _, _ = text.partition("\n\nExample:")
    assert all(len(line) <= 80 for line in before.splitlines() if not line.startswith(" "))
    assert page.text.count("`") % 2 == 0
    assert all(len(line) <= 72 for line in (page.wrong + page.right).splitlines()), "beside a margin, four columns in"


@pytest.mark.parametrize(
    ("code", "numbers"),
    [
        ("E0105", (limits.DIGITS,)),
        ("E0106", (limits.NESTING, limits.DEPTH)),
        ("E0107", (limits.TOKENS, limits.VALUES, limits.NAME)),
        ("E0110", (limits.FINDINGS,)),
        ("E0706", (LARGEST,)),
    ],
)
def test_the_limits_on_a_page_are_those_of_the_compiler(code: str, numbers: tuple[int, ...]) -> None:
    stated = {int(number.replace(",", "")) for number in re.findall(r"\b\d[\d,]*\b", PAGES[code].text)}
    assert set(numbers) <= stated
