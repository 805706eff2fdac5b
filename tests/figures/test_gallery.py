"""The figures of the gallery are what their commands draw."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from cnndsl.cli.main import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
COMMANDS = [
    words
    for words in map(shlex.split, re.findall(r"^cnn (.+)$", PAGE, flags=re.MULTILINE))
    if "volumes" in words or "--plot" in words
]


def test_there_are_some() -> None:
    assert len(COMMANDS) > 5
    assert len({words[-1] for words in COMMANDS}) == len(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: Path(words[-1]).stem)
def test_a_figure_says_what_the_network_is(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, texts: Callable[[bytes], list[str]]
) -> None:
    """Places depend on the version of matplotlib, texts do not."""
    monkeypatch.chdir(ROOT)
    made = tmp_path / "made.svg"
    assert main([*words[:-1], str(made)]) == 0
    assert texts(made.read_bytes()) == texts((ROOT / words[-1]).read_bytes())
    assert f"]({Path(words[-1]).relative_to('docs').as_posix()})" in PAGE
