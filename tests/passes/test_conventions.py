"""Every published figure is made from the columns of the table: which, and where it contradicts itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cnndsl
from cnndsl.graph import Graph, Step, steps
from cnndsl.ops import Costs
from cnndsl.passes.conventions import CONVENTIONS, UNITS, operations, total
from cnndsl.passes.costs import count, totals

HERE = Path(__file__).parent
FVCORE: dict[str, int] = json.loads((HERE / "data/fvcore.json").read_text("utf-8"))["totals"]
CLASSIC: dict[str, Any] = json.loads((HERE.parent / "architectures/data/classic_nets.json").read_text("utf-8"))["nets"]
Make = Callable[[str], Graph]

FIRST = """
import resnet: resnet
block first(width, stride = 1) {
    residual {
        conv(width, 1x1, stride=stride, bias=false) -> bn -> relu
        conv(width, 3x3, padding=1, bias=false) -> bn -> relu -> conv(width * 4, 1x1, bias=false) -> bn
    } shortcut {
        if stride != 1 or in.channels != width * 4 { conv(width * 4, 1x1, stride=stride, bias=false) -> bn }
    }
    relu
}
network resnet50 = resnet(first, [3, 4, 6, 3])
network resnet101 = resnet(first, [3, 4, 23, 3])
network resnet152 = resnet(first, [3, 8, 36, 3])
"""
"""The paper's bottleneck, which has its stride in the first 1x1."""


@pytest.mark.parametrize("name", FVCORE)
def test_what_fvcore_counted(name: str) -> None:
    """Its own total of the module, measured once."""
    assert total(cnndsl.load(name)[name].ir, "fvcore") == FVCORE[name]


FVCORE_CASES = [
    # The counter has a handle for these.
    ("conv(2, 3x3)", 2 * 36 * 36),
    ("bn", 2 * 256),
    ("bn(track_running_stats=false)", 5 * 256),
    ("group_norm(2)", 5 * 256),
    ("layer_norm(elementwise_affine=false)", 4 * 256),
    ("instance_norm(affine=true, track_running_stats=true)", 5 * 256),
    ("global_avgpool", 256),
    ("adaptive_avgpool(3x3)", 256),
    ("upsample(scale_factor=2)", 1024),
    ('upsample(scale_factor=2, mode="bilinear")', 4 * 1024),
    # And none for these.
    ("lrn(5)", 0),
    ("relu -> softmax", 0),
    ("maxpool(2x2)", 0),
    ("avgpool(2x2)", 0),
    ("adaptive_maxpool(3x3)", 0),
    ('upsample(scale_factor=2, mode="bicubic")', 0),
    ('mean("HW")', 0),
    ("residual { identity } -> mul(2) -> scale", 0),
]


@pytest.mark.parametrize(("steps", "expected"), FVCORE_CASES, ids=[case[0] for case in FVCORE_CASES])
def test_what_fvcore_has_a_handle_for(graph: Make, steps: str, expected: int) -> None:
    assert total(graph(f"network net {{\n input x: [4, H=8, W=8]\n {steps}\n}}"), "fvcore") == expected


def test_fvcore_counts_maps_only(graph: Make) -> None:
    line = graph("network net {\n input x: [4, 10]\n upsample(scale_factor=2) -> adaptive_avgpool(5) -> bn\n}")
    assert total(line, "fvcore") == 2 * 4 * 5


