"""The same text gives the same bytes, whatever the hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = {
    "compile": ("compile", "googlenet"),
    "summary": ("summary", "densenet121", "--format", "json"),
    "check": ("check", "wrong.cnn", "--format", "json"),
}
WRONG = """network wrong(width = 3) {
    input image: [3, H=8, W=8]
    a: conv(width, 3x3) -> b: cnov(8) -> a: relu
    concat {
        conv(8, 9x9)
        maxpool(2x2)
        from nowhere
    }
    output x: [witdh]
    expect params == 1
}
"""


@pytest.mark.parametrize("name", CASES)
def test_two_hash_seeds(name: str, tmp_path: Path) -> None:
    (tmp_path / "wrong.cnn").write_text(WRONG, encoding="utf-8")
    command = [sys.executable, "-c", "from cnndsl.cli.main import main; main()", *CASES[name]]
    printed = [
        subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": seed}, cwd=tmp_path, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1")
    ]
    assert printed[0] == printed[1]
    assert len(printed[0]) > 100
