"""Differences of networks that are small enough to tell by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

import cnndsl
from cnndsl.graph import Graph
from cnndsl.passes.difference import Change, Figures, difference

Make = Callable[[str], Graph]

BASE = """
    stem: { conv(16, 3x3, padding=1, bias=false) -> bn -> relu }
    a: conv(16, 3x3, padding=1) -> relu
    b: conv(32, 3x3, padding=1) -> relu
    global_avgpool -> flatten -> fc: linear(10)
    output logits: [10]
"""


def network(body: str, size: int = 32) -> str:
    return f"network n {{\n    input image: [3, H={size}, W={size}]\n{body}\n}}\n"


def told(change: Change) -> tuple[object, ...]:
    """A change without its figures."""
    places = tuple((place.before, place.after) for place in change.places)
    return change.kind, change.what, places, tuple(tuple(detail) for detail in change.details)


class Edit(NamedTuple):
    """A part of ``BASE``, what stands in its place, and the changes that this is."""

    old: str
    new: str
    changes: list[tuple[object, ...]]


EDITS = {
    "argument": Edit("conv(32,", "conv(64,", [("changed", "conv", (("b", "b"),), (("out_channels", "32", "64"),))]),
    "two arguments": Edit(
        "conv(32, 3x3, padding=1)",
        "conv(32, 5x5, padding=2)",
        [("changed", "conv", (("b", "b"),), (("kernel_size", "3x3", "5x5"), ("padding", "1", "2")))],
    ),
    "label": Edit("stem:", "conv1:", [("renamed", "layers", (("stem", "conv1"),), ())]),
    "label of one layer": Edit("fc:", "head:", [("renamed", "layers", (("fc", "head"),), ())]),
    "operation under a label": Edit(
        "a: conv(16, 3x3, padding=1)",
        "a: conv_transpose(16, 3x3, padding=1)",
        [
            (
                "changed",
                "conv",
                (("a", "a"),),
                (("operation", "conv(16, 3x3, padding=1)", "conv_transpose(16, 3x3, padding=1)"),),
            )
        ],
    ),
    "activation": Edit(
        "bn -> relu }",
        "bn -> leaky_relu(0.2) }",
        [("changed", "relu", (("stem.2", "stem.2"),), (("operation", "relu", "leaky_relu(0.2)"),))],
    ),
    "every activation": Edit(
        "relu",
        "silu",
        [
            (
                "changed",
                "relu",
                (("stem.2", "stem.2"), ("relu", "silu"), ("relu_2", "silu_2")),
                (("operation", "relu", "silu"),),
            )
        ],
    ),
    "a layer more": Edit(
        "    b:",
        "    c: conv(16, 1x1)\n    b:",
        [("added", "conv(16, 1x1)", ((None, "c"),), ())],
    ),
    "a layer less": Edit(
        "global_avgpool -> flatten", "flatten", [("removed", "global_avgpool", (("global_avgpool", None),), ())]
    ),
    "a layer more in a group": Edit(
        "{ conv(16, 3x3, padding=1, bias=false)",
        "{ dropout(0.1) -> conv(16, 3x3, padding=1, bias=false)",
        [
            ("added", "dropout(0.1)", ((None, "stem.0"),), ()),
            ("renamed", "numbers", (("stem.0", "stem.1"), ("stem.1", "stem.2")), ()),
        ],
    ),
    "a group more": Edit(
        "    b:",
        "    c: { conv(16, 1x1) -> relu }\n    b:",
        [("added", "group", ((None, "c"),), ())],
    ),
    "a residual": Edit(
        "    a: conv(16, 3x3, padding=1) -> relu",
        "    residual { a: conv(16, 3x3, padding=1) -> relu }",
        [("added", "add", ((None, "add"),), ())],
    ),
    "a layer more without labels": Edit(
        "    output",
        "    linear(10) -> linear(10)\n    output",
        [("added", "linear(10)", ((None, "linear"), (None, "linear_2")), ())],
    ),
    "into a group": Edit(
        "a: conv(16, 3x3, padding=1) -> relu\n    b: conv(32, 3x3, padding=1) -> relu",
        "body: {\n a: conv(16, 3x3, padding=1)\n relu1: relu\n b: conv(32, 3x3, padding=1)\n relu2: relu\n }",
        [
            (
                "renamed",
                "layers",
                (("a", "body.a"), ("relu", "body.relu1"), ("b", "body.b"), ("relu_2", "body.relu2")),
                (),
            )
        ],
    ),
    "order": Edit(
        "flatten -> fc: linear(10)",
        "fc: conv(10, 1x1) -> flatten",
        [
            (
                "changed",
                "linear",
                (("fc", "fc"),),
                (("operation", "linear(10)", "conv(10, 1x1)"),),
            ),
            ("moved", "flatten", (("flatten", "flatten"),), (("reads", "global_avgpool", "fc"),)),
        ],
    ),
    "initial weights": Edit(
        "    output",
        "    init conv(weight=normal(std=0.01))\n    output",
        [
            (
                "changed",
                "conv",
                (("stem.0", "stem.0"), ("a", "a"), ("b", "b")),
                (("initial weight", "PyTorch's", "normal(std=0.01)"),),
            )
        ],
    ),
    "name of an output": Edit("output logits", "output scores", [("renamed", "output", (("logits", "scores"),), ())]),
    "an output more": Edit(
        "    b:",
        "    output side when training: from a -> global_avgpool\n    b:",
        [
            ("added", "global_avgpool", ((None, "side"),), ()),
            ("added", "output", ((None, "side"),), ()),
        ],
    ),
    "classes": Edit(
        "linear(10)\n    output logits: [10]",
        "linear(5)\n    output logits: [5]",
        [
            ("changed", "linear", (("fc", "fc"),), (("out_features", "10", "5"),)),
            ("changed", "output", (("logits", "logits"),), (("shape", "10", "5"),)),
        ],
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_told_as_it_was_made(name: str, graph: Make) -> None:
    edit = EDITS[name]
    assert edit.old in BASE
    before, after = graph(network(BASE)), graph(network(BASE.replace(edit.old, edit.new)))
    assert [told(change) for change in difference(before, after).changes] == edit.changes


SAME = {
    "a block with the same keys": (
        "block unit(w) { conv(w, 3x3, padding=1, bias=false) -> bn -> relu }\n",
        BASE.replace("{ conv(16, 3x3, padding=1, bias=false) -> bn -> relu }", "unit(16)"),
    ),
    "written defaults": ("", BASE.replace("conv(32, 3x3, padding=1)", "conv(32, 3, stride=1, padding=1x1, bias=true)")),
    "checked arguments": ("", BASE.replace("linear(10)", "linear(10, in_features=32)")),
    "a name for a number, and a comment": ("let w = 32  # wide\n", BASE.replace("conv(32,", "conv(w,")),
    "a loop with the same labels": (
        "",
        BASE.replace(
            "    a: conv(16, 3x3, padding=1) -> relu\n    b: conv(32, 3x3, padding=1) -> relu",
            '    for n, w in [["a", 16], ["b", 32]] { "{n}": conv(w, 3x3, padding=1) -> relu }',
        ),
    ),
    "a region of defaults": (
        "",
        BASE.replace(
            "    a: conv(16, 3x3, padding=1) -> relu", "    with conv(padding=1) { a: conv(16, 3x3) -> relu }"
        ),
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_another_text_for_the_same_network_is_no_difference(name: str, graph: Make) -> None:
    items, body = SAME[name]
    assert body != BASE or items
    found = difference(graph(network(BASE)), graph(items + network(body)))
    assert found.changes == ()
    assert found.same
    assert found.weights.loads
    assert all(mark.kinds == () for mark in found.marks)


def test_names_that_nobody_chose_are_numbers(graph: Make) -> None:
    before = network("a: conv(4, 1x1)\nconv(5, 1x1) -> conv(6, 1x1)")
    after = network("a: conv(4, 1x1)\nconv(7, 3x3, padding=1) -> conv(5, 1x1) -> conv(6, 1x1)")
    found = difference(graph(before), graph(after))
    assert [told(change) for change in found.changes] == [
        ("added", "conv(7, 3x3, padding=1)", ((None, "conv"),), ()),
        ("renamed", "numbers", (("conv", "conv_2"), ("conv_2", "conv_3")), ()),
    ]


def test_the_window_of_a_pool_and_its_stride_may_be_written(graph: Make) -> None:
    before, after = graph(network("maxpool(2)")), graph(network("maxpool(2x2, stride=2)"))
    assert difference(before, after).same


def test_figures_of_a_wider_layer_and_what_follows(graph: Make) -> None:
    found = difference(graph(network(BASE)), graph(network(BASE.replace("conv(32,", "conv(64,"))))
    (change,) = found.changes
    wide = 32 * 16 * 9
    assert change.delta == Figures(wide + 32, wide * 32 * 32, 32 * 32 * 32 * 4)
    assert [place.after for place in found.consequence.shapes] == ["relu_2", "global_avgpool", "flatten"]
    assert found.consequence.weights == 1
    assert found.consequence.delta == Figures(32 * 10, 32 * 10, 4 * (32 * 32 * 32 + 32 + 32))
    assert [one.key for one in found.weights.mismatched] == ["b.weight", "b.bias", "fc.weight"]


def test_one_change_of_many_instances_is_one(graph: Make) -> None:
    block = "block cell(k) { c1: conv(8, k, padding=k // 2) -> relu -> c2: conv(8, 1x1) }\n"
    rest = network("repeat 12 { cell(3) }")
    found = difference(graph(block + rest), graph(block.replace("1x1", "1x1, bias=false") + rest))
    (change,) = found.changes
    assert (change.layers, change.what) == (12, "conv")
    assert [tuple(detail) for detail in change.details] == [("bias", "true", "false")]
    assert [place.after for place in change.places] == [f"{number}.c2" for number in range(12)]
    assert change.delta.params == -12 * 8


def test_a_block_that_is_added_whole_is_one_with_its_totals(graph: Make) -> None:
    block = "block cell { c1: conv(8, 3x3, padding=1) -> bn1: bn -> relu }\n"
    texts = [block + network(f"stem: conv(8, 1x1)\nbody: {{ repeat {times} {{ cell }} }}") for times in (2, 5)]
    found = difference(*map(graph, texts))
    (change,) = found.changes
    assert (change.kind, change.what, change.layers) == ("added", "cell", 9)
    assert [place.after for place in change.places] == ["body.2", "body.3", "body.4"]
    assert change.delta.params == 3 * (8 * 8 * 9 + 8 + 16)
    assert found.weights.unexpected == ()
    assert len(found.weights.missing) == 3 * 7


def test_a_layer_that_reads_another_has_moved(graph: Make) -> None:
    text = "a: conv(4, 1x1)\nb: conv(4, 1x1)\nconcat {{\nfrom {0} -> c: conv(4, 1x1)\nidentity\n}}"
    found = difference(graph(network(text.format("a"))), graph(network(text.format("b"))))
    assert [told(change) for change in found.changes] == [
        ("moved", "conv(4, 1x1)", (("c", "c"),), (("reads", "a", "b"),))
    ]


def test_a_layer_at_another_place_has_moved(graph: Make) -> None:
    before = "a: conv(4, 3x3, padding=1)\nb: conv(4, 1x1)\nc: conv(4, 5x5, padding=2)\ndrop: dropout(0.5)"
    after = "drop: dropout(0.5)\na: conv(4, 3x3, padding=1)\nb: conv(4, 1x1)\nc: conv(4, 5x5, padding=2)"
    found = difference(graph(network(before)), graph(network(after)))
    assert [told(change) for change in found.changes] == [
        ("moved", "dropout", (("drop", "drop"),), (("reads", "c", "image"),))
    ]


def test_a_training_head_that_becomes_an_output(graph: Make) -> None:
    text = "a: conv(4, 1x1)\noutput side{0}: from a -> conv(2, 1x1)\nconv(4, 1x1)\noutput main"
    found = difference(graph(network(text.format(" when training"))), graph(network(text.format(""))))
    assert [told(change) for change in found.changes] == [
        ("changed", "conv", (("side", "side"),), (("computed", "in training only", "always"),)),
        ("changed", "output", (("side", "side"),), (("there", "in training only", "always"),)),
    ]


def test_a_deeper_resnet_has_more_blocks_and_nothing_else() -> None:
    before, after = (cnndsl.load(name)[name].ir for name in ("resnet18", "resnet34"))
    (change,) = difference(before, after).changes
    assert (change.kind, change.what, change.layers) == ("added", "basic", 56)
    added = ["layer1.2", "layer2.2", "layer2.3", "layer3.2", "layer3.3", "layer3.4", "layer3.5", "layer4.2"]
    assert [place.after for place in change.places] == added
