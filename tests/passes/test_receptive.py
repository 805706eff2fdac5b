"""Receptive fields that are small enough to find by hand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from time import process_time

import pytest

import cnndsl
from cnndsl.graph import Graph
from cnndsl.passes.difference import difference
from cnndsl.passes.receptive import Extent, fields, last_map, network_field
from cnndsl.summary import Summary

Make = Callable[[str], Graph]


def _net(steps: str, inputs: str = "input image: [4, H=32, W=32]") -> str:
    return f"network net {{\n{inputs}\n{steps}\n}}"


def _last(graph: Graph, axis: str = "H") -> tuple[tuple[int, Fraction | None, int], tuple[int, Fraction | None, int]]:
    largest, smallest = list(fields(graph).values())[-1][axis]
    return _three(largest), _three(smallest)


def _three(extent: Extent) -> tuple[int, Fraction | None, int]:
    return extent.size, extent.jump, extent.start


CHAINS = [
    ("conv(8, 7x7)", (7, 1, 0)),
    ("repeat 3 { conv(8, 3x3) }", (7, 1, 0)),
    ("conv(8, 3x3, padding=1) -> maxpool(2x2) -> conv(8, 3x3, padding=1)", (8, 2, -3)),
    ("conv(8, 3x3, dilation=2, padding=2) -> conv(8, 3x3, stride=3)", (7, 3, -2)),
    ('conv(8, 4x4, padding="same")', (4, 1, -1)),
    ("conv(8, 3x3, padding=[0, 0, 2, 0])", (3, 1, -2)),
    ("pad([0, 0, 2, 5]) -> conv(8, 3x3)", (3, 1, -2)),
    ("center_crop(20x20) -> conv(8, 3x3)", (3, 1, 6)),
    # Of a kernel of 2 with stride 2, every position gets one; of 3, every second gets two.
    ("conv_transpose(8, 2x2, stride=2)", (1, Fraction(1, 2), 0)),
    ("conv_transpose(8, 3x3, stride=2, padding=1)", (2, Fraction(1, 2), 0)),
    ("upsample(scale_factor=2) -> conv(8, 3x3, padding=1)", (2, Fraction(1, 2), -1)),
    ('upsample(scale_factor=2, mode="bilinear")', (2, Fraction(1, 2), -1)),
    ("conv(16, 1x1) -> pixel_shuffle(2) -> conv(4, 5x5, padding=2)", (3, Fraction(1, 2), -1)),
    ("space_to_depth(4) -> conv(8, 3x3, padding=1)", (12, 4, -4)),
    ("adaptive_avgpool(8x8)", (4, 4, 0)),
    # From 32 to 5: windows of 7 and 8 positions, 6.4 apart.
    ("adaptive_avgpool(5x5)", (8, Fraction(32, 5), 0)),
    ("maxpool(3x3, stride=2, ceil_mode=true)", (3, 2, 0)),
    ('permute("HWC") -> layer_norm -> linear(8) -> permute("CHW") -> conv(4, 3x3)', (3, 1, 0)),
    ("lrn(3) -> bn -> relu -> dropout(0.5) -> conv(4, 3x3)", (3, 1, 0)),
    ("conv(4, 3x3) -> global_avgpool", (32, 0, 0)),
    ("conv(4, 3x3, padding=4) -> flatten -> linear(3)", (32, 0, 0)),
    ("instance_norm -> conv(4, 3x3)", (32, 0, 0)),
    ("group_norm(2)", (32, 0, 0)),
    ("bn(track_running_stats=false)", (32, 0, 0)),
    ("instance_norm(track_running_stats=true)", (1, 1, 0)),
    ('mean("HW")', (32, 0, 0)),
    ('softmax(dim="H")', (32, 0, 0)),
    # The last rows of 32 that windows of 5, 4 apart, do not reach are seen by nobody: 7 windows end at row 28.
    ("conv(4, 5x5, stride=4) -> global_avgpool", (29, 0, 0)),
]


@pytest.mark.parametrize(("steps", "expected"), CHAINS, ids=[steps for steps, _ in CHAINS])
def test_chains(graph: Make, steps: str, expected: tuple[int, int | Fraction, int]) -> None:
    assert _last(graph(_net(steps))) == (expected, expected)


JOINS = [
    ("residual { conv(4, 3x3, padding=1) -> conv(4, 3x3, padding=1) }", (5, 1, -2), (1, 1, 0)),
    # Differently padded: from 2 before to 1 behind, and from 0 to 3.
    ("concat {\n conv(4, 4x4, padding=[0, 3, 2, 1])\n conv(4, 4x4, padding=[0, 3, 0, 3])\n}", (6, 1, -2), (4, 1, -2)),
    # Squeeze and excitation: the gate sees everything, the map goes on beside it.
    ("mul {\n identity\n { global_avgpool -> conv(4, 1x1) -> sigmoid }\n} -> conv(4, 3x3)", (32, 0, 0), (3, 1, 0)),
    ("mul {\n identity\n { conv(1, 7x7, padding=3) -> sigmoid }\n}", (7, 1, -3), (1, 1, 0)),
    ("dense { repeat 3 { conv(4, 3x3, padding=1) } }", (7, 1, -3), (1, 1, 0)),
    # Only the size of the second operand is read.
    ("a: conv(4, 9x9)\nadd {\n from a\n from a -> center_crop(like=a)\n}", (9, 1, 0), (9, 1, 0)),
    ("add {\n conv(4, 3x3, padding=1)\n { conv(4, 1x1) -> constant(2) }\n}", (3, 1, -1), (3, 1, -1)),
]


@pytest.mark.parametrize(("steps", "largest", "smallest"), JOINS, ids=[steps.replace("\n", ";") for steps, *_ in JOINS])
def test_joins(graph: Make, steps: str, largest: tuple[int, int, int], smallest: tuple[int, int, int]) -> None:
    assert _last(graph(_net(steps))) == (largest, smallest)


def test_branches_that_move_at_different_speeds_have_no_jump(graph: Make) -> None:
    found = graph(_net("concat {\n conv(2, 3x3)\n conv(2, 3x3, stride=2, padding=1)\n}", "input image: [4, H=5, W=5]"))
    extent = fields(found)["concat"]["H"].largest
    assert (extent.size, extent.jump, extent.start) == (3, None, 0)
    # 0..2 and -1..1; 1..3 and 1..3; 2..4 and 3..5, within the image.
    assert [extent.window(place) for place in range(3)] == [(0, 2), (1, 3), (2, 4)]


def test_centre(graph: Make) -> None:
    found = graph(_net("conv(4, 7x7, stride=2, padding=3) -> maxpool(3x3, stride=2, padding=1)"))
    extent = list(fields(found).values())[-1]["H"].largest
    assert extent.centre == Fraction(0)
    assert extent.window(5) == (15, 25)


def test_other_axes(graph: Make) -> None:
    found = graph(_net("conv(4, [3, 1], stride=[2, 1]) -> conv(4, [1, 5], padding=[0, 2])"))
    assert (_last(found, "H")[0], _last(found, "W")[0]) == ((3, 2, 0), (5, 1, -2))
    line = graph(_net("conv1d(4, 3, dilation=4) -> maxpool(2)", "input signal: [4, 100]"))
    assert _last(line, "L")[0] == (10, 2, 0)
    vector = graph(_net("linear(3) -> relu", "input features: [8]"))
    assert network_field(vector) is None
    assert list(fields(vector).values())[-1].axes == ()


def test_several_inputs(graph: Make) -> None:
    found = graph(
        _net(
            "add {\n conv(4, 3x3, padding=1)\n from right -> conv(4, 5x5, padding=2)\n} -> conv(4, 3x3)",
            "input left: [4, H=32, W=32]\ninput right: [4, H, W]",
        )
    )
    last = list(fields(found).values())[-1]
    assert {name: axes["H"].largest.size for name, axes in last.inputs.items()} == {"left": 5, "right": 7}
    assert last["H"].largest.size == 7


def test_a_block_sees_what_its_steps_see(graph: Make) -> None:
    steps = (
        "residual { conv(4, 3x3, padding=1) -> conv(4, 5x5, padding=2) } -> maxpool(2x2)\n"
        "upsample(scale_factor=2) -> conv(4, 3x3)"
    )
    closed = graph(f"block cell {{\n{steps}\n}}\n" + _net("repeat 2 { cell }"))
    written = graph(_net(f"repeat 2 {{\n{steps}\n}}"))
    assert list(fields(closed).values()) == list(fields(written).values())


@pytest.mark.parametrize(
    ("name", "step", "field"),
    [
        ("vgg16", "features.30", 212),
        ("alexnet", "features.12", 195),
        ("resnet18", "layer4.1.relu_2", 435),
        ("resnet50", "layer4.2.relu_3", 427),
        ("densenet121", "relu", 2071),
        ("googlenet_paper", "inception5b.concat", 715),
    ],
)
def test_the_field_of_a_network_is_that_of_its_last_map(name: str, step: str, field: int) -> None:
    found = cnndsl.load(name)[name].ir
    assert last_map(found) == step
    network = network_field(found)
    assert network is not None
    assert network["H"].largest.size == field


ENDS = [
    ("a: conv(4, 3x3) -> relu -> avgpool(30x30) -> flatten -> linear(2)", "relu"),
    ("a: conv(4, 3x3) -> maxpool(30x30) -> flatten -> linear(2)", "maxpool"),
    ("a: conv(4, 3x3) -> adaptive_avgpool(7x7) -> dropout(0.5) -> flatten", "a"),
    ("a: conv(4, 3x3) -> adaptive_avgpool(7x7) -> b: conv(4, 3x3)", "b"),
    ("a: conv(4, 3x3) -> adaptive_avgpool(1x1) -> conv(4, 1x1) -> flatten", "a"),
    ('a: conv(4, 3x3) -> mean("HW") -> linear(2)', "a"),
    ("mul {\n identity\n global_avgpool\n} -> a: conv(4, 3x3) -> global_avgpool", "a"),
    ("a: conv(4, 3x3)\noutput aux when training: from a -> conv(4, 9x9)\nglobal_avgpool", "a"),
]


@pytest.mark.parametrize(("steps", "last"), ENDS, ids=[steps.replace("\n", ";") for steps, _ in ENDS])
def test_where_maps_end(graph: Make, steps: str, last: str) -> None:
    assert last_map(graph(_net(steps))) == last


def test_equal_blocks_are_traced_once() -> None:
    def seconds(name: str) -> float:
        found = cnndsl.load(name)[name].ir
        start = process_time()
        network_field(found)
        return process_time() - start

    assert seconds("resnet152") < 20 * seconds("resnet50") + 0.05


def test_a_gate_sees_the_whole_input_and_no_more(graph: Make) -> None:
    """Squeeze and excitation lets convolutions that saw 35 rows see all 32; the two figures cannot be compared."""
    plain = "repeat 17 { conv(4, 3x3, padding=1) }\n"
    gate = "mul {\nidentity\nglobal_avgpool -> conv(4, 1x1) -> sigmoid\n}\n"
    before, after = graph(_net(plain)), graph(_net(plain + gate))
    fields = network_field(before), network_field(after)
    assert [(one["H"].largest.size, one.whole) for one in fields if one is not None] == [(35, False), (32, True)]
    assert "receptive field 35, depth" in str(Summary(before))
    assert "receptive field 32 (the whole input), depth" in str(Summary(after))
    total = difference(before, after).totals[-1]
    assert (total.name, total.before, total.after, total.alike) == ("receptive_field", 35, 32, False)
