"""The bar charts of the lectures: what is charted, in which units, and that it can be read."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from cnndsl import load
from cnndsl.backends.figures.bars import MOST, Bar, draw, page
from cnndsl.backends.figures.page import TooLarge
from cnndsl.cli.figures import charted
from cnndsl.graph import Graph

Texts = Callable[[bytes], list[str]]
Collisions = Callable[[Figure], list[tuple[str, str]]]

LECTURE = Path(__file__).parents[1] / "architectures" / "data" / "lecture_facts.json"
CONVOLUTIONS = {
    "features.0": (64, 56, 3, 11),
    "features.3": (192, 27, 64, 5),
    "features.6": (384, 13, 192, 3),
    "features.8": (256, 13, 384, 3),
    "features.10": (256, 13, 256, 3),
}
"""AlexNet with one tower on 227 pixels, by hand: maps, their side, maps that are read, and the window."""


def rows(graph: Graph, by: str = "layer", depth: int = 1, no_bias: bool = False) -> list[Bar]:
    return charted(graph, argparse.Namespace(by=by, depth=depth, sort=None, no_bias=no_bias))


def test_alexnet_is_the_chart_of_the_lecture() -> None:
    bars = {bar.name: bar for bar in rows(load("alexnet")["alexnet"].configured({"H": 227, "W": 227}).ir)}
    printed = json.loads(LECTURE.read_text(encoding="utf-8"))["alexnet_one_tower_227"]["rows"]
    kib = [row[2] for row in printed if row[0].startswith(("conv", "pool"))]
    assert [round(bar.bytes / 1024) for bar in bars.values() if bar.name.startswith("features")][: len(kib)] == kib
    for name, (maps, side, read, window) in CONVOLUTIONS.items():
        assert bars[name].bytes == 4 * maps * side * side
        assert bars[name].params == maps * read * window**2 + maps
        assert bars[name].macs == maps * side * side * read * window**2
    assert bars["classifier.1"].params == 9216 * 4096 + 4096
    assert bars["classifier.1"].kind == "linear"


def test_resnet50_is_folded_and_adds_up(graph: Callable[[str], Graph]) -> None:
    bars = rows(graph("resnet50"))
    assert sum(bar.params for bar in bars) == 25_557_032
    bottleneck = 2048 * 512 + 512 * 512 * 9 + 512 * 2048 + 2 * (512 + 512 + 2048)
    (last,) = (bar for bar in bars if bar.name == "layer4.1 .. 2")
    assert last.params == 2 * bottleneck
    assert len(bars) < 20


@pytest.mark.usefixtures("within_settings")
@pytest.mark.parametrize("name", ["alexnet", "vgg16", "resnet50", "densenet121", "googlenet"])
def test_a_bar_a_row_as_long_as_its_number(name: str, graph: Callable[[str], Graph], collisions: Collisions) -> None:
    bars = rows(graph(name))
    figure = page(name, "", bars)
    for axes, values in zip(
        figure.axes, zip(*((bar.bytes, bar.params, bar.macs) for bar in bars), strict=True), strict=True
    ):
        widths = [patch.get_width() for patch in axes.patches]
        scale = max(widths) / max(values)
        assert widths == pytest.approx([value * scale for value in values])
        assert round(1 / scale) in (1, 10**3, 2**10, 10**6, 2**20, 10**9)
        assert axes.get_xlim()[0] == 0
    assert collisions(figure) == []


def test_axes_have_units_and_bars_their_numbers(graph: Callable[[str], Graph], texts: Texts) -> None:
    shown = texts(draw("alexnet", "input 3x224x224", rows(graph("alexnet")), "svg"))
    for words in ("KiB (float32, batch 1)", "parameters (M)", "MACs (M, batch 1)"):
        assert words in shown
    for words in (
        "parameters: 61.1 M",
        "multiply-adds: 714 M",
        "756",
        "37.8",
        "224",
        "features.0",
        "conv 11x11, 64, /4",
    ):
        assert words in shown
    for kind in ("convolution", "pooling", "linear"):
        assert shown.count(kind) == 1


def test_stages_and_kinds(graph: Callable[[str], Graph]) -> None:
    kinds = {bar.name: bar for bar in rows(graph("vgg16"), by="kind")}
    assert kinds["linear"].params == 25088 * 4096 + 4096 + 4096 * 4096 + 4096 + 4096 * 1000 + 1000
    assert kinds["linear"].kind == "linear"
    assert [bar.name for bar in rows(graph("resnet50"), by="stage")][1:5] == ["layer1", "layer2", "layer3", "layer4"]
    without = rows(graph("vgg16"), no_bias=True)
    assert without[1].params == 1728


def test_nothing_to_chart_is_a_chart(texts: Texts) -> None:
    assert "no layers" in texts(draw("no layers", "", [], "svg"))
    assert "0" in texts(draw("zeros", "", [Bar("relu", "", "activation", 0, 0, 0)], "svg"))


def test_too_many_bars_are_refused() -> None:
    with pytest.raises(TooLarge, match="301 bars cannot be read; 300 can"):
        draw("long", "", [Bar("conv", "", "convolution", 1, 1, 1)] * (MOST + 1), "svg")