@pytest.mark.parametrize("name", ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"])
def test_flops_of_resnet_are_macs(name: str, tmp_path: Path) -> None:
    """He et al., 2015, Table 1: 1.8, 3.6, 3.8, 7.6, 11.3 billion.

    3.664 of ResNet-34 and 3.858 of ResNet-50 are cut off there, and 7.570 and 11.282 of the deeper two rounded.
    """
    path = tmp_path / "first.cnn"
    path.write_text(FIRST, "utf-8")
    found = cnndsl.load(str(path) if name in ("resnet50", "resnet101", "resnet152") else name)[name].ir
    printed, exact = round(float(CLASSIC[name]["published"]["flops"]) / 1e8), total(found, "paper") / 1e8
    assert printed == (int(exact) if name in ("resnet34", "resnet50") else round(exact))


def test_flops_of_vgg_in_the_paper_of_resnet() -> None:
    """15.3 billion of VGG-16 leaves out the linear layers; 19.6 of VGG-19, in the same paper, has them."""
    small, large = (cnndsl.load(name)[name].ir for name in ("vgg16", "vgg19"))
    assert round(_columns(small, lambda step: step.node.kind == "conv").macs / 1e8) == 153
    assert round(total(small, "paper") / 1e8) == 155
    assert round(total(large, "paper") / 1e8) == 196
    assert round(_columns(large, lambda step: step.node.kind == "conv").macs / 1e8) == 195


def test_operations_of_darknet_are_two_a_mac() -> None:
    (figures,) = [one for one in CLASSIC["vgg_D"]["computed"] if "bflops" in one]
    assert round(2 * totals(cnndsl.load("vgg16")["vgg16"].ir).macs / 1e9, 3) == figures["bflops"]


def test_operations_of_googlenet_are_macs() -> None:
    """Table 1 prints the MACs of each module in millions, cut off or rounded."""
    found = cnndsl.load("googlenet_paper")["googlenet_paper"].ir
    rows = operations(found, "paper")[found]
    for row in CLASSIC["googlenet"]["published"]["inception"]:
        assert rows[f"inception{row['block']}"] / 1e6 == pytest.approx(row["macs_M"], abs=0.06)


def test_connections_of_lenet() -> None:
    """A connection is a multiply-accumulate, a bias, a value that is pooled or the bias of a pool (LeCun, 1998, II.B).

    The sum that is printed, 340,908, has the 840 of the distances to the prototypes, which no layer's row mentions.
    """
    found, printed = cnndsl.load("lenet5")["lenet5"].ir, CLASSIC["lenet5"]["published"]

    def connections(layer: str) -> int:
        columns = _columns(found, lambda step: step.name.split(".")[0] == layer)
        biases = _columns(found, lambda step: step.name.split(".")[0] == layer and step.node.kind == "shift")
        return columns.macs + columns.bias + columns.pooling + biases.elementwise

    layers = {"c1": "C1", "s2": "S2", "c3": "C3", "s4": "S4"}
    assert {name: connections(layer) for layer, name in layers.items()} == {
        name: printed[name]["connections"] for name in layers.values()
    }
    assert connections("c5") == printed["C5"]["params"]
    assert connections("f6") == printed["F6"]["params"]
    coordinates = _columns(found, lambda step: step.node.kind == "rbf").elementwise // 3
    assert sum(map(connections, (*layers, "c5", "f6"))) + coordinates == printed["total_connections"] == 340_908


def test_alexnet_of_the_lectures_is_two_a_mac() -> None:
    """1.5 billion: without the two towers 2 * 1.135 billion, with them 2 * 0.724."""
    found = cnndsl.load("alexnet_two_tower")["alexnet_two_tower"]
    assert 2 * total(found.ir, "paper") == 1_448_813_632
    assert 2 * total(found.configured(towers=1).ir, "paper") == 2_270_512_192


def test_flops_are_all_columns() -> None:
    found = cnndsl.load("resnet18")["resnet18"].ir
    costs = totals(found).costs
    assert total(found, "flops") == 2 * costs.macs + costs.bias + costs.normalization + costs.activation + (
        costs.pooling + costs.elementwise
    )
    # By hand: bias of the head, 2 a value of 20 norms, 17 relus, the two pools, 8 additions.
    norms = 64 * 112**2 + (4 * 64 * 56**2) + (5 * 128 * 28**2) + (5 * 256 * 14**2) + (5 * 512 * 7**2)
    relus = 64 * 112**2 + (4 * 64 * 56**2) + (4 * 128 * 28**2) + (4 * 256 * 14**2) + (4 * 512 * 7**2)
    sums = 2 * (64 * 56**2 + 128 * 28**2 + 256 * 14**2 + 512 * 7**2)
    assert (costs.bias, costs.normalization, costs.activation) == (1000, 2 * norms, relus)
    assert (costs.pooling, costs.elementwise) == (9 * 64 * 56**2 + 512 * 7**2, sums)


def test_blocks_add_up(graph: Make) -> None:
    found = cnndsl.load("googlenet")["googlenet"].ir
    table = count(found)
    for convention in CONVENTIONS:
        rows = operations(found, convention, table)[found]
        inference = [name for name, row in table[found].items() if row.inference]
        assert sum(rows[name] for name in inference) == total(found, convention)
        assert rows["aux1"] > 0


def test_every_convention_says_what_it_counts() -> None:
    assert set(CONVENTIONS) == set(UNITS) == {"macs", "flops", "fvcore", "paper"}
    assert all("\n" not in sentence and not sentence.endswith(".") for sentence in CONVENTIONS.values())


def _columns(graph: Graph, chosen: Callable[[Step], bool]) -> Costs:
    table = count(graph)
    rows = [table[step.graph][step.node.name].costs for step in steps(graph) if chosen(step)]
    return Costs(*map(sum, zip(*rows, strict=True)))
