"""``cnn why``: the page shows what is printed; names, lines and measures that are not there; what is wide or long."""

from __future__ import annotations

import doctest
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

import cnndsl
from cnndsl.graph import Graph
from cnndsl.summary.columned import Look
from cnndsl.summary.why import why

Cnn = Callable[..., tuple[int, str, str]]
PAGE = Path(__file__).parents[2] / "docs" / "why.md"
TEXT = PAGE.read_text(encoding="utf-8")
SHOWN = re.findall(r"```console\n\$ cnn (.*)\n((?:.*\n)*?)```", TEXT)
PROGRAMS = re.findall(r"```cnn\n(# (\S+\.cnn)\n(?:.*\n)*?)```", TEXT)


@pytest.fixture
def programs(folder: Path) -> Path:
    """The programs of the page, in the working folder."""
    for text, name in PROGRAMS:
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_there_is_something_to_show() -> None:
    assert (len(SHOWN) >= 7, len(PROGRAMS)) == (True, 1)


@pytest.mark.parametrize(("words", "printed"), SHOWN, ids=[words for words, _ in SHOWN])
def test_the_page_shows_what_is_printed(words: str, printed: str, programs: Path, cnn: Cnn) -> None:
    status, out, _ = cnn(*shlex.split(words))
    assert (status, re.sub(r"\S*architectures/", "cnndsl/architectures/", out)) == (0, printed)


def test_the_python_of_the_page() -> None:
    failed, attempted = doctest.testfile(str(PAGE), module_relative=False)
    assert (failed, attempted) == (0, 3)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("resnet18 conv1.heigth", "cnn: conv1 has no heigth\nhelp: did you mean `conv1.height`?\n"),
        ("resnet18 layr3", "cnn: resnet18 has no layr3\nhelp: did you mean `layer3`?\n"),
        ("resnet18 layer3.0.cnov1", "cnn: layer3.0 has no cnov1\nhelp: did you mean `layer3.0.conv1`?\n"),
        ("resnet18 fc.height", "cnn: fc is 1000: it has no height\nhelp: it has channels\n"),
        (
            "resnet18 conv1..height",
            "cnn: `conv1..height` is not the name of a step\nhelp: as in layer3.0.conv2, or layer3.0.conv2.height\n",
        ),
        (
            "resnet18 nothing",
            "cnn: resnet18 has no nothing\nhelp: there are image, conv1, bn1, relu, maxpool, layer1, ...\n",
        ),
        (
            "tower.cnn:tower:2",
            "cnn: no step of a network stands on line 2 of tower.cnn\nhelp: the nearest are on line 3\n",
        ),
        (
            "tower.cnn:999",
            "cnn: no step of a network stands on line 999 of tower.cnn\nhelp: the nearest are on line 15\n",
        ),
        ("tower.cnn:4 breadth", "cnn: breadth is no size\nhelp: there are channels, depth, height, width, length\n"),
        ("tower.cnn:15 length", "cnn: global_avgpool is 128x1x1: it has no length\n"),
    ],
)
def test_what_is_not_there(words: str, said: str, programs: Path, cnn: Cnn) -> None:
    sound = (programs / "tower.cnn").read_text().replace("(2 * base, stride=2)", "(base)").replace("128x1x1", "64x1x1")
    (programs / "tower.cnn").write_text(sound)
    status, out, err = cnn("why", *shlex.split(words))
    assert (status, out) == (1, "")
    assert err.startswith(said.replace("128x1x1", "64x1x1"))


def test_a_command_that_does_not_say_what_it_wants(programs: Path, cnn: Cnn) -> None:
    asked = cnn("why", "resnet18")
    assert asked == (2, "", "cnn: which size?\nhelp: `cnn why resnet18 STEP`, or `cnn why FILE:LINE`\n")
    status, _, err = cnn("why", "resnet5", "conv1")
    assert status == 1
    assert "did you mean `resnet" in err
    status, _, err = cnn("why", "missing.cnn:3")
    assert (status, "there is no such file" in err) == (1, True)


