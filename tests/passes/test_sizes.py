"""Which input sizes a compiled network takes: answers that are known, and cases that are worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import cnndsl
from cnndsl.graph import Graph
from cnndsl.ops.convolution import Conv
from cnndsl.passes.sizes import formulas, output_formulas, sections, valid_sizes

Make = Callable[[str], Graph]
UNET = Path(__file__).parents[1] / "architectures" / "language" / "unet.cnn"

PADDED_UNET = """
    network net(widths = [2, 4, 8, 16]) {
        input image: [1, H=64, W=64]
        for i, w in enumerate(widths) {
            down{i}: conv(w, 3x3, padding=1)
            maxpool(2x2)
        }
        conv(32, 3x3, padding=1)
        for i, w in reversed(enumerate(widths)) {
            conv_transpose(w, 2x2, stride=2)
            join{i}: {
                concat {
                    from down{i}
                    identity
                }
                conv(w, 3x3, padding=1)
            }
        }
    }
"""


def text_of(graph: Graph) -> list[str]:
    return [symbol.text for symbol in valid_sizes(graph).symbols]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("alexnet", "H >= 63"),
        ("alexnet_two_tower", "H in 227..258"),
        ("vgg16", "H >= 32"),
        ("vgg11_bn", "H >= 32"),
        ("densenet121", "H >= 29"),
        ("googlenet", "H >= 15"),
        ("resnet50", "H >= 1"),
        (str(UNET), "H >= 188"),
    ],
)
def test_networks_whose_sizes_are_known(name: str, expected: str) -> None:
    (network,) = cnndsl.load(name).values()
    assert text_of(network.ir) == [expected, expected.replace("H", "W")]


def test_a_padded_unet_takes_multiples_of_16_and_four_joins_say_so(graph: Make) -> None:
    height, width = valid_sizes(graph(PADDED_UNET)).symbols
    assert height.text == "H in multiples of 16"
    assert width.text == "W in multiples of 16"
    assert [(limit.step, limit.text, limit.size) for limit in height.limits] == [
        ("join3.concat", "H % 16 in {0..7}", 63),
        ("join2.concat", "H % 8 in {0..3}", 55),
        ("join1.concat", "H % 4 in {0, 1}", 51),
        ("join0.concat", "H in multiples of 2", 49),
    ]
    assert height.limits[0].why == "cannot concat 16x7x8 and 16x6x8: H is 7 and 6"


def test_the_step_that_imposes_the_smallest_size_is_named_with_its_place() -> None:
    graph = cnndsl.load("alexnet")["alexnet"].ir
    (limit,) = valid_sizes(graph).symbols[0].limits
    assert (limit.text, limit.step, limit.kind, limit.size) == ("H >= 63", "features.12", "maxpool", 62)
    assert limit.why == "a 3x3 window does not fit a 2x13 input"
    assert limit.span.text == "maxpool(3x3, stride=2)"


def test_a_matrix_after_flatten_ties_height_and_width() -> None:
    valid = valid_sizes(cnndsl.load("alexnet_two_tower")["alexnet_two_tower"].ir)
    (tie,), (together,) = valid.ties, valid.together
    assert (tie.step, tie.symbols) == ("fc6", ("H", "W"))
    assert tie.text == "floor((H - 35)/32)*floor((W - 35)/32) = 36"
    assert together.sizes.text("H = W") == "H = W in 227..258"
    assert [sizes.text("H") for sizes in together.apart] == ["H >= 67", "H >= 67"]
    assert valid.refusal({"H": 163, "W": 323}) is None
    refusal = valid.refusal({"H": 163, "W": 322})
    assert refusal is not None
    assert refusal.why == "weight is 4096x9216, and it would have to be 4096x8192"


def test_heads_for_training_restrict_training_alone() -> None:
    valid = valid_sizes(cnndsl.load("googlenet_paper")["googlenet_paper"].ir)
    assert [symbol.text for symbol in valid.symbols] == ["H >= 31", "W >= 31"]
    assert [symbol.text for symbol in valid.training] == ["H in 223..270", "W in 223..270"]
    assert valid.training[0].limits[0].step == "aux1.fc1"
    assert valid_sizes(cnndsl.load("googlenet")["googlenet"].ir).training == ()


CASES = {
    "conv(2, 3x3) -> maxpool(2)": "H >= 4",
    "conv(2, 3x3, dilation=4)": "H >= 9",
    "conv(2, 3x5)": "H >= 3",
    "conv(2, 7x7, stride=2, padding=3)": "H >= 1",
    'conv(2, 5x5, stride=2, padding="same") -> conv(2, 3x3)': "H >= 5",
    'conv(2, 3x3, padding=3, padding_mode="reflect")': "H >= 4",
    'conv(2, 3x3, padding=3, padding_mode="circular")': "H >= 3",
    'pad([0, 0, 2, 1], mode="reflect")': "H >= 3",
    "maxpool(3x3, stride=2)": "H >= 3",
    "maxpool(3x3, stride=2, ceil_mode=true)": "H >= 2",
    "avgpool(2x2, stride=3, ceil_mode=true)": "H >= 1",
    "conv_transpose(2, 3x3, padding=1) -> conv(2, 3x3)": "H >= 3",
    "conv_transpose(2, 2x2, stride=2, padding=3)": "H >= 4",
    "space_to_depth(4)": "H in multiples of 4",
    "maxpool(2) -> space_to_depth(2)": "H >= 4 and H % 4 in {0, 1}",
    "center_crop(24)": "H >= 24",
    "maxpool(2) -> center_crop(10)": "H >= 20",
    "upsample(scale_factor=0.5)": "H >= 2",
    "upsample(scale_factor=1.5) -> conv(2, 5x5)": "H >= 4",
    "upsample(8) -> flatten -> linear(2)": "H >= 1",
    "adaptive_avgpool(3) -> flatten -> linear(2)": "H >= 1",
    'mean("W") -> flatten -> linear(2)': "H = 32",
    "maxpool(4) -> flatten -> linear(2)": "H in 32..35",
    "residual { conv(2, 3x3) -> conv_transpose(2, 3x3) }": "H >= 3",
    "residual { conv(2, 2x2, stride=2) -> conv_transpose(2, 2x2, stride=2) }": "H in multiples of 2",
    "residual { conv(2, 3x3, stride=3) -> conv_transpose(2, 3x3, stride=3, output_padding=2) }": "H % 3 = 2, from 5",
    "residual { upsample(32) }": "H = 32",
    "split(2, 0) -> instance_norm": "H >= 1",
    'permute("HWC") -> layer_norm': "H >= 1",
    'mean("C") -> layer_norm(elementwise_affine=false)': "H >= 1",
    'permute("CWH") -> mean("C") -> layer_norm(elementwise_affine=false)': "H = 32",
    "reshape(2, 1024)": "H = 32",
    "reshape(2, -1)": "H >= 1",
    "reshape(2, 1, 32, 32)": "H >= 1",
    'flatten("H") -> unflatten("L", [8, -1])': "H >= 1",
    'flatten("H") -> unflatten("L", [64, -1])': "H in multiples of 2",
}
"""What each does to ``[2, H=32, W=32]``, the width staying as it is."""


@pytest.mark.parametrize("steps", CASES)
def test_each_family_of_operations(steps: str, graph: Make) -> None:
    found = graph(f"network net {{\n input image: [2, H=32, W=32]\n {steps}\n}}")
    assert valid_sizes(found).of("H").text == CASES[steps]


def test_heights_and_widths_are_looked_at_apart(graph: Make) -> None:
    found = graph("network net {\n input image: [2, H=32, W=48]\n conv(2, 3x7, stride=1x2) -> maxpool([1, 4])\n}")
    assert text_of(found) == ["H >= 3", "W >= 13"]


def test_a_sequence_has_one_symbol(graph: Make) -> None:
    found = graph(
        "network net {\n input wave: [1, L=16000]\n conv1d(8, 80, stride=4) -> maxpool(4) -> flatten -> linear(10)\n}"
    )
    assert text_of(found) == ["L in 15996..16011"]
    assert formulas(found) == {
        "wave": "1 x L",
        "0": "8 x (floor(L/4) - 19)",
        "1": "8 x 995",
        "2": "7960",
        "3": "10",
    }


def test_a_statistic_over_one_value_is_refused_for_both_axes_together(graph: Make) -> None:
    valid = valid_sizes(graph("network net {\n input image: [2, H=8, W=8]\n maxpool(2) -> instance_norm\n}"))
    assert [symbol.text for symbol in valid.symbols] == ["H >= 2", "W >= 2"]
    assert [tie.text for tie in valid.ties] == ["floor(H/2)*floor(W/2) != 1"]
    assert valid.together[0].sizes.text("H = W") == "H = W >= 4"


def test_what_floating_point_decides_is_tried_one_by_one(graph: Make) -> None:
    found = graph("network net {\n input image: [2, H=64, W=64]\n upsample(scale_factor=0.29) -> conv(2, 3x3)\n}")
    sizes = valid_sizes(found).of("H").sizes
    assert (sizes.least, sizes.known) == (11, (1, 3072))
    assert output_formulas(found) == {"output": "2 x (floor(H*0.29) - 2) x (floor(W*0.29) - 2)"}


def test_sizes_that_nothing_computes_with_are_not_listed_for_ever(graph: Make) -> None:
    found = graph("network net {\n input image: [2, H=64, W=64]\n require H * W <= 10 ** 15\n relu\n}")
    assert valid_sizes(found).of("H").sizes.known == (1, 2**20)


def test_the_nearest_sizes() -> None:
    def of(name: str) -> Callable[[int], tuple[int, ...]]:
        return valid_sizes(cnndsl.load(name)[name].ir).of("H").sizes.nearest

    assert [of("alexnet")(size) for size in (1, 62, 63, 100)] == [(63,), (63,), (63,), (100,)]
    assert [of("alexnet_two_tower")(size) for size in (1, 240, 320)] == [(227,), (240,), (258,)]


def test_nearest_among_remainders(graph: Make) -> None:
    near = valid_sizes(graph(PADDED_UNET)).of("H").sizes.nearest
    assert [near(size) for size in (1, 16, 17, 40, 47)] == [(16,), (16,), (16, 32), (32, 48), (32, 48)]


def test_equal_blocks_are_run_once(graph: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    text = """
        block cell { residual {{ conv(8, 3x3, padding=1) -> conv(8, 3x3, padding=1) }} }
        network net {
            input image: [3, H=32, W=32]
            conv(8, 3x3, padding=1)
            repeat {0} { cell }
            conv(8, 3x3, stride=2) -> conv(8, 3x3, stride=2)
            repeat {0} { cell }
        }
    """
    calls = 0
    infer = Conv.infer

    def counted(self: Conv, *inputs: object) -> object:
        nonlocal calls
        calls += 1
        return infer(self, *inputs)  # type: ignore[arg-type]

    def cost(depth: int) -> int:
        nonlocal calls
        found = graph(text.replace("{{", "{").replace("}}", "}").replace("{0}", str(depth)))
        calls = 0
        valid_sizes(found)
        return calls

    monkeypatch.setattr(Conv, "infer", counted)
    assert cost(600) == cost(6) < 2_000


def test_work_is_bounded(graph: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "WORK", 2_000)
    found = graph("network net {\n input image: [1, H=300, W=300]\n repeat 120 { conv(1, 3x3) }\n}")
    sizes = valid_sizes(found).of("H").sizes
    assert 300 in sizes
    assert sizes.known == (296, 304)


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ("conv(2, 3x3, stride=2, padding=1) -> bn", "ceil(H/2)*ceil(W/2) > 1"),
        ("bn -> maxpool(4) -> bn", "floor(H/4)*floor(W/4) > 1"),
        ("maxpool(2) -> bn -> conv(2, 3x3)", None),
        ("global_avgpool -> flatten -> linear(2) -> bn", ""),
    ],
)
def test_how_large_a_single_image_must_be_in_training(steps: str, text: str | None, graph: Make) -> None:
    single = valid_sizes(graph(f"network net {{\n input image: [2, H=32, W=32]\n {steps}\n}}")).single
    assert (single.text if single is not None else None) == text
