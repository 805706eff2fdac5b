"""What the tests of the command line share: running it in a folder of its own, with a program to work on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from cnndsl.cli.main import main

TOWER = '''"""A small tower."""

block cell(width) { conv(width, 3x3, padding=1) -> bn -> relu }

"""Three cells and a head."""
network tower(classes = 10, rate = 0.5) {
    input image: [3, H=32, W=32]
    stem: cell(8)
    body: { repeat 2 { cell(16) } }
    output side when training: from stem -> global_avgpool -> flatten -> linear(classes)
    global_avgpool -> flatten -> dropout(rate) -> fc: linear(classes)
    output logits: [classes]
}

network needy(width) {
    input image: [3, 8, 8]
    conv(width, 1x1)
}
'''
CLEAN = """network clean {
    input image: [3, 8, 8]
    conv(8, 3x3) -> relu -> global_avgpool -> flatten -> linear(2)
}
"""
BROKEN = "network broken {\n    input image: [3, 8, 8]\n    cnov(8, 3x3)\n    maxpool(9x9)\n}\n"


class Result(NamedTuple):
    status: int
    out: str
    err: str


Cnn = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with programs in it."""
    (tmp_path / "tower.cnn").write_text(TOWER, encoding="utf-8")
    (tmp_path / "broken.cnn").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "clean.cnn").write_text(CLEAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def cnn(folder: Path, capsys: pytest.CaptureFixture[str]) -> Cnn:
    """``cnn("check", "tower.cnn")``: the status and what was printed."""

    def run(*words: str) -> Result:
        try:
            status = main(words)
        except SystemExit as leaving:
            status = leaving.code if isinstance(leaving.code, int) else 1
        printed = capsys.readouterr()
        return Result(status, printed.out, printed.err)

    return run
