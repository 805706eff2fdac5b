"""The gallery is what its commands make. Where things lie is up to the version of Graphviz, what they say is not."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cnndsl.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/gallery.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^cnn (.*)$", PAGE, re.MULTILINE)
DIAGRAMS = [one for one in COMMANDS if one.startswith("draw") and "volumes" not in one]
LINK = "{http://www.w3.org/1999/xlink}"
SAID = (
    "id",
    "fill",
    "stroke",
    "stroke-dasharray",
    "font-family",
    "font-size",
    "font-weight",
    LINK + "href",
    LINK + "title",
)


def said(path: Path) -> list[tuple[str, ...]]:
    """Every element without its place: what it is, its colours, words, links and tips."""
    root = ElementTree.parse(path).getroot()
    return sorted((one.tag, (one.text or "").strip(), *(one.get(name) or "" for name in SAID)) for one in root.iter())


def told(command: str) -> Path:
    words = shlex.split(command)
    return Path(words[words.index("--plot" if "--plot" in words else "-o") + 1])


@pytest.mark.parametrize("command", DIAGRAMS, ids=lambda one: told(one).stem)
def test_a_picture_is_what_its_command_makes(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for program in re.findall(r"\S+\.cnn", command):
        (tmp_path / program).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / program, tmp_path / program)
    monkeypatch.chdir(tmp_path)
    made = told(command)
    made.parent.mkdir(parents=True)
    assert main(shlex.split(command)) == 0
    assert said(made) == said(ROOT / made)


def test_every_picture_is_shown_and_has_its_command() -> None:
    files = {f"gallery/{path.name}" for path in (ROOT / "docs/gallery").iterdir()}
    assert files == set(re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGE))
    made = {word for line in re.findall(r"^cnn .*$", PAGE, re.MULTILINE) for word in shlex.split(line)}
    assert {f"docs/{file}" for file in files} <= made


def test_the_gallery_knows_no_machine() -> None:
    for path in (ROOT / told(command) for command in DIAGRAMS):
        links = re.findall(r'xlink:href="([^#"][^"]*)"', path.read_text(encoding="utf-8"))
        assert all(link.startswith("../../") for link in links)
        assert all((path.parent / link.partition("#")[0]).is_file() for link in links)
