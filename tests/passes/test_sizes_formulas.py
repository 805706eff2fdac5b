"""Shapes as formulas of the symbols of the input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import cnndsl
from cnndsl.graph import Graph
from cnndsl.passes.sizes import formulas, output_formulas

Make = Callable[[str], Graph]
UNET = Path(__file__).parents[1] / "architectures" / "language" / "unet.cnn"

FORMULAS = {
    "conv(4, 7x7, stride=2, padding=3)": "4 x ceil(H/2) x ceil(W/2)",
    "conv(4, 3x3) -> maxpool(2) -> conv(4, 3x3)": "4 x (floor(H/2) - 3) x (floor(W/2) - 3)",
    "conv(4, 11x11, stride=4) -> maxpool(3, stride=2)": "4 x floor((H - 11)/8) x floor((W - 11)/8)",
    'conv(4, 2x2, stride=3, padding="same")': "4 x ceil(H/3) x ceil(W/3)",
    "maxpool(1, stride=2, ceil_mode=true)": "2 x ceil(H/2) x ceil(W/2)",
    "maxpool(3, stride=2, padding=1, ceil_mode=true)": "2 x (floor(H/2) + 1) x (floor(W/2) + 1)",
    "upsample(scale_factor=2)": "2 x 2*H x 2*W",
    "upsample(scale_factor=1.5) -> conv(2, 3x3)": "2 x (floor(3*H/2) - 2) x (floor(3*W/2) - 2)",
    "conv_transpose(2, 4x4, stride=2) -> conv(2, 3x3, stride=4)": "2 x ceil(H/2) x ceil(W/2)",
    "space_to_depth(4) -> conv(2, 1x1)": "2 x H/4 x W/4",
    'maxpool(3) -> flatten("H")': "2 x floor(H/3)*floor(W/3)",
    "maxpool(4) -> flatten -> linear(2)": "2",
    "global_avgpool": "2 x 1 x 1",
    'permute("HWC")': "H x W x 2",
    "conv(8, 3x3, padding=1) -> pixel_shuffle(2) -> center_crop(20)": "2 x 20 x 20",
}


@pytest.mark.parametrize("steps", FORMULAS)
def test_shapes_as_formulas(steps: str, graph: Make) -> None:
    found = graph(f"network net {{\n input image: [2, H=32, W=32]\n {steps}\n}}")
    assert output_formulas(found) == {"output": FORMULAS[steps]}


def test_the_output_of_the_unet_of_the_paper() -> None:
    graph = cnndsl.load(UNET)["unet"].ir
    axis = "(16*floor(({0} - 188)/16) + 4)"
    assert output_formulas(graph) == {"output": f"2 x {axis.format('H')} x {axis.format('W')}"}


def test_a_flattened_size_that_the_matrix_fixes_is_a_number() -> None:
    found = formulas(cnndsl.load("alexnet_two_tower")["alexnet_two_tower"].ir)
    assert found["conv1"] == "96 x floor((H - 7)/4) x floor((W - 7)/4)"
    assert found["flatten"] == "9216"


def test_blocks_and_what_is_in_them_have_formulas() -> None:
    found = formulas(cnndsl.load("resnet50")["resnet50"].ir)
    assert found["layer2.0"] == found["layer2.0.conv2"].replace("128", "512") == "512 x ceil(H/8) x ceil(W/8)"
