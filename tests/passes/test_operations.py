"""Operations counted by hand, column by column, on networks of a few steps; MACs against PyTorch's counter too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

import cnndsl
from cnndsl.graph import Graph
from cnndsl.ops import Costs
from cnndsl.passes.conventions import total
from cnndsl.passes.costs import Totals, totals

Make = Callable[[str], Graph]


class Case(NamedTuple):
    """Steps on 4x8x8 (64 positions), the parameters, and the columns that are not zero."""

    what: str
    steps: str
    params: int
    costs: Costs
    inputs: str = "input x: [4, H=8, W=8]"
    blocks: str = ""


CASES = [
    # Convolutions: a kernel over the input channels of the group, for each value of the result.
    Case("convolution", "conv(6, 3x3)", 6 * 4 * 9 + 6, Costs(macs=6 * 36 * 4 * 9, bias=6 * 36)),
    Case("no bias", "conv(6, 3x3, bias=false)", 6 * 4 * 9, Costs(macs=6 * 36 * 36)),
    Case("stride", "conv(6, 3x3, stride=2, padding=1, bias=false)", 216, Costs(macs=6 * 16 * 36)),
    Case("dilation", "conv(6, 3x3, dilation=2, bias=false)", 216, Costs(macs=6 * 16 * 36)),
    Case("kernel of 1x7", "conv(6, [1, 7], padding=[0, 3])", 6 * 4 * 7 + 6, Costs(macs=6 * 64 * 28, bias=6 * 64)),
    Case("pointwise", "conv(6, 1x1)", 6 * 4 + 6, Costs(macs=6 * 64 * 4, bias=6 * 64)),
    Case("two groups", "conv(6, 3x3, groups=2, bias=false)", 6 * 2 * 9, Costs(macs=6 * 36 * 2 * 9)),
    Case("depthwise", "conv(8, 3x3, padding=1, groups=4, bias=false)", 8 * 9, Costs(macs=8 * 64 * 9)),
    Case("circular padding", 'conv(6, 3x3, padding=1, padding_mode="circular")', 222, Costs(6 * 64 * 36, 6 * 64)),
    Case("along one axis", "conv1d(3, 5)", 3 * 4 * 5 + 3, Costs(3 * 6 * 20, 3 * 6), "input x: [4, 10]"),
    # Transposed: a kernel for each value of the input, and a bias for each of the result.
    Case("transposed", "conv_transpose(6, 2x2, stride=2)", 4 * 6 * 4 + 6, Costs(4 * 64 * 6 * 4, 6 * 256)),
    Case(
        "transposed, overlapping",
        "conv_transpose(6, 3x3, stride=2, padding=1, output_padding=1, bias=false)",
        4 * 6 * 9,
        Costs(macs=4 * 64 * 6 * 9),
    ),
    Case("transposed, two groups", "conv_transpose(6, 3x3, groups=2)", 4 * 3 * 9 + 6, Costs(4 * 64 * 27, 6 * 100)),
    Case(
        "transposed, one axis", "conv_transpose1d(3, 4, stride=2)", 51, Costs(4 * 10 * 12, 3 * 22), "input x: [4, 10]"
    ),
    # Matrix products: a row for each value of the result.
    Case("linear", "flatten -> linear(10)", 256 * 10 + 10, Costs(macs=2560, bias=10)),
    Case("linear over positions", 'permute("HWC") -> linear(10)', 50, Costs(macs=64 * 10 * 4, bias=64 * 10)),
    Case("linear over more axes", "reshape(2, 4, 8, 4) -> linear(3)", 15, Costs(macs=64 * 4 * 3, bias=64 * 3)),
    # What is shared; what nobody reads, which PyTorch runs nevertheless; what is only there in training.
    Case(
        "shared weights",
        "shared mix = conv(4, 1x1)\nmix -> mix -> mix",
        4 * 4 + 4,
        Costs(macs=3 * 16 * 64, bias=3 * 4 * 64),
    ),
    Case(
        "a shared block on two inputs",
        "shared eye = unit\nadd {\n from x -> eye\n from y -> eye\n}",
        4 * 4 + 2 * 4,
        Costs(macs=2 * 16 * 64, normalization=2 * 2 * 256, elementwise=256),
        "input x: [4, H=8, W=8]\ninput y: [4, H, W]",
        "block unit { conv(4, 1x1, bias=false) -> bn }",
    ),
    Case(
        "an unused branch",
        "spare: conv(6, 3x3, bias=false)\nfrom x -> conv(2, 1x1, bias=false)",
        216 + 8,
        Costs(macs=6 * 36 * 36 + 2 * 64 * 4),
    ),
    Case(
        "what only a head for training reads",
        "side: conv(6, 3x3, bias=false)\nfrom x -> conv(2, 1x1, bias=false)\n"
        "output aux when training: from side -> conv(9, 1x1, bias=false)\noutput main",
        216 + 8 + 54,
        Costs(macs=6 * 36 * 36 + 2 * 64 * 4),
    ),
    Case(
        "a head for training",
        "stem: conv(4, 1x1, bias=false)\noutput aux when training: from stem -> conv(9, 3x3)\noutput main: relu",
        16 + 9 * 36 + 9,
        Costs(macs=64 * 16, activation=256),
    ),
    Case("channels that nobody reads", "conv(6, 1x1, bias=false) -> select(0, 1)", 24, Costs(macs=6 * 64 * 4)),
    Case(
        "a repeated block",
        "repeat 3 { cell }",
        3 * (4 * 4 * 9 + 4),
        Costs(macs=3 * 4 * 64 * 36, bias=3 * 256, activation=3 * 256, elementwise=3 * 256),
        blocks="block cell { residual { conv(4, 3x3, padding=1) -> relu } }",
    ),
    # Normalization: 2 a value with known statistics, 5 with statistics of this image.
    Case("batch norm", "bn", 8, Costs(normalization=2 * 256)),
    Case("batch norm without affine", "bn(affine=false)", 0, Costs(normalization=256)),
    Case("batch norm that tracks nothing", "bn(track_running_stats=false)", 8, Costs(normalization=5 * 256)),
    Case("layer norm", "layer_norm", 8, Costs(normalization=5 * 256)),
    Case("group norm", "group_norm(2, affine=false)", 0, Costs(normalization=4 * 256)),
    Case("instance norm", "instance_norm(affine=true)", 8, Costs(normalization=5 * 256)),
    Case("local response norm", "lrn(5)", 0, Costs(normalization=(5 + 3) * 256)),
    # Activations: 1 a value.
    Case("activations", "relu -> sigmoid -> hard_swish", 0, Costs(activation=3 * 256)),
    Case("learned slopes", "prelu(4)", 4, Costs(activation=256)),
    Case("softmax", "flatten -> softmax", 0, Costs(activation=3 * 256)),
    # Pooling and resampling: the window of each value; each input value once where all are averaged.
    Case("max pool", "maxpool(3x3, stride=2, ceil_mode=true)", 0, Costs(pooling=4 * 16 * 9)),
    Case("average pool", "avgpool([2, 4])", 0, Costs(pooling=4 * 8 * 8)),
    Case("adaptive pool", "adaptive_avgpool(3x3)", 0, Costs(pooling=256)),
    Case("global pool", "global_avgpool", 0, Costs(pooling=256)),
    Case("nearest", "upsample(scale_factor=2)", 0, Costs(pooling=4 * 256)),
    Case("bilinear", 'upsample(12x12, mode="bilinear")', 0, Costs(pooling=4 * 4 * 144)),
    # Element-wise: 1 a value for each operand after the first.
    Case("three branches", "add {\n identity\n relu\n relu\n}", 0, Costs(activation=2 * 256, elementwise=2 * 256)),
    Case(
        "squeeze and excitation",
        "mul {\n identity\n { global_avgpool -> conv(1, 1x1) -> relu -> conv(4, 1x1) -> sigmoid }\n}",
        4 + 1 + 4 + 4,
        Costs(macs=4 + 4, bias=1 + 4, activation=1 + 4, pooling=256, elementwise=256),
    ),
    Case("constants and learned terms", "sub(0.5) -> mul(2) -> scale -> shift", 8, Costs(elementwise=4 * 256)),
    Case("mean and sum", 'mean("HW") -> sum("C")', 0, Costs(elementwise=256 + 4)),
    Case("distances to prototypes", "flatten -> rbf(10)", 0, Costs(elementwise=3 * 10 * 256)),
    Case(
        "what moves values",
        "concat {\n identity\n pad(1) -> center_crop(8x8)\n} -> pixel_shuffle(2) -> dropout(0.5)\n"
        'space_to_depth(2) -> permute("HWC") -> flatten -> constant(1)',
        0,
        Costs(),
    ),
]


def _source(case: Case) -> str:
    return f"{case.blocks}\nnetwork net {{\n{case.inputs}\n{case.steps}\n}}\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_by_hand(graph: Make, case: Case) -> None:
    found = graph(_source(case))
    whole = totals(found)
    assert whole == Totals(case.params, whole.params_without_biases, whole.buffers, case.costs.macs, case.costs)
    beside = sum(case.costs) - case.costs.macs
    assert total(found, "macs") == total(found, "paper") == case.costs.macs
    assert total(found, "flops") == 2 * case.costs.macs + beside


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_macs_and_parameters_of_the_module(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "net.cnn"
    path.write_text(_source(case), "utf-8")
    network = cnndsl.load(str(path))["net"]
    module = network.build().eval()
    shapes = [network.shapes[name].sizes for name in network.ir.inputs]
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module(*(torch.randn(1, *sizes) for sizes in shapes))
    assert counter.get_total_flops() == 2 * case.costs.macs
    assert sum(weight.numel() for weight in module.parameters()) == case.params


def test_there_are_enough_and_every_column_is_among_them() -> None:
    assert len({case.what for case in CASES}) >= 28
    assert all(any(column) for column in zip(*(case.costs for case in CASES), strict=True))
