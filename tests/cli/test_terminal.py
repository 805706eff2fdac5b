"""Colours and width: what the user's environment says, and what the terminal is."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest

from cnndsl.cli.terminal import colored, spelled, width
from cnndsl.diagnostics.excerpt import display_width

NAMES = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS")


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("values", "in_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"TERM": "xterm-256color"}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": "0"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "3", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": ""}, True, False),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"CLICOLOR_FORCE": "0"}, True, False),
        ({"CLICOLOR": "0"}, False, False),
        ({"CLICOLOR": "1"}, True, False),
        ({"CLICOLOR": "0", "CLICOLOR_FORCE": "1"}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, False, False),
    ],
    ids=str,
)
def test_colours(values: dict[str, str], in_terminal: bool, in_pipe: bool, environment: pytest.MonkeyPatch) -> None:
    for name, value in values.items():
        environment.setenv(name, value)
    assert colored(Terminal()) == in_terminal
    assert colored(StringIO()) == in_pipe


@pytest.mark.parametrize(
    ("columns", "found"),
    [("100", 100), ("20", 40), ("", None), ("many", None), ("0", None), ("-5", None), ("9" * 9, None)],
)
def test_width(columns: str, found: int | None, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("COLUMNS", columns)
    assert width(Terminal()) == found
    assert width(StringIO()) is None


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("ascii", "???? e ?? x"), ("latin-1", "???? e ?? x"), ("shift-jis", "\u8868\u8868 e ?? x"), ("utf-8", None)],
)
def test_what_the_terminal_cannot_show_is_as_wide_as_it_was(encoding: str, shown: str | None) -> None:
    text = "\u8868\u8868 e\u0301 \U0001f600 x"
    stream = TextIOWrapper(BytesIO(), encoding=encoding)
    assert spelled(text, stream) == (shown or text)
    assert display_width(spelled(text, stream)) == display_width(text)


BROKEN = """network broken {
    input image: [3, 8, 8]
    conv(8, 3x3, padding=1) -> relu -> conv(8, 3x3, padding=1) -> relu -> conv(8, 3x3) -> maxpool(9x9) -> relu
}
"""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
@pytest.mark.parametrize("command", ["check", "compile", "summary"])
def test_every_command_draws_as_wide_as_its_terminal(
    command: str, tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    import fcntl
    import struct
    import termios

    (tmp_path / "broken.cnn").write_text(BROKEN, encoding="utf-8")
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 50, 0, 0))
    words = [sys.executable, "-c", "import sys; from cnndsl.cli.main import main; sys.exit(main())"]
    started = subprocess.Popen(
        [*words, command, "broken.cnn"], stdout=theirs, stderr=theirs, cwd=tmp_path, env={**os.environ, "NO_COLOR": "1"}
    )
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # how Linux says that nobody writes any more
        pass
    os.close(ours)
    assert started.wait() == 1
    lines = shown.decode().splitlines()
    assert lines[0].startswith("error[E0402]: ")
    assert "maxpool(9x9)" in shown.decode()
    assert max(map(len, lines)) <= 50
