"""Each case is a program with the PyTorch that it becomes beside it, which also runs as the graph says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).with_name("cases")
CASES = sorted(FOLDER.glob("*.cnn"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, program: Any, golden: Any) -> None:
    case = program(path.read_text("utf-8"), str(path))
    golden(path.with_suffix(".py"), case.text())
    case.check()


def test_every_golden_has_a_case() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.py")) == [path.stem for path in CASES]


@pytest.mark.parametrize("job", [("check",), ("format", "--diff")], ids=" ".join)
def test_goldens_pass_ruff(job: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "ruff", *job, "--isolated", str(FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
