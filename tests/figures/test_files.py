"""Figures as files: their kinds, the same bytes everywhere, texts of strangers, and what the commands say."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import pytest

from cnndsl.backends.figures import bars, bubbles, volumes
from cnndsl.backends.figures.bars import Bar
from cnndsl.backends.figures.bubbles import Bubble
from cnndsl.cli.main import main
from cnndsl.graph import Graph

MAGIC = {"svg": b"<?xml", "pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n"}
HOSTILE = [
    "$x^2$ $\\frac{1}$",
    "</text><script>alert(1)</script>",
    "a\nb\x00\x1b[31m",
    "\udcff\u202eevil",
    "&amp;",
    "%s {0}",
]
COMMANDS = [
    ["summary", "alexnet", "--plot", "figure"],
    ["compare", "resnet18", "vgg11", "--plot", "figure"],
    ["draw", "resnet18", "--style", "volumes", "-o", "figure"],
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("format", MAGIC)
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_commands_write_files_of_their_kind(words: list[str], format: str, folder: Path) -> None:
    assert main([*words[:-1], f"figure.{format}"]) == 0
    written = (folder / f"figure.{format}").read_bytes()
    assert written.startswith(MAGIC[format])
    assert os.listdir(folder) == [f"figure.{format}"]


def test_the_same_bytes_under_another_hash_seed_and_style(folder: Path) -> None:
    lines = [*([*words[:-1], f"{words[0]}.{format}"] for words in COMMANDS for format in MAGIC)]
    code = f"from cnndsl.cli.main import main\nfor words in {lines!r}: assert main(words) == 0"
    (folder / "matplotlibrc").write_text("font.size: 20\nsvg.fonttype: path\naxes.grid: True\n", encoding="utf-8")
    made = []
    for seed, settings in (("0", {}), ("7", {"MATPLOTLIBRC": str(folder / "matplotlibrc")})):
        (folder / seed).mkdir()
        subprocess.run(
            [sys.executable, "-c", code], cwd=folder / seed, env={**os.environ, "PYTHONHASHSEED": seed, **settings},
            check=True, capture_output=True,
        )  # fmt: skip
        made.append({path.name: path.read_bytes() for path in (folder / seed).iterdir()})
    assert made[0] == made[1]
    assert len(made[0]) == 9


def test_settings_of_the_session_stay(graph: Callable[[str], Graph]) -> None:
    with mpl.rc_context({"font.size": 33.0}):
        before = dict(mpl.rcParams)
        volumes.draw(graph("lenet5_dense"), "svg")
        assert dict(mpl.rcParams) == before


def test_strangers_texts_stay_texts(texts: Callable[[bytes], list[str]]) -> None:
    chart = bars.draw(HOSTILE[0], HOSTILE[1], [Bar(name, name, "linear", 1, 1, 1) for name in HOSTILE], "svg")
    cloud = bubbles.draw([Bubble(name, 1, 1, 1) for name in HOSTILE], HOSTILE[1], "svg")
    for svg in (chart, cloud):
        shown = texts(svg)
        assert HOSTILE[0] in shown
        assert HOSTILE[1] in shown
        assert "&amp;" in shown
        assert "a�b��[31m" in shown
        assert b"<script" not in svg
    for format in ("pdf", "png"):
        assert bars.draw("", "", [Bar(name, name, "linear", 1, 1, 1) for name in HOSTILE], format)


def test_a_long_name_is_cut(texts: Callable[[bytes], list[str]]) -> None:
    shown = texts(bubbles.draw([Bubble("x" * 100_000, 1, 1, 1)], "memory", "svg"))
    assert max(map(len, shown)) < 100


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_without_matplotlib(
    words: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cnndsl.cli.figures.find_spec", lambda name: None)
    assert main([*words[:-1], "figure.svg"]) == 2
    printed = capsys.readouterr()
    assert printed.err == ("cnn: figures need matplotlib, which is not installed\nhelp: pip install 'cnndsl[draw]'\n")
    assert printed.out == ""
    assert os.listdir(folder) == []


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["summary", "alexnet", "--plot", "a.gif"], "--plot a.gif: the name must end in .svg, .pdf or .png"),
        (["compare", "alexnet", "--plot", ""], "--plot : the name must end in .svg, .pdf or .png"),
        (["draw", "alexnet", "--style", "volumes", "-o", "a.dot"], "volumes are not DOT text"),
        (["draw", "alexnet", "--style", "volumes"], "volumes are not DOT text"),
        (["draw", "alexnet", "vgg11", "--style", "volumes", "-o", "a.svg"], "a difference is not drawn as volumes"),
        (["draw", "alexnet", "--style", "volumes", "--label", "x", "-o", "a.svg"], "--label says nothing"),
        (["draw", "alexnet", "--style", "volumes", "--expand", "x", "-o", "a.svg"], "--expand x: no block or group"),
    ],
)  # fmt: skip
def test_what_the_command_line_may_not_ask(
    words: list[str], line: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(f"cnn: {line}")
    assert printed.out == ""
    assert os.listdir(folder) == []


def test_a_file_that_is_there_is_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "figure.svg").write_text("mine", encoding="utf-8")
    assert main(["summary", "lenet5_dense", "--plot", "figure.svg"]) == 1
    assert "figure.svg is there already" in capsys.readouterr().err
    assert (folder / "figure.svg").read_text(encoding="utf-8") == "mine"
    assert main(["summary", "lenet5_dense", "--plot", "figure.svg", "--force"]) == 0
    assert main(["summary", "lenet5_dense", "--plot", "figure.svg"]) == 0


def test_a_table_needs_no_matplotlib(folder: Path) -> None:
    code = (
        "import sys\nfrom cnndsl.cli.main import main\n"
        "assert main(['summary', 'lenet5_dense']) == main(['compare', 'lenet5_dense']) == 0\n"
        "assert 'matplotlib' not in sys.modules and 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, capture_output=True)
