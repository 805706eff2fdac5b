"""The examples of docs/counts.md are what happens."""

from __future__ import annotations

import doctest
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cnndsl.cli.main import main

PAGE = Path(__file__).parents[2] / "docs/counts.md"


def test_commands(capsys: pytest.CaptureFixture[str], golden: Callable[[Path, str], None]) -> None:
    def answered(found: re.Match[str]) -> str:
        assert main(found[1].split()) == 0
        return f"```console\n$ cnn {found[1]}\n{capsys.readouterr().out}```\n"

    text = PAGE.read_text(encoding="utf-8")
    golden(PAGE, re.sub(r"^```console\n\$ cnn (.*)\n(?:.*\n)*?```\n", answered, text, flags=re.MULTILINE))


def test_python() -> None:
    assert doctest.testfile(str(PAGE), module_relative=False).failed == 0
