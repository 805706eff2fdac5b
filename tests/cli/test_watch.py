"""``cnn check --watch``: what makes it check again, and how it ends."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cnndsl.cli.main import main

Step = Callable[[], object]

GOOD = "network n {\n    input x: [3]\n    linear(2)\n}\n"
BAD = GOOD.replace("linear", "linaer")
CELL = "block cell { linear(2) }\n"
USER = "import cell\n\nnetwork n {\n    input x: [3]\n    cell\n}\n"
SETTINGS = '[tool.cnndsl]\nselect = ["design"]\n'


@pytest.fixture
def watched(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, list[str]]]:
    """``watched(words, *steps)``: a step is done at each look at files that have not changed, then comes Ctrl-C.

    The status, and the summary lines of all rounds.
    """

    def run(words: tuple[str, ...], *steps: Step) -> tuple[int, list[str]]:
        waiting = iter(steps)

        def wait(_: float) -> None:
            step = next(waiting, None)
            if step is None:
                raise KeyboardInterrupt
            step()

        monkeypatch.setattr("cnndsl.cli.watching.watch.__defaults__", (wait,))
        status = main(("check", *words, "--watch"))
        out, err = capsys.readouterr()
        assert err == ""
        assert next(waiting, None) is None
        rounds = out.split("\nwatching; Ctrl-C ends it\n")
        assert rounds.pop() == "\n"
        return status, [one.splitlines()[-1] for one in rounds]

    return run


def writing(name: str, text: str) -> Step:
    """Another content, which file systems with coarse clocks see too."""

    def write() -> None:
        path = Path(name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        later = time.time_ns() + 10**9 * len(text)
        os.utime(path, ns=(later, later))

    return write


def nothing() -> None:
    """A look at files that are as they were."""


def test_what_changes_is_checked_again(watched: Callable[..., tuple[int, list[str]]]) -> None:
    writing("a.cnn", GOOD)()
    steps = (nothing, writing("a.cnn", BAD), nothing, nothing, writing("a.cnn", GOOD))
    assert watched(("a.cnn",), *steps) == (130, ["a.cnn: no errors", "a.cnn: 1 error", "a.cnn: no errors"])


def test_so_is_what_it_imports_when_it_comes_and_goes(watched: Callable[..., tuple[int, list[str]]]) -> None:
    writing("a.cnn", USER)()
    steps = (writing("cell.cnn", CELL), writing("cell.cnn", CELL + "\nblock"), lambda: os.remove("cell.cnn"))
    rounds = ["a.cnn: 1 error", "a.cnn: no errors", "a.cnn: 1 error", "a.cnn: 1 error"]
    assert watched(("a.cnn",), *steps) == (130, rounds)


def test_so_is_a_file_that_is_not_there_yet(watched: Callable[..., tuple[int, list[str]]]) -> None:
    assert watched(("new.cnn",), writing("new.cnn", GOOD)) == (130, ["new.cnn: 1 error", "new.cnn: no errors"])


def test_so_is_a_folder_that_loses_and_gets_programs(watched: Callable[..., tuple[int, list[str]]]) -> None:
    writing("dir/a.cnn", GOOD)()
    steps = (
        writing("dir/b.cnn", BAD),
        lambda: os.remove("dir/b.cnn"),
        lambda: os.remove("dir/a.cnn"),
        writing("dir/c.cnn", BAD),
    )
    status, rounds = watched(("dir",), *steps)
    assert status == 130
    assert rounds == [
        "dir/a.cnn: no errors",
        "checked 2 files: 1 error",
        "dir/a.cnn: no errors",
        "help: the name of a program ends in .cnn",
        "dir/c.cnn: 1 error",
    ]


def test_so_is_it_when_settings_change_and_a_slip_in_them_is_no_end(
    watched: Callable[..., tuple[int, list[str]]],
) -> None:
    writing("dir/a.cnn", GOOD)()
    steps = (writing("pyproject.toml", "[tool.cnndsl]\nselect = 3\n"), writing("pyproject.toml", SETTINGS))
    status, rounds = watched(("dir/a.cnn",), *steps)
    assert (status, len(rounds)) == (130, 3)
    assert rounds[0] == rounds[2] == "dir/a.cnn: no errors"
    assert "as in select" in rounds[1]


@pytest.fixture
def process(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    writing("a.cnn", BAD)()
    command = [sys.executable, "-c", "import sys; from cnndsl.cli.main import main; sys.exit(main())"]
    started = subprocess.Popen(
        [*command, "check", "a.cnn", "--watch"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder
    )
    yield started
    started.kill()
    started.communicate()


def read_until(stream: int, end: bytes) -> bytes:
    read = b""
    while not read.endswith(end):
        assert select.select([stream], [], [], 30)[0], read
        piece = os.read(stream, 4096)
        assert piece, read
        read += piece
    return read


def test_a_real_process_shows_each_round_at_once_and_ends_quietly(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    first = read_until(process.stdout.fileno(), b"ends it\n")
    assert b"a.cnn: 1 error" in first
    assert b"\x1b" not in first
    writing("a.cnn", GOOD)()
    assert b"a.cnn: no errors" in read_until(process.stdout.fileno(), b"ends it\n")
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30) == (b"\n", b"")
    assert process.returncode == 130


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_a_terminal_is_cleared_before_each_round(term: str, folder: Path) -> None:
    writing("a.cnn", BAD)()
    ours, theirs = os.openpty()
    command = [sys.executable, "-c", "import sys; from cnndsl.cli.main import main; sys.exit(main())"]
    environment = {**os.environ, "TERM": term, "COLUMNS": "60"}
    started = subprocess.Popen([*command, "check", "a.cnn", "--watch"], stdout=theirs, cwd=folder, env=environment)
    os.close(theirs)
    try:
        shown = read_until(ours, b"ends it\r\n")
        assert shown.startswith(b"\x1b[2J\x1b[H") == (term == "xterm")
        assert (b"\x1b[1;31merror" in shown) == (term == "xterm")
    finally:
        started.send_signal(signal.SIGINT)
        assert started.wait(timeout=30) == 130
        os.close(ours)
