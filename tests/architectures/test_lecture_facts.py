"""Every number that five CNN lectures print about the networks, or the exact one where a slide slips."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Any

import pytest

LECTURES: dict[str, Any] = json.loads((Path(__file__).parent / "data/lecture_facts.json").read_text("utf-8"))
Facts = Callable[..., Any]
C3 = {"lenet5": "c3.concat", "lenet5_dense": "c3"}


def _chain(steps: str, *sizes: int) -> str:
    axes = f"[{', '.join(map(str, sizes))}]"
    return f"network example {{\n    input maps: {axes}\n    {steps}\n}}\n"


@pytest.mark.parametrize("case", LECTURES["output_size"], ids=lambda case: case["what"])
def test_output_sizes(facts_of: Facts, case: dict[str, Any]) -> None:
    width, *size = case.get("exact_shape") or [8, *case["exact"]]
    window = f"{case['kernel']}, stride={case['stride']}, padding={case['padding']}"
    step = f"maxpool({window})" if "pool" in case["what"] else f"conv({width}, {window})"
    found = facts_of(_chain(step, *case["in"]))
    assert found.output == [width, *size]
    if "exact_params" in case:
        assert found.params == case["exact_params"]


@pytest.mark.parametrize("name", ["lenet5", "lenet5_dense"])
def test_lenet_layers(facts: Facts, name: str) -> None:
    found = facts(name)
    layers = {"conv": [], "pool": [], "fc": [], "out": []}
    for kind, channels, *size in LECTURES["lenet5"]["layers"]:
        layers[kind].append([channels, *map(int, size[0].split("x"))] if size else [channels])
    pooled = [row["output"] for row in found.rows.values() if row["op"] == "avgpool"]
    assert pooled == layers["pool"]
    assert [found.shape("c1"), found.shape(C3[name]), found.shape("c5")] == layers["conv"]
    assert [found.shape("f6")] == layers["fc"]
    assert [found.output] == layers["out"]


def test_lenet_parameters(facts: Facts) -> None:
    assert facts("lenet5").params == 60_000
    assert facts("lenet5_dense").params == 61_706


def test_alexnet_two_towers(facts: Facts) -> None:
    lecture = LECTURES["alexnet_two_tower_227"]
    found = facts("alexnet_two_tower")
    printed = {name: shape for name, shape in lecture["layers"] if name not in ("input", "norm1", "norm2", "pool3")}
    for name, shape in printed.items():
        assert found.shape(name) == _sizes(shape), name
    # The slide normalises after pooling, as CaffeNet does; the paper normalises first, so the maps are larger.
    assert [found.shape("norm1"), found.shape("norm2")] == [[96, 55, 55], [256, 27, 27]]
    # Its third pool is the one after the fifth convolution.
    assert found.shape("pool5") == _sizes(dict(lecture["layers"])["pool3"])
    # 60M, 61M and 62M are printed: the first two are the two towers, 62M forgets them.
    assert found.params == lecture["exact_params_grouped"]
    assert facts("alexnet_two_tower", towers=1).params == lecture["exact_params_ungrouped"]


def test_alexnet_one_tower_at_227(facts: Facts) -> None:
    lecture = LECTURES["alexnet_one_tower_227"]
    found = facts("alexnet", sizes={"H": 227, "W": 227})
    exact = lecture["exact"]
    rows = list(found.rows.values())
    convolutions = [row for row in rows if row["op"] == "conv"]
    pools = [row for row in rows if row["op"] == "maxpool"]
    fc6 = next(row for row in rows if row["op"] == "linear")
    named = {f"conv{i}": row for i, row in enumerate(convolutions, 1)}
    named |= dict(zip(("pool1", "pool2", "pool5"), pools, strict=True)) | {"fc6": fc6}
    # "145" million MACs of conv4 is a slip: 256 * 384 * 9 * 13 * 13 is 149.5 million.
    slips = {("conv4", 145): 150}
    for name, shape, kibibytes, params, macs in lecture["rows"]:
        if name == "flatten":
            continue
        row = named[name]
        assert row["output"] == _sizes(shape), name
        assert round(prod(row["output"]) * 4 / 1024) == kibibytes, name
        assert round(row["params"] / 1e3) == params, name
        assert round(row["macs"] / 1e6) == slips.get((name, macs), macs), name
    assert named["conv1"]["params"] == exact["conv1_params"]
    assert named["conv1"]["macs"] == exact["conv1_macs"]
    assert prod(named["conv1"]["output"]) == exact["conv1_output_elements"]
    assert prod(named["pool1"]["output"]) * 9 == exact["pool1_ops"]
    # The slide prints 37,725,832; 9216 * 4096 + 4096 is this:
    assert fc6["params"] == exact["fc6_params"] == 37_752_832
    assert fc6["macs"] == exact["fc6_macs"]


def test_zfnet_changes_alexnet(facts: Facts) -> None:
    paper, wide = facts("zfnet"), facts("zfnet_wide")
    assert [paper.rows[f"conv{i}"]["output"][0] for i in (3, 4, 5)] == [384, 384, 256]
    assert [wide.rows[f"conv{i}"]["output"][0] for i in (3, 4, 5)] == [512, 1024, 512]
    assert [paper.shape(name) for name in ("conv1", "pool1")] == [[96, 110, 110], [96, 55, 55]]


def test_vgg16_without_biases(facts: Facts) -> None:
    lecture = LECTURES["vgg16_no_bias"]
    found = facts("vgg16")
    rows = [row for row in found.rows.values() if row["op"] in ("conv", "maxpool", "linear")]
    assert [row["output"] for row in rows] == [_sizes(shape) for _, shape, _ in lecture["rows"][1:]]
    biases = [row["output"][0] if row["params"] else 0 for row in rows]
    weights = [row["params"] - bias for row, bias in zip(rows, biases, strict=True)]
    assert weights == [count for _, _, count in lecture["rows"][1:]]
    assert found.params == lecture["exact_params_with_bias"]
    assert found.params_without_biases == lecture["exact_params_no_bias"]
    # "24M values" is printed below rows that sum to 15.2M, the image included.
    values = 3 * 224 * 224 + sum(prod(row["output"]) for row in rows)
    assert values == lecture["exact_activation_values_listed_rows"]
    # "6 blocks" is printed of VGG-19; it has five, each closed by a pool.
    assert sum(row["op"] == "maxpool" for row in facts("vgg19").rows.values()) == 5


def test_vgg_c_has_1x1_convolutions(facts: Facts) -> None:
    kernels = [row["arguments"]["kernel_size"] for row in facts("vgg_c").rows.values() if row["op"] == "conv"]
    assert [index for index, kernel in enumerate(kernels) if kernel == (1, 1)] == [6, 9, 12]


def test_three_small_kernels_against_a_large_one(facts_of: Facts) -> None:
    large = facts_of(_chain("conv(64, 7x7, bias=false)", 64, 28, 28))
    small = facts_of(_chain("repeat 3 { conv(64, 3x3, bias=false) }", 64, 28, 28))
    assert (large.params, small.params) == (49 * 64**2, 27 * 64**2)
    assert large.output == small.output == [64, 22, 22]


def test_inception_naive_and_reduced(facts: Facts) -> None:
    lecture = LECTURES["inception_example_256x28x28"]
    naive, reduced = facts("inception_naive"), facts("inception_reduced")
    assert [naive.output, reduced.output] == [lecture["naive_output"], lecture["reduced_output"]]
    assert _macs(naive) == sorted(macs for _, macs in lecture["naive"])
    assert _macs(reduced) == sorted(macs for _, macs in lecture["reduced"])
    # 864,196,224 is printed on one deck, which prints the 3x3 as 356,816,512 in place of 346,816,512.
    assert naive.macs == lecture["naive_exact_sum"] == 854_196_224
    # 358M is printed on the other: the 3x3 row was counted twice.
    assert reduced.macs == lecture["reduced_exact_sum"] == 271_351_808
    assert round((reduced.macs + 86_704_128) / 1e6) == 358


def test_bottleneck_and_five_by_five(facts_of: Facts) -> None:
    lecture = LECTURES["bottleneck_example"]
    direct = facts_of(_chain("conv(256, 3x3, padding=1, bias=false)", 192, 28, 28))
    assert direct.params == lecture["direct_3x3_192_to_256"]
    squeezed = facts_of(_chain("conv(64, 1x1, bias=false) -> conv(192, 3x3, padding=1, bias=false)", 256, 28, 28))
    assert squeezed.params == lecture["with_1x1_64"]
    five = facts_of(_chain("conv(32, 5x5, padding=2)", 192, 28, 28))
    assert five.macs == LECTURES["five_by_five_example"]["exact_macs"]


@pytest.mark.parametrize("name", ["googlenet", "googlenet_paper"])
def test_googlenet_rows(facts: Facts, name: str) -> None:
    found = facts(name)
    for row in LECTURES["googlenet"]["rows"]:
        if len(row) == 3:
            assert found.block(f"inception{row[0]}") == _sizes(row[1]), row[0]
    shapes = [found.shape(f"maxpool{i}") for i in (1, 2, 3, 4)]
    printed = [_sizes(row[1]) for row in LECTURES["googlenet"]["rows"] if row[0].startswith("maxpool")]
    assert shapes == printed
    assert found.depth == 22


def test_comparison_of_networks(facts: Facts) -> None:
    # "62M" and "1.5B": AlexNet without its two towers in one column, with them (and two operations a MAC) in the other.
    alexnet = facts("alexnet_two_tower")
    assert alexnet.macs * 2 == 1_448_813_632
    assert facts("alexnet_two_tower", towers=1).params == 62_378_344
    # "138M" and "19.6B": the parameters of VGG-16 beside the MACs of VGG-19.
    assert facts("vgg16").params == 138_357_544
    assert facts("vgg19").macs == 19_632_062_464
    # "6.4M" and "2B" of GoogLeNet: exactly 6,998,552 parameters without the heads, and 1.58G MACs.
    assert facts("googlenet_paper").macs == 1_582_671_872
    # "60.3M" and "11B" of ResNet-152: 60.2M; 11.5G MACs with the stride in the 3x3, 11.3G with it in the 1x1.
    assert (facts("resnet152").params, facts("resnet152").macs) == (60_192_808, 11_513_626_624)


def test_global_average_pooling_saves_weights(facts_of: Facts) -> None:
    dense = facts_of(_chain("flatten -> linear(10, bias=false)", 256, 100, 100))
    pooled = facts_of(_chain("global_avgpool -> flatten -> linear(10, bias=false)", 256, 100, 100))
    assert (dense.params, pooled.params) == (25_600_000, 2_560)


@pytest.mark.parametrize(("kernel", "padding"), [(3, 1), (5, 2)])
def test_padding_that_keeps_the_size(facts_of: Facts, kernel: int, padding: int) -> None:
    assert facts_of(_chain(f"conv(8, {kernel}, padding={padding})", 3, 32, 32)).output == [8, 32, 32]


def _sizes(text: str | int) -> list[int]:
    return [int(size) for size in str(text).split("x")]


def _macs(found: Any) -> list[int]:
    return sorted(row["macs"] for row in found.rows.values() if row["macs"])
