"""What the README shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cnndsl.cli.main import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAM, PYTORCH, MISTAKE = re.findall(r"^```(?:cnn|python|)\n(.+?)^```$", README, flags=re.MULTILINE | re.DOTALL)[:3]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.cnn").write_text(PROGRAM, encoding="utf-8")
    without = re.sub(r"    \} shortcut \{\n.*?\n    \}\n", "    }\n", PROGRAM, flags=re.DOTALL)
    (tmp_path / "broken.cnn").write_text(without, encoding="utf-8")


def test_the_program_is_right() -> None:
    assert main(["check", "small.cnn"]) == 0


def test_the_module_is_what_the_program_becomes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile", "small.cnn"]) == 0
    assert capsys.readouterr().out == PYTORCH


def test_the_mistake_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "broken.cnn"]) == 1
    assert capsys.readouterr().out == f"{MISTAKE}\nbroken.cnn: 1 error\n"


def test_links_lead_somewhere() -> None:
    for document in ROOT.glob("*.md"):
        for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (ROOT / link).exists(), f"{document.name}: {link}"
