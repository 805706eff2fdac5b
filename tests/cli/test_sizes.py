"""``cnn sizes``: what it prints, its exit status and its JSON."""

from __future__ import annotations

import doctest
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

Cnn = Callable[..., tuple[int, str, str]]
PAGE = Path(__file__).parents[2] / "docs" / "sizes.md"
TIED = """
network tied {
    input image: [1, H=32, W=32]
    maxpool(4) -> flatten -> linear(2)
}
network fixed {
    input image: [1, 8, 8]
    relu
}
"""


@pytest.mark.parametrize("name", ["alexnet", "alexnet_two_tower"])
def test_the_page_shows_what_is_printed(name: str, cnn: Cnn, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = re.findall(rf"\$ cnn sizes {name}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    status, out, _ = cnn("sizes", name)
    assert status == 0
    assert [re.sub(r"\S*architectures/", "cnndsl/architectures/", out)] == shown


def test_the_python_of_the_page() -> None:
    failed, attempted = doctest.testfile(str(PAGE), module_relative=False)
    assert (failed, attempted > 3) == (0, True)


@pytest.mark.parametrize(
    ("size", "status", "answer"),
    [
        ("H=35", 0, "H = 35 fits"),
        ("H=36", 1, "the nearest H that fits: 35"),
        ("H=64,W=16", 0, "H = 64, W = 16 fits"),
        ("H=64,W=20", 1, "the nearest W that fits: 19"),
    ],
)
def test_sizes_that_are_asked_about(size: str, status: int, answer: str, cnn: Cnn) -> None:
    Path("tied.cnn").write_text(TIED, encoding="utf-8")
    found, out, _ = cnn("sizes", "tied.cnn:tied", "--size", size)
    assert (found, out.splitlines()[-1]) == (status, answer)


def test_a_symbol_that_is_not_there(cnn: Cnn) -> None:
    assert cnn("sizes", "alexnet", "--size", "X=3") == (
        2,
        "",
        "cnn: alexnet has no size X\nhelp: its symbols are H, W\n",
    )


def test_a_network_without_symbols_is_told_how_to_name_them(cnn: Cnn) -> None:
    Path("tied.cnn").write_text(TIED, encoding="utf-8")
    _, out, _ = cnn("sizes", "tied.cnn:fixed")
    assert out.splitlines()[-1] == "to ask for others, name them: `input image: [1, H=8, W=8]`"


def test_mistakes_are_shown_as_by_other_commands(cnn: Cnn) -> None:
    status, _, err = cnn("sizes", "broken.cnn", "--size", "H=3")
    assert status == 1
    assert "E0201" in err


def test_json(cnn: Cnn) -> None:
    Path("tied.cnn").write_text(TIED, encoding="utf-8")
    found = json.loads(cnn("sizes", "tied.cnn:tied", "--format", "json", "--size", "H=40").out)  # type: ignore[attr-defined]
    assert found["inputs"] == {"image": "1 x H x W"}
    assert found["outputs"] == {"output": "2"}
    assert found["shapes"]["0"] == "1 x floor(H/4) x floor(W/4)"
    height = found["symbols"]["H"]
    assert (height["default"], height["ranges"], height["from"]) == (32, [[32, 35]], None)
    (condition,) = height["conditions"]
    assert {name: condition[name] for name in ("text", "step", "op", "file", "line", "column")} == {
        "text": "32 <= H <= 35",
        "step": "2",
        "op": "linear",
        "file": "tied.cnn",
        "line": 4,
        "column": 30,
    }
    assert [tie["text"] for tie in found["ties"]] == ["floor(H/4)*floor(W/4) = 64"]
    assert found["together"][0]["apart"]["W"]["text"] == "W >= 4"
    assert found["asked"]["fits"] is False
    assert found["asked"]["nearest"] == {"H": [35]}


def test_json_of_several_networks_asks_for_one(cnn: Cnn) -> None:
    Path("tied.cnn").write_text(TIED, encoding="utf-8")
    status, _, err = cnn("sizes", "tied.cnn", "--format", "json")
    assert (status, "name one, as in tied.cnn:fixed" in err) == (2, True)
