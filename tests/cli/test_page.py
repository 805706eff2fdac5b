"""What the page about the command line shows is what is printed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "command-line.md"
SHOWN = re.findall(r"```console\n\$ cnn (.*)\n((?:.*\n)*?)```", PAGE.read_text(encoding="utf-8"))


def test_there_is_something_to_show() -> None:
    assert len(SHOWN) >= 2


@pytest.mark.parametrize(("words", "printed"), SHOWN, ids=[words for words, _ in SHOWN])
def test_the_page_is_true(words: str, printed: str, cnn: Callable[..., tuple[int, str, str]], folder: Path) -> None:
    (folder / "nets").mkdir()
    for name in ("broken.cnn", "clean.cnn"):
        (folder / name).rename(folder / "nets" / name)
    assert cnn(*shlex.split(words)) == (int("error[" in printed), printed, "")
