"""The shipped completion files are those of the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import shtab

from cnndsl.cli.arguments import parser
from cnndsl.cli.completion import shipped

FOLDER = Path(__file__).parents[2] / "cnndsl" / "cli" / "completion"


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh", "fish"])
def test_shipped(shell: str, golden: Callable[[Path, str], None]) -> None:
    made = shtab.complete(parser(), shell=shell)
    golden(FOLDER / f"cnn.{shell}", made.rstrip("\n") + "\n")
    assert shipped(shell).count("verify") > 0
