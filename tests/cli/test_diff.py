"""``cnn diff``: what is printed, what it exits with, and that no name gets out of its place."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

Cnn = Callable[..., tuple[int, str, str]]

GOLDENS = Path(__file__).parent / "differences"

OLD = '''"""Two networks for small images."""
block cell(width, stride = 1) {
    conv1: conv(width, 3x3, stride=stride, padding=1, bias=false) -> bn1: bn -> relu
    conv2: conv(width, 3x3, padding=1, bias=false) -> bn2: bn -> relu
}

network small(classes = 10) {
    input image: [3, H=32, W=32]
    stem: { conv(16, 3x3, padding=1, bias=false) -> bn -> relu }
    for width in [32, 64] { stage{width}: { cell(width, stride=2) -> repeat 2 { cell(width) } } }
    global_avgpool -> flatten -> drop: dropout(0.5) -> head: linear(classes)
    output logits: [classes]
}

network tiny {
    input image: [3, H=32, W=32]
    conv(4, 3x3) -> relu
}

network old {
    input image: [3, H=32, W=32]
    relu
}
'''
NEW = (
    OLD.replace("conv2: conv(width, 3x3, padding=1", "conv2: conv(width, 5x5, padding=2")
    .replace("stem:", "entry:")
    .replace("[32, 64]", "[32, 64, 128]")
    .replace(" -> drop: dropout(0.5)", "")
    .replace("network old", "network fresh")
)

CASES = {
    "text": "old.cnn:small new.cnn:small",
    "markdown": "old.cnn:small new.cnn:small --format markdown",
    "json": "old.cnn:small new.cnn:small --format json",
    "files": "old.cnn new.cnn",
    "files_markdown": "old.cnn new.cnn --format markdown",
    "same": "old.cnn:small old.cnn:small",
    "deeper": "resnet18 resnet34",
    "normalized": "vgg16 vgg16_bn",
    "grouped": "alexnet alexnet_two_tower",
    "nothing_in_common": "old.cnn alexnet",
    "misspelt": "resnet18 resnet35",
}


@pytest.fixture(autouse=True)
def programs(folder: Path) -> None:
    (folder / "old.cnn").write_text(OLD, encoding="utf-8")
    (folder / "new.cnn").write_text(NEW, encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_what_is_printed(name: str, cnn: Cnn, golden: Callable[[Path, str], None]) -> None:
    status, out, err = cnn("diff", *CASES[name].split())
    parts = [f"$ cnn diff {CASES[name]}\n", out, *(["--- stderr ---\n", err] if err else [])]
    golden(GOLDENS / f"{name}.txt", "".join(parts) + f"--- status {status} ---\n")


def test_the_example_of_the_manual_is_what_is_printed() -> None:
    page = (Path(__file__).parents[2] / "docs" / "diff.md").read_text(encoding="utf-8")
    printed = (GOLDENS / "deeper.txt").read_text(encoding="utf-8").rpartition("--- status")[0]
    assert f"```\n{printed}```" in page


def test_no_golden_is_left_over() -> None:
    assert {path.stem for path in GOLDENS.iterdir()} == set(CASES)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("old.cnn old.cnn", 0),
        ("resnet18 resnet18", 0),
        ("old.cnn new.cnn:tiny", 0),
        ("old.cnn new.cnn", 1),
        ("resnet18 resnet34", 1),
        ("old.cnn:tiny new.cnn:old", 2),
        ("old.cnn alexnet", 2),
        ("broken.cnn old.cnn", 2),
        ("old.cnn new.cnn -o missing/diff.md", 2),
    ],
)
def test_the_status_is_that_of_diff(words: str, status: int, cnn: Cnn) -> None:
    assert cnn("diff", *words.split())[0] == status


def test_settings_hold_for_both(cnn: Cnn) -> None:
    _, out, _ = cnn(
        "diff", "old.cnn:small", "new.cnn:small", "--set", "classes=5", "--size", "H=64,W=64", "--format", "json"
    )
    (found,) = json.loads(out)["networks"]
    assert found["before"] == "old.cnn:small"
    assert not any(place.get("before") == "head" for change in found["changes"] for place in change["places"])


def test_it_goes_to_a_file(cnn: Cnn, folder: Path) -> None:
    assert cnn("diff", "old.cnn", "new.cnn", "-o", "diff.txt")[:2] == (1, "")
    assert (folder / "diff.txt").read_text(encoding="utf-8") == cnn("diff", "old.cnn", "new.cnn")[1]


HOSTILE = [
    "a|b",
    "`tick`",
    "``",
    "</details><script>",
    "@everyone #1",
    r"a\\b",
    r"line\nbreak",
    r"tab\tstop",
    "[x](http://y)",
    "**b**",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_in_their_cells(name: str, cnn: Cnn, folder: Path) -> None:
    text = 'network n {{\n    input image: [3, 8, 8]\n    "{}": conv(4, 1x1)\n    relu\n}}\n'
    (folder / "one.cnn").write_text(text.format("plain"), encoding="utf-8")
    (folder / "two.cnn").write_text(text.format(name), encoding="utf-8")
    status, out, _ = cnn("diff", "one.cnn", "two.cnn", "--format", "markdown")
    assert status == 1
    rows = [line for line in out.splitlines() if line.startswith("| **renamed**")]
    assert len(rows) == 1
    assert len(re.split(r"(?<!\\)\|", rows[0])) == 8
    outside = re.sub(r"(`+).*?(?<!`)\1(?!`)", "", unescape(rows[0]))
    assert not set("<@#[]") & set(outside)
    _, plain, _ = cnn("diff", "one.cnn", "two.cnn")
    assert len([line for line in plain.splitlines() if line.startswith("=")]) == 1
    assert all(letter.isprintable() for line in plain.split("\n") for letter in line)


def test_colours_of_a_terminal_cannot_be_changed(cnn: Cnn, folder: Path) -> None:
    text = 'network n {{\n    input image: [3, 8, 8]\n    "{}": conv(4, 1x1)\n}}\n'
    (folder / "one.cnn").write_text(text.format("plain"), encoding="utf-8")
    (folder / "two.cnn").write_text(text.format("\x1b[31mred\u202e"), encoding="utf-8")
    for form in ("text", "markdown", "json"):
        _, out, _ = cnn("diff", "one.cnn", "two.cnn", "--format", form)
        assert "\x1b" not in out
        assert "\u202e" not in out


def test_two_networks_are_drawn_as_their_difference(cnn: Cnn, folder: Path) -> None:
    status, out, _ = cnn("draw", "old.cnn:small", "new.cnn:small")
    assert status == 0
    assert "\N{MINUS SIGN} dropout" in out
    assert "+ cell" in out


@pytest.mark.parametrize("words", ["diff googlenet googlenet_paper --format json", "draw googlenet googlenet_paper"])
def test_two_hash_seeds_give_the_same_bytes(words: str) -> None:
    command = [sys.executable, "-c", "import sys; from cnndsl.cli.main import main; sys.exit(main())", *words.split()]
    made = {
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=False).stdout
        for seed in ("0", "1", "2")
    }
    assert len(made) == 1
    assert len(made.pop()) > 1000
