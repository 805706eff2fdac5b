"""A network is as short as the table of its paper."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "architectures"
BUDGETS = {"vgg": 30, "googlenet": 50, "resnet": 45, "densenet": 40}


@pytest.mark.parametrize(("family", "budget"), BUDGETS.items())
def test_lines(family: str, budget: int) -> None:
    lines = [line.strip() for line in (FOLDER / f"{family}.cnn").read_text("utf-8").splitlines()]
    written = [line for line in lines if line and not line.startswith("#")]
    assert len(written) <= budget


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.cnn")), ids=lambda path: path.stem)
def test_no_line_is_too_long(path: Path) -> None:
    assert all(len(line) <= 120 for line in path.read_text("utf-8").splitlines())
