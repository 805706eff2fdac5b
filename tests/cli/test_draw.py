"""``cnn draw``: the engine that there is, the file that was asked for, and what is said where there is none."""

from __future__ import annotations

import os
import re
import stat
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cnndsl.workspace import engine
from cnndsl.workspace.network import load

Cnn = Callable[..., tuple[int, str, str]]
STARTS = {"svg": b"<?xml", "pdf": b"%PDF-", "png": b"\x89PNG", "dot": b"digraph lenet5 {", "gv": b"digraph lenet5 {"}


@pytest.fixture
def no_dot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A PATH without Graphviz."""
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """A ``dot`` on PATH that is this Python program."""

    def make(text: str) -> None:
        folder = tmp_path / "bin"
        folder.mkdir()
        dot = folder / "dot"
        dot.write_text(f"#!{sys.executable}\nimport sys, os, time\n{text}\n", encoding="utf-8")
        dot.chmod(dot.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(folder))

    return make


@pytest.mark.usefixtures("no_dot")
@pytest.mark.parametrize("ending", STARTS)
def test_the_ending_says_the_format(cnn: Cnn, tmp_path: Path, ending: str) -> None:
    assert cnn("draw", "lenet5", "-o", str(tmp_path / f"net.{ending}")) == (0, "", "")
    assert (tmp_path / f"net.{ending}").read_bytes().startswith(STARTS[ending])


@pytest.mark.usefixtures("no_dot")
def test_bitmaps_are_sharp_and_documents_fit_a_page(cnn: Cnn, folder: Path) -> None:
    for ending in ("png", "svg", "pdf"):
        assert cnn("draw", "vgg16", "-o", f"net.{ending}")[0] == 0
    width, height = struct.unpack(">II", (folder / "net.png").read_bytes()[16:24])
    points = re.findall(r'(?:width|height)="(\d+)pt"', (folder / "net.svg").read_text(encoding="utf-8"))[:2]
    assert [width, height] == [pytest.approx(int(size) * 192 / 72, abs=4) for size in points]
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+) ?\]", (folder / "net.pdf").read_bytes())
    assert box is not None
    assert float(box[1]) <= 8.27 * 72  # A4 is the narrower, Letter the lower
    assert float(box[2]) <= 11 * 72


@pytest.mark.usefixtures("no_dot")
def test_the_engine_inside_says_nothing(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    load("lenet5")["lenet5"].draw("png")
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("no_dot")
def test_a_pdf_has_no_date_of_its_own() -> None:
    before = dict(os.environ)
    assert b"CreationDate (D:1970" in bytes(load("lenet5")["lenet5"].draw("pdf"))
    assert dict(os.environ) == before


def test_dot_on_path_comes_first(cnn: Cnn, program: Callable[[str], None], tmp_path: Path) -> None:
    program("text = sys.stdin.read(); print(sys.argv[1:], os.environ['SOURCE_DATE_EPOCH'], text[:14])")
    assert cnn("draw", "lenet5", "-o", str(tmp_path / "net.svg")) == (0, "", "")
    assert (tmp_path / "net.svg").read_text() == "['-Tsvg'] 0 digraph lenet5\n"


def test_a_dot_that_fails_or_hangs(
    cnn: Cnn, program: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("if 'pdf' in sys.argv[1]: time.sleep(60)\nprint('Format: none', file=sys.stderr); sys.exit(3)")
    monkeypatch.setattr(engine, "SECONDS", 0.5)
    status, _, said = cnn("draw", "lenet5", "-o", str(tmp_path / "net.svg"))
    assert (status, said) == (1, f"cnn: {tmp_path}/bin/dot failed: Format: none\n")
    status, _, said = cnn("draw", "lenet5", "-o", str(tmp_path / "net.pdf"))
    assert status == 1
    assert said.startswith(f"cnn: {tmp_path}/bin/dot did not finish in 0.5 s\nhelp: draw less")
    assert not list(tmp_path.glob("net.*"))


@pytest.mark.usefixtures("no_dot")
def test_without_an_engine_the_text_is_written(cnn: Cnn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    status, out, said = cnn("draw", "lenet5", "-o", str(tmp_path / "net.svg"))
    assert (status, out) == (1, "")
    assert said == (
        f"cnn: there is no Graphviz to lay out {tmp_path}/net.svg; its text is in {tmp_path}/net.dot\n"
        "help: pip install 'cnndsl[draw]', or install Graphviz so that `dot` is found\n"
    )
    assert (tmp_path / "net.dot").read_bytes().startswith(STARTS["dot"])
    assert not (tmp_path / "net.svg").exists()
    (tmp_path / "net.dot").write_text("mine", encoding="utf-8")
    _, _, said = cnn("draw", "lenet5", "-o", str(tmp_path / "net.svg"))
    assert "its text is not written either: " in said
    assert "pip install" in said
    assert (tmp_path / "net.dot").read_text(encoding="utf-8") == "mine"


def test_text_is_printed_without_a_file(cnn: Cnn) -> None:
    status, out, said = cnn("draw", "lenet5", "--direction", "LR")
    assert (status, said) == (0, "")
    assert out.startswith("digraph lenet5 {")
    assert "rankdir=LR" in out


@pytest.mark.parametrize(
    ("words", "link"),
    [
        ((), "sub%20%25/java%3A.cnn#L2"),
        (("-o", "pictures/net.dot"), "../sub%20%25/java%3A.cnn#L2"),
        (("--link", "https://example.org/?file="), "https://example.org/?file=sub%20%25/java%3A.cnn#L2"),
    ],
)
def test_links_lead_from_the_picture_to_the_program(cnn: Cnn, folder: Path, words: tuple[str, ...], link: str) -> None:
    (folder / "sub %").mkdir()
    (folder / "pictures").mkdir()
    (folder / "sub %/java:.cnn").write_text(
        "network net {\n    input image: [1, 8, 8]\n    relu\n}\n", encoding="utf-8"
    )
    _, printed, _ = cnn("draw", "sub %/java:.cnn", *words)
    text = printed or (folder / "pictures/net.dot").read_text(encoding="utf-8")
    assert link in text
    assert str(folder) not in text


def test_somebody_elses_file_stays(cnn: Cnn, tmp_path: Path) -> None:
    (tmp_path / "net.dot").write_text("mine", encoding="utf-8")
    status, _, said = cnn("draw", "lenet5", "-o", str(tmp_path / "net.dot"))
    assert status == 1
    assert "--force replaces it" in said
    assert (tmp_path / "net.dot").read_text() == "mine"
    assert cnn("draw", "lenet5", "-o", str(tmp_path / "net.dot"), "--force")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-o", "net.svgz"), "cannot draw net.svgz: its ending says no format\nhelp: did you mean .svg? "),
        (("-o", "net"), "cannot draw net: its ending says no format\nhelp: the endings are "),
        (("--expand", "c4"), "--expand c4: no block or group is called so\nhelp: "),
        (("--label", "{colour}"), "--label: there is no {colour}\nhelp: "),
        (("--depth", "-1"), "argument --depth: '-1' is not a whole number"),
    ],
)
def test_mistakes_of_the_command_line(cnn: Cnn, words: tuple[str, ...], said: str) -> None:
    status, out, told = cnn("draw", "lenet5", *words)
    assert (status, out) == (2, "")
    assert said in told
