"""Every number that five CNN lectures print about the networks, or the exact one where a slide slips."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cnndsl
from cnndsl.passes.sizes import valid_sizes
from cnndsl.summary import Summary, compare
from cnndsl.summary.formats import FORMATS

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


def test_224_pixels_need_padding_for_maps_of_55(facts_of: Facts) -> None:
    # One slide prints 224x224x3 in and 55x55x96 out: that is padding 2, or 227 pixels.
    assert facts_of(_chain("conv(96, 11, stride=4, padding=2)", 3, 224, 224)).output == [96, 55, 55]
    assert facts_of(_chain("conv(96, 11, stride=4)", 3, 224, 224)).output == [96, 54, 54]


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
    towers, one = lecture["exact_params_grouped"] / 1e6, lecture["exact_params_ungrouped"] / 1e6
    assert lecture["printed_params"].startswith(f"{int(towers)}M, {round(towers)}M and {round(one)}M")


def test_alexnet_one_tower_at_227(facts: Facts) -> None:
    lecture = LECTURES["alexnet_one_tower_227"]
    found = facts("alexnet", sizes={"H": 227, "W": 227})
    columns = "step,operation,output,params,macs,pooling,memory,values"
    rows = Summary(found.graph, columns=columns).rows[1:]
    names = [name for name, *_ in lecture["rows"] if name != "flatten"]
    named = dict(zip(names, rows, strict=False))
    # The slide ends at fc6, and gives a row to flatten, which makes nothing new.
    assert [row["operation"] for row in rows[len(names) :]] == ["linear, relu", "linear"]
    named["flatten"] = next(row for row in Summary(found.graph, 1, "step", columns).rows if row["step"] == "flatten")
    # "145" million MACs of conv4 is a slip: 256 * 384 * 9 * 13 * 13 is 149.5 million.
    slips = {("conv4", 145): 150}
    for name, shape, kibibytes, params, macs in lecture["rows"]:
        row = named[name]
        assert row["output"] == _sizes(shape), name
        assert round(row["memory"] / 1024) == kibibytes, name
        assert round(row["params"] / 1e3) == params, name
        assert round(row["macs"] / 1e6) == slips.get((name, macs), macs), name
    exact = lecture["exact"]
    assert named["conv1"]["params"] == exact["conv1_params"]
    assert named["conv1"]["macs"] == exact["conv1_macs"]
    assert named["conv1"]["values"] == exact["conv1_output_elements"]
    assert named["pool1"]["pooling"] == exact["pool1_ops"]
    # The slide prints 37,725,832; 9216 * 4096 + 4096 is this:
    assert named["fc6"]["params"] == exact["fc6_params"] == 37_752_832
    assert named["fc6"]["macs"] == exact["fc6_macs"]


def test_zfnet_changes_alexnet(facts: Facts) -> None:
    paper, wide = facts("zfnet"), facts("zfnet_wide")
    assert [paper.rows[f"conv{i}"]["output"][0] for i in (3, 4, 5)] == [384, 384, 256]
    assert [wide.rows[f"conv{i}"]["output"][0] for i in (3, 4, 5)] == [512, 1024, 512]
    assert [paper.shape(name) for name in ("conv1", "pool1")] == [[96, 110, 110], [96, 55, 55]]


def test_vgg16_without_biases_is_the_table_row_for_row(facts: Facts) -> None:
    lecture = LECTURES["vgg16_no_bias"]
    found = facts("vgg16")
    table = Summary(found.graph, no_bias=True, columns="operation,kernel,output,params,values")
    assert [(_as_lectures_say(row), row["output"], row["params"]) for row in table.rows] == [
        (name, _sizes(shape), count) for name, shape, count in lecture["rows"]
    ]
    printed = Summary(found.graph, no_bias=True, columns="step,output,params").table
    lines = FORMATS["text"](printed).split("---\n")[2].splitlines()[:-1]
    assert [line.split()[1:] for line in lines] == [
        [shape, *([f"{count:,}"] if count else [])] for _, shape, count in lecture["rows"]
    ]
    assert table.table.total.values[3] == lecture["exact_params_no_bias"] == found.params_without_biases
    assert found.params == lecture["exact_params_with_bias"]
    assert f"{found.params / 1e6:.0f}M" == lecture["printed_params"]
    assert lecture["printed_memory"].startswith("24M values")
    # "24M values, 93 or 96 MB" is printed below rows that sum to 15.2M values or 58 MiB, the image included.
    values = table.table.total.values[4]
    assert values == lecture["exact_activation_values_listed_rows"]
    assert round(values * 4 / 2**20) == 58
    # It is nearer the truth when every ReLU keeps its own output.
    every = Summary(found.graph, by="step", columns="values").table.total.values[0]
    assert abs(every - 24e6) < abs(values - 24e6)


def test_vgg19_has_five_blocks(facts: Facts) -> None:
    # "6 blocks" is printed; each of the five is closed by a pool.
    assert sum(row["op"] == "maxpool" for row in facts("vgg19").rows.values()) == 5


def test_vgg_c_has_1x1_convolutions(facts: Facts) -> None:
    kernels = [row["arguments"]["kernel_size"] for row in facts("vgg_c").rows.values() if row["op"] == "conv"]
    assert [index for index, kernel in enumerate(kernels) if kernel == (1, 1)] == [6, 9, 12]


def test_three_small_kernels_against_a_large_one(facts_of: Facts) -> None:
    lecture = LECTURES["vgg_stack"]
    large = facts_of(_chain("conv(64, 7x7, bias=false)", 64, 28, 28))
    small = facts_of(_chain("repeat 3 { conv(64, 3x3, bias=false) }", 64, 28, 28))
    assert f"{large.params // 64**2} C^2" == lecture["weights_7x7"]
    assert f"{small.params // 64**2} C^2" == lecture["weights_three_3x3"]
    assert large.output == small.output == [64, 22, 22]
    for found in (large, small):
        assert Summary(found.graph, columns="receptive_field").rows[-1] == {
            "receptive_field": lecture["receptive_field"]
        }


def test_inception_naive_and_reduced(facts: Facts) -> None:
    lecture = LECTURES["inception_example_256x28x28"]
    naive, reduced = facts("inception_naive"), facts("inception_reduced")
    assert [naive.output, reduced.output] == [lecture["naive_output"], lecture["reduced_output"]]
    assert _costly(naive, 2) == sorted(lecture["naive"])
    assert _costly(reduced, 3) == sorted([_bare(name), macs] for name, macs in lecture["reduced"])
    # 864,196,224 is printed on one deck, which prints the 3x3 as 356,816,512 in place of 346,816,512.
    assert naive.macs == lecture["naive_exact_sum"] == 854_196_224
    assert lecture["naive_printed_sum"].startswith("854M on one deck, 864,196,224 on another")
    assert 864_196_224 - naive.macs == 356_816_512 - 346_816_512
    # 358M is printed on the other: the 3x3 row was counted twice.
    assert reduced.macs == lecture["reduced_exact_sum"] == 271_351_808
    assert round((reduced.macs + 86_704_128) / 1e6) == 358


def test_bottleneck_and_five_by_five(facts_of: Facts) -> None:
    lecture = LECTURES["bottleneck_example"]
    direct = facts_of(_chain("conv(256, 3x3, padding=1, bias=false)", 192, 28, 28))
    assert direct.params == lecture["direct_3x3_192_to_256"]
    squeezed = facts_of(_chain("conv(64, 1x1, bias=false) -> conv(192, 3x3, padding=1, bias=false)", 256, 28, 28))
    assert squeezed.params == lecture["with_1x1_64"]
    assert [row["params"] for row in squeezed.rows.values()] == [16_384, 110_592]
    five = facts_of(_chain("conv(32, 5x5, padding=2)", 192, 28, 28))
    assert five.macs == LECTURES["five_by_five_example"]["exact_macs"]


@pytest.mark.parametrize("name", ["googlenet", "googlenet_paper"])
def test_googlenet_rows(facts: Facts, name: str) -> None:
    found = facts(name)
    columns = "step,operation,kernel,output"
    rows = [row for row in Summary(found.graph, columns=columns).rows if not row["operation"].endswith("in training")]
    modules = {row["step"].removeprefix("inception"): row["output"] for row in rows if row["operation"] == "inception"}
    pools = [row for row in rows if row["operation"] == "maxpool"]
    lecture = LECTURES["googlenet"]["rows"]
    assert modules == {row[0]: _sizes(row[1]) for row in lecture if len(row) == 3}
    assert [row["output"] for row in pools] == [_sizes(row[1]) for row in lecture if row[0].startswith("maxpool")]
    for module, _, widths in (row for row in lecture if len(row) == 3):
        arguments = found.graph[f"inception{module}"].graph.arguments
        assert [arguments[name] for name in ("c1", "c3_reduce", "c3", "c5_reduce", "c5", "pool")] == widths
    printed = {row[0]: row[1] for row in lecture if len(row) == 2 and row[0] != "maxpool"}
    assert found.block("conv1") == _sizes(printed["conv 7x7/2"])
    assert pools[0]["kernel"] == "3x3 /2"
    assert found.block("conv2")[0] == 64  # the reduction before the 3x3
    assert found.block("conv3") == _sizes(printed["conv 3x3 reduce 64, 192"])
    assert found.shape("global_avgpool") == _sizes(printed["avgpool 7x7"])
    assert found.output == _sizes(printed["linear"])
    assert found.depth == 22


def test_googlenet_of_the_paper(facts: Facts) -> None:
    found = facts("googlenet_paper")
    assert found.rows["dropout"]["arguments"] == {"p": 0.4}
    # "2.7K" of the first layer fits 7x1 and 1x7 without biases; it has 9.5K. "463K" of 4c: it has 498 times 1024.
    assert (round(2 * 7 * 3 * 64 / 1e3, 1), found.under("conv1", "params")) == (2.7, 9_472)
    assert round(found.under("inception4c", "params") / 1024) == 498


def test_comparison_of_networks(facts: Facts) -> None:
    """Both conventions, for the lectures mix them."""
    names = {
        "AlexNet": "alexnet_two_tower",
        "VGGNet": "vgg16",
        "Inception": "googlenet_paper",
        "ResNet-152": "resnet152",
    }
    printed = {row[0]: row[1:] for row in LECTURES["comparison_table"]["printed"]}
    assert list(printed) == list(names)
    networks = {name: facts(name).graph for name in (*names.values(), "vgg19")} | {
        "one tower": facts("alexnet_two_tower", towers=1).graph
    }
    found = {row["network"]: row for row in compare(networks, "network,params,macs,flops").records}
    for lecture, name in names.items():
        assert str(printed[lecture][0]) in str(cnndsl.load(name)[name].document)
    # AlexNet's parameters and two operations a MAC, both without its two towers: 2.27G. With them, 1.45G.
    assert printed["AlexNet"][1:] == ["62M", "1.5B"]
    assert round(found["one tower"]["params"] / 1e6) == 62
    assert found["alexnet_two_tower"]["macs"] * 2 == 1_448_813_632
    assert round(found["alexnet_two_tower"]["flops"] / 1e9, 1) == 1.5
    # The parameters of VGG-16 beside the MACs of VGG-19.
    assert printed["VGGNet"][1:] == ["138M", "19.6B"]
    assert round(found["vgg16"]["params"] / 1e6) == 138
    assert round(found["vgg19"]["macs"] / 1e9, 1) == 19.6
    # "6.4M" of GoogLeNet is 7.0M without the heads; "2B" is rounded from 1.58G MACs.
    assert printed["Inception"][1:] == ["6.4M", "2B"]
    heads = sum(facts("googlenet_paper").under(head, "params") for head in ("aux1", "aux2"))
    assert found["googlenet_paper"]["params"] - heads == 6_998_552
    assert found["googlenet_paper"]["macs"] == 1_582_671_872
    # "60.3M" is 60.2M; "11B" are MACs: 11.5G with the stride in the 3x3, 11.3G with it in the 1x1.
    assert printed["ResNet-152"][1:] == ["60.3M", "11B"]
    assert (found["resnet152"]["params"], found["resnet152"]["macs"]) == (60_192_808, 11_513_626_624)


def test_global_average_pooling_saves_weights(facts_of: Facts) -> None:
    numbers = [int(number.replace(",", "")) for number in re.findall(r"[\d,]{5,}", LECTURES["gap_example"]["what"])]
    dense = facts_of(_chain("flatten -> linear(10, bias=false)", 256, 100, 100))
    pooled = facts_of(_chain("global_avgpool -> flatten -> linear(10, bias=false)", 256, 100, 100))
    assert [dense.params, pooled.params] == numbers == [25_600_000, 2_560]


def test_questions_that_the_lectures_ask(facts: Facts, facts_of: Facts) -> None:
    # Can the input size of AlexNet change? The first linear layer fixes it; with global average pooling it can.
    fixed = _chain("conv(8, 3x3) -> flatten -> linear(10)", 3, 32, 32).replace("32, 32]", "H=32, W=32]")
    free = fixed.replace("-> flatten", "-> global_avgpool -> flatten")
    assert [symbol.text for symbol in valid_sizes(facts("alexnet_two_tower").graph).symbols] == [
        "H in 227..258",
        "W in 227..258",
    ]
    assert [symbol.text for symbol in valid_sizes(facts_of(fixed).graph).symbols] == ["H = 32", "W = 32"]
    assert [symbol.text for symbol in valid_sizes(facts_of(free).graph).symbols] == ["H >= 3", "W >= 3"]
    # Can the output of a naive inception module be shallower than its input? Its pool keeps all channels.
    naive = facts("inception_naive")
    assert naive.shape("maxpool")[0] == naive.summary["inputs"]["maps"][0] < naive.output[0]


def test_where_memory_parameters_and_operations_are(facts: Facts) -> None:
    graph = facts("vgg16").graph
    first = {sort: Summary(graph, sort=sort, columns="step").rows for sort in ("memory", "params", "macs")}
    assert [row["step"] for row in first["memory"][:2]] == ["features.0", "features.2"]
    assert [row["step"] for row in first["params"][:2]] == ["classifier.0", "classifier.3"]
    kinds = {row["name"]: row for row in Summary(graph, by="kind").rows}
    assert kinds["convolution"]["macs_share"] > 99
    assert kinds["linear"]["params_share"] > 89


@pytest.mark.parametrize(("kernel", "padding"), [(3, 1), (5, 2)])
def test_padding_that_keeps_the_size(facts_of: Facts, kernel: int, padding: int) -> None:
    assert facts_of(_chain(f"conv(8, {kernel}, padding={padding})", 3, 32, 32)).output == [8, 32, 32]


def _sizes(text: str | int) -> list[int]:
    return [int(size) for size in str(text).split("x")]


def _costly(found: Any, depth: int) -> list[list[Any]]:
    """The convolutions as the decks write them: window, width, channels read where that tells them apart."""
    rows = Summary(found.graph, depth, columns="operation,kernel,input,output,macs").rows
    layers = [row for row in rows if row["macs"]]
    names = [f"{row['kernel']} {row['output'][0]}" for row in layers]
    return sorted([name, row["macs"]] for name, row in zip(names, layers, strict=True))


def _bare(name: str) -> str:
    return " ".join(name.split()[:2])


def _as_lectures_say(row: dict[str, Any]) -> str:
    first = row["operation"].split(",")[0]
    if first == "conv":
        return f"conv{row['kernel'].split('x')[0]}-{row['output'][0]}"
    return {"maxpool": "pool", "linear": "fc"}.get(first, first)
