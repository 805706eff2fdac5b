"""Depth against the names and the words of papers, and on networks that are small enough to see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import cnndsl
from cnndsl.graph import Graph
from cnndsl.passes.depth import depth

Make = Callable[[str], Graph]

PAPERS = [
    # "eight learned layers" (2012), the same in Zeiler & Fergus.
    ("alexnet", 8),
    ("alexnet_two_tower", 8),
    ("zfnet", 8),
    ("zfnet_wide", 8),
    # "11 weight layers" to "19 weight layers" in Table 1; C and D have 16.
    *((name, int(name[3:5])) for name in ("vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg16_bn", "vgg19_bn")),
    ("vgg_a_lrn", 11),
    ("vgg_c", 16),
    # "22 layers deep when counting only layers with parameters".
    ("googlenet", 22),
    ("googlenet_paper", 22),
    # The names; a projection is beside the longest way.
    *((f"resnet{layers}", layers) for layers in (18, 34, 50, 101, 152)),
    ("plain18", 18),
    ("plain34", 34),
    *((f"densenet{layers}", layers) for layers in (121, 161, 169, 201)),
    # Its blocks of 6, 12, 64 and 48 pairs, three transitions, the first and the last layer are one more than its name.
    ("densenet264", 265),
    # Three convolutions and a small perceptron after each: three or four blocks of three.
    ("nin_cifar10", 9),
    ("nin_imagenet", 12),
    ("lenet5", 5),
    ("lenet5_dense", 5),
]


@pytest.mark.parametrize(("name", "layers"), PAPERS)
def test_papers(name: str, layers: int) -> None:
    assert depth(cnndsl.load(name)[name].ir) == layers


@pytest.mark.parametrize(
    ("name", "layers"),
    # "27 layers if we also count pooling"; "LeNet-5 comprises seven layers, not counting the input".
    [("googlenet_paper", 27), ("lenet5", 7), ("vgg16", 21 + 1), ("resnet50", 52)],
)
def test_with_pools(name: str, layers: int) -> None:
    """torchvision's VGG pools once more, to a grid of 7x7."""
    assert depth(cnndsl.load(name)[name].ir, pools=True) == layers


def _net(steps: str, inputs: str = "input x: [4, H=16, W=16]") -> str:
    return f"network net {{\n{inputs}\n{steps}\n}}"


CASES = [
    ("relu -> bn -> maxpool(2x2)", 0),
    ("conv(4, 1x1) -> conv_transpose(4, 2x2, stride=2) -> flatten -> linear(3)", 3),
    ("add {\n conv(4, 1x1)\n { conv(4, 1x1) -> conv(4, 1x1) }\n identity\n}", 2),
    ("residual { conv(4, 1x1) } shortcut { conv(4, 1x1) }", 1),
    ("dense { repeat 3 { conv(4, 1x1) } } -> conv(4, 1x1)", 4),
    ("shared mix = conv(4, 1x1)\nmix -> mix", 2),
    ("a: conv(4, 1x1)\noutput aux when training: from a -> conv(4, 1x1) -> conv(4, 1x1)\noutput main: relu", 1),
    ("spare: conv(4, 1x1) -> conv(4, 1x1)\nfrom x -> conv(4, 1x1)", 1),
    ("scale -> shift -> prelu(4) -> bn -> group_norm(2)", 0),
    # A gate is beside the way, one factor a channel or a position; two maps that are multiplied are both on it.
    ("conv(4, 1x1) -> mul {\n identity\n { global_avgpool -> conv(1, 1x1) -> conv(4, 1x1) -> sigmoid }\n}", 1),
    ("conv(4, 1x1) -> mul {\n identity\n { conv(1, 7x7, padding=3) -> sigmoid }\n}", 1),
    ("mul {\n conv(4, 1x1)\n { conv(4, 1x1) -> conv(4, 1x1) }\n}", 2),
    # Only its size is taken.
    ("a: conv(4, 3x3) -> conv(4, 3x3)\nfrom x -> center_crop(like=a) -> conv(4, 1x1)", 1),
]


@pytest.mark.parametrize(("steps", "layers"), CASES, ids=[steps.replace("\n", ";") for steps, _ in CASES])
def test_small(graph: Make, steps: str, layers: int) -> None:
    assert depth(graph(_net(steps))) == layers


def test_several_inputs(graph: Make) -> None:
    found = graph(
        _net(
            "add {\n conv(4, 1x1)\n from y -> conv(4, 1x1) -> conv(4, 1x1)\n} -> conv(4, 1x1)",
            "input x: [4, H=16, W=16]\ninput y: [4, H, W]",
        )
    )
    assert depth(found) == 3


def test_unet_of_its_paper() -> None:
    """Ronneberger et al., 2015: "In total the network has 23 convolutional layers", the up-convolutions among them."""
    found = cnndsl.load(str(Path(__file__).parents[1] / "architectures/language/unet.cnn"))["unet"].ir
    assert depth(found) == 23


def test_blocks_are_measured_once(graph: Make) -> None:
    text = "block b0 { conv(4, 1x1) }\n" + "".join(f"block b{i + 1} {{ b{i} -> b{i} }}\n" for i in range(12))
    assert depth(graph(f"{text}{_net('b12')}")) == 2**12