def test_of_several_networks_one_is_named_or_the_first_that_uses_the_line(folder: Path, cnn: Cnn) -> None:
    (folder / "two.cnn").write_text(
        "block cell { conv(4, 1x1) }\n"
        "network one { input x: [3, H=8, W=8]\n relu }\n"
        "network two { input x: [3, H=8, W=8]\n a: cell\n b: cell }\n"
    )
    status, _, err = cnn("why", "two.cnn", "x")
    assert (status, "two.cnn has 2 networks" in err) == (2, True)
    assert cnn("why", "two.cnn:two", "b.channels")[1].startswith("b of two is 4x8x8")
    assert cnn("why", "two.cnn:1:14")[1].startswith("a.0 of two is 4x8x8 (lines of two.cnn)\nthe first of 2 uses\n")
    assert cnn("why", "two.cnn:3")[1].startswith("0 of one is 3x8x8 (lines of two.cnn)\n\nC is 3\n")


def test_a_step_behind_a_mistake(programs: Path, cnn: Cnn) -> None:
    status, out, err = cnn("why", "tower.cnn", "b")
    assert (status, out) == (1, "")
    assert "error[E0401]" in err
    assert err.endswith("cnn: the shape of b is not known\nhelp: a mistake comes before it\n")
    status, out, err = cnn("why", "tower.cnn", "fc")
    assert (status, out) == (
        0,
        "fc of tower is 10 (lines of tower.cnn)\n\n"
        "C is 10\n  10  fc       its out_features\n      line 15  linear(10)\n",
    )
    assert err == "\ntower.cnn has 1 error: what comes after it is not known\n"


def test_nothing_where_a_file_cannot_be_read(folder: Path, cnn: Cnn) -> None:
    (folder / "empty.cnn").write_text("block a { relu }\n")
    assert "has no network that needs no arguments" in cnn("why", "empty.cnn", "a")[2]
    (folder / "bad.cnn").write_text("network {{{\n")
    status, out, err = cnn("why", "bad.cnn", "a")
    assert (status, out, "cnn: bad.cnn has" in err) == (1, "", True)


def _graph(name: str) -> Graph:
    return cnndsl.load(name)[name].ir


@pytest.mark.parametrize(
    ("network", "place", "most"),
    [
        ("resnet152", "layer3.35.conv3", 40),
        ("densenet264", "features.norm5.channels", 40),
        ("densenet201", "classifier", 10),
        ("googlenet", "inception5b", 90),
        ("vgg19", "features.36", 40),
    ],
)
def test_it_is_short(network: str, place: str, most: int) -> None:
    assert why(_graph(network), place).count("\n") < most


def test_it_is_as_wide_as_the_terminal() -> None:
    narrow = why(_graph("resnet50"), "layer3.0.conv3", look=Look(60)).splitlines()
    assert max(map(len, narrow[1:])) == 60
    assert sum(line.endswith("...") for line in narrow) >= 2


def test_colours_change_no_character() -> None:
    graph = _graph("densenet121")
    plain, colored = why(graph, "features.norm5"), why(graph, "features.norm5", look=Look(color=True))
    assert "\x1b[1m1024\x1b[0m" in colored
    assert re.sub(r"\x1b\[\d*m", "", colored) == plain


def test_what_would_move_the_cursor_is_shown_as_it_is_in_messages(folder: Path, cnn: Cnn) -> None:
    (folder / "odd\x1b.cnn").write_text("network a { input x: [3, H=8, W=8]\n a: conv(4, \t1x1) }\n", encoding="utf-8")
    status, out, _ = cnn("why", "odd\x1b.cnn", "a.channels")
    assert status == 0
    assert "\x1b" not in out
    assert "conv(4, 1x1)" in out


def test_from_python() -> None:
    network = cnndsl.load("resnet18")["resnet18"].configured({"H": 64}, classes=7)
    assert "classes = 7, as asked" in network.why("fc")
    assert "H = 64, as asked" in network.why("conv1.height")
    with pytest.raises(ValueError, match="conv1 has no heigth"):
        network.why("conv1.heigth")
