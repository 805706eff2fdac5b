"""Feasible inputs: the smallest in which each convolution has something left to see, the largest that is seen whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import cnndsl
from cnndsl.graph import Graph
from cnndsl.passes.feasible import feasible, sights

Make = Callable[[str], Graph]

PUBLISHED = {
    # Richter et al., "Should You Go Deeper?" (2021), with shortcuts taken; the receptive field of the last map.
    "resnet50": (75, 427),
    "resnet18": (75, 435),
    # By hand: the last map sees 212, one step of 16 more than conv13, which sees two more than what it reads.
    "vgg16": (212 - 16 - 2 * 16, 212),
    # conv1 11; pool1 11 + 2 * 4; conv2 19 + 4 * 8; pool2 51 + 2 * 8; conv3, conv4, conv5, pool5 32 more each.
    "alexnet": (67 + 2 * 32, 67 + 4 * 32),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_known_networks(name: str) -> None:
    ends = feasible(cnndsl.load(name)[name].ir)
    assert ends == {"H": PUBLISHED[name], "W": PUBLISHED[name]}


def test_what_a_gate_reads_has_no_border(graph: Make) -> None:
    found = graph(
        "network net {\n input image: [4, H=32, W=32]\n conv(4, 3x3, padding=1)\n"
        " mul {\n identity\n { global_avgpool -> conv(4, 1x1) -> sigmoid }\n }\n conv(4, 5x5, padding=2)\n}"
    )
    # The first convolution reads the image, one position; the last what the first sees. The gate is left out.
    assert [(one.step.name, one.seen) for one in sights(found) if one.axis == "H"] == [("0", 1), ("2", 3)]
    assert feasible(found)["H"][0] == 3


def test_one_axis(graph: Make) -> None:
    found = graph("network net {\n input signal: [4, L=100]\n conv1d(4, 9) -> relu -> conv1d(4, 5, dilation=2)\n}")
    assert feasible(found) == {"L": (9, 17)}


def test_no_map(graph: Make) -> None:
    assert feasible(graph("network net {\n input features: [4]\n linear(2)\n}")) == {}
