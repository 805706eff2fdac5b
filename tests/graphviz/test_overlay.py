"""The difference of two networks as a picture: every box says what happened to what it stands for."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from cnndsl.backends.graphviz import DrawError, View, write
from cnndsl.backends.graphviz.overlay import overlay
from cnndsl.backends.graphviz.picture import Box, Picture, boxes
from cnndsl.graph import Graph
from cnndsl.passes.difference import difference
from cnndsl.workspace.engine import render

Make = Callable[[str], Graph]

BEFORE = """
stem: { conv(8, 3x3, padding=1) -> bn }
a: conv(16, 3x3, padding=1)
gone: maxpool(2x2)
b: conv(16, 3x3, padding=1) -> relu
c: conv(4, 1x1)
"""
AFTER = """
stem: { conv(8, 3x3, padding=1) -> bn }
a: conv(24, 3x3, padding=1)
b: conv(16, 3x3, padding=1) -> relu
fresh: tanh
d: conv(4, 1x1)
"""


def marks(made: Picture) -> dict[str, str]:
    return {box.key: box.mark for box in boxes(made.members)}


def notes(made: Picture) -> dict[str, tuple[str, ...]]:
    return {box.key: box.notes for box in boxes(made.members) if box.notes}


def test_every_box_has_its_mark(body: Make) -> None:
    made = overlay(body(BEFORE), body(AFTER))
    assert marks(made) == {
        "image": "same",
        "stem.0": "same",
        "a": "changed",
        "before/gone": "removed",
        "b": "same",
        "fresh": "added",
        "d": "moved",
        "output/output": "same",
    }
    assert notes(made) == {"a": ("out_channels 16 \N{RIGHTWARDS ARROW} 24",), "d": ("c \N{RIGHTWARDS ARROW} d",)}


def test_arrows_show_the_way_before_and_after(body: Make) -> None:
    made = overlay(body(BEFORE), body(AFTER))
    assert {(arrow.tail, arrow.head): arrow.mark for arrow in made.arrows} == {
        ("image", "stem.0"): "same",
        ("stem.0", "a"): "same",
        ("a", "before/gone"): "removed",
        ("before/gone", "b"): "removed",
        ("a", "b"): "same",
        ("b", "fresh"): "added",
        ("fresh", "d"): "added",
        ("d", "output/output"): "same",
    }


def test_what_reads_another_has_a_new_arrow_and_an_old_one(body: Make) -> None:
    text = "a: conv(8, 1x1)\nb: conv(8, 3x3, padding=1)\nc: conv(8, 1x1)\nadd {{\nfrom {0}\nidentity\n}}"
    made = overlay(body(text.format("a")), body(text.format("b")))
    found = {(arrow.tail, arrow.head): arrow.mark for arrow in made.arrows}
    assert found["b", "add"] == "added"
    assert marks(made)["add"] == "moved"


def test_blocks_that_are_added_are_folded(bundled: Make) -> None:
    made = overlay(bundled("resnet18"), bundled("resnet34"))
    assert made.name == "resnet18 \N{RIGHTWARDS ARROW} resnet34"
    added = {box.key: box.times for box in boxes(made.members) if box.mark == "added"}
    assert added == {"layer1.2": 1, "layer2.2": 2, "layer3.2": 4, "layer4.2": 1}
    assert {box.mark for box in boxes(made.members) if box.key not in added} == {"same"}


def test_a_block_says_what_changed_in_it(graph: Make) -> None:
    text = """
        block cell { c1: conv(8, 1x1) -> relu -> c2: conv(8, 3x3, padding=1) -> bn2: bn -> c3: conv(8, 1x1) }
        network net {
            input image: [8, H=32, W=32]
            repeat 4 { cell }
        }
    """
    after = text.replace("1x1)", "1x1, bias=false)").replace("-> bn2: bn ", "").replace("relu", "gelu")
    (box,) = (box for box in boxes(overlay(graph(text), graph(after)).members) if box.mark != "same")
    arrow = "\N{RIGHTWARDS ARROW}"
    assert (box.mark, box.times) == ("changed", 4)
    assert box.notes == (
        f"2 \N{MULTIPLICATION SIGN} bias true {arrow} false",
        f"gelu: relu {arrow} gelu",
        "\N{MINUS SIGN} bn2",
    )


def test_a_block_that_only_lost_something_has_changed(bundled: Make) -> None:
    made = overlay(bundled("resnet18"), bundled("plain18"))
    found = {box.key: box for box in boxes(made.members) if box.mark == "changed"}
    minus = "\N{MINUS SIGN}"
    assert found["layer1.0"].notes == ("basic \N{RIGHTWARDS ARROW} plain", f"{minus} add")
    assert found["layer1.0"].times == 2
    assert found["layer2.0"].notes == ("basic \N{RIGHTWARDS ARROW} plain", f"{minus} downsample", f"{minus} add")
    assert len(found) == 7


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize(
    ("one", "other"),
    [("vgg16", "vgg16_bn"), ("alexnet", "alexnet_two_tower"), ("resnet34", "resnet50"), ("googlenet_paper", "lenet5")],
)
def test_nothing_is_lost(one: str, other: str, depth: int, bundled: Make) -> None:
    before, after = bundled(one), bundled(other)
    made, found = overlay(before, after, View(depth)), difference(before, after)
    shown = list(boxes(made.members))
    assert len({box.key for box in shown}) == len(shown)
    assert {arrow.tail for arrow in made.arrows} | {arrow.head for arrow in made.arrows} <= {box.key for box in shown}
    removed = {name for box in shown if box.mark == "removed" for name in names(box)}
    whole = {mark.before for mark in found.marks if mark.kinds == ("removed",)}
    said = {note for box in shown for note in box.notes if note.startswith("\N{MINUS SIGN}")}
    assert removed <= whole | {None}
    assert removed == whole or said or depth != 2
    added = {name for box in shown if box.mark == "added" for name in names(box)}
    assert added <= {mark.after for mark in found.marks if mark.kinds == ("added",)}
    ElementTree.fromstring(render(write(made), "svg"))


def names(box: Box) -> set[str]:
    """The steps of a box, where all of them are operations of their own."""
    parts = [part for part in (*box.steps, box.period) if part is not None]
    return {
        part.prefix + node.name for part in parts for node in part.every if node.graph is None and part.role != "group"
    }


def test_paths_of_either_network_can_be_opened(bundled: Make) -> None:
    made = overlay(bundled("resnet18"), bundled("resnet34"), View(expand=("layer1.2", "layer2.0")))
    found = marks(made)
    assert found["layer1.2.conv1"] == "added"
    assert found["layer2.0.conv1"] == "same"
    with pytest.raises(DrawError, match=r"layer9"):
        overlay(bundled("resnet18"), bundled("resnet34"), View(expand=("layer9",)))


def test_the_same_network_is_unchanged(bundled: Make) -> None:
    made = overlay(bundled("densenet121"), bundled("densenet121"))
    assert set(marks(made).values()) == {arrow.mark for arrow in made.arrows} == {"same"}


def test_signs_stand_in_the_labels_and_in_the_legend(body: Make) -> None:
    said = write(overlay(body(BEFORE), body(AFTER)))
    for words in (
        "+ tanh",
        "\N{MINUS SIGN} 2\N{MULTIPLICATION SIGN}2 max pool",
        "~ 3\N{MULTIPLICATION SIGN}3 conv, 24",
    ):
        assert f"<b>{words}" in said
    for words in ("+ added", "\N{MINUS SIGN} removed", "~ changed", "&gt; moved or renamed", "unchanged"):
        assert words in said


@pytest.mark.parametrize("name", ["<b>x</b>", r"a\\N", "]]>", "&amp;", "before/a", "x:y", "\N{GRINNING FACE}"])
def test_names_of_strangers(name: str, body: Make) -> None:
    text = f'"{name}": conv(4, 1x1)\nb: conv(4, 1x1)'
    for before, after in (
        (text, "b: conv(4, 1x1)"),
        (text, text.replace(name, "plain")),
        (text, text.replace("4", "5")),
    ):
        for pair in ((before, after), (after, before)):
            root = ElementTree.fromstring(render(write(overlay(*map(body, pair))), "svg"))
            assert not [one for one in root.iter() if one.tag.endswith("}b")]
