"""Initial weights on built modules: distributions, precedence, and every place where a call can say ``init=``."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest
import torch
from torch import Tensor, nn

WIDTH, FAN_IN, FAN_OUT = 64, 32 * 9, 64 * 9
INITIALIZERS = {
    "kaiming_normal": ("normal", sqrt(2 / FAN_IN)),
    'kaiming_normal(mode="fan_out", nonlinearity="relu")': ("normal", sqrt(2 / FAN_OUT)),
    "kaiming_normal(a=1)": ("normal", sqrt(1 / FAN_IN)),
    "kaiming_uniform": ("uniform", sqrt(6 / FAN_IN)),
    'kaiming_uniform(mode="fan_out", nonlinearity="linear")': ("uniform", sqrt(3 / FAN_OUT)),
    "xavier_normal": ("normal", sqrt(2 / (FAN_IN + FAN_OUT))),
    "xavier_uniform(gain=2)": ("uniform", 2 * sqrt(6 / (FAN_IN + FAN_OUT))),
    "normal(std=0.02)": ("normal", 0.02),
    "uniform(-0.1, 0.1)": ("uniform", 0.1),
    "trunc_normal(std=0.5, a=-0.5, b=0.5)": ("truncated", 0.5),
}


@pytest.fixture
def build(program: Any) -> Any:
    """``build(body)``: the module of a network on 32x8x8, under a seed, and its weights by name."""

    def make(body: str, blocks: str = "") -> dict[str, Tensor]:
        case = program(f"{blocks}\nnetwork net {{\ninput image: [32, H=8, W=8]\n{body}\n}}")
        torch.manual_seed(1)
        weights: dict[str, Tensor] = case.build().state_dict()
        return weights

    return make


@pytest.mark.parametrize("form", ["init conv(weight={})\nc: conv(64, 3x3)", "c: conv(64, 3x3, init={})"])
@pytest.mark.parametrize(("text", "expected"), INITIALIZERS.items(), ids=INITIALIZERS)
def test_distribution(form: str, text: str, expected: tuple[str, float], build: Any) -> None:
    kind, size = expected
    weight = build(form.format(text))["c.weight"]
    assert abs(weight.mean()) < size / 20
    if kind == "normal":
        assert weight.std() == pytest.approx(size, rel=0.03)
        return
    assert weight.abs().max() <= size
    assert weight.abs().max() > 0.97 * size
    assert weight.std() == pytest.approx(size / sqrt(3) if kind == "uniform" else 0.54 * size, rel=0.03)


@pytest.mark.parametrize(("text", "value"), [("zeros", 0), ("ones", 1), ("constant(0.5)", 0.5), ("-2", -2), ("0", 0)])
def test_constants(text: str, value: float, build: Any) -> None:
    weights = build(
        f"init conv(weight={text}, bias={text})\nc: conv(4, 3x3)\nfc: conv(4, 1x1, bias=false, init={text})"
    )
    for name in ("c.weight", "c.bias", "fc.weight"):
        assert torch.all(weights[name] == value), name


def test_bit_equal_to_torchvision_order(program: Any) -> None:
    text = (
        "network net { input x: [3, H=8, W=8]\n a: conv(8, 3x3) -> b: bn -> c: conv(4, 3x3)\n"
        'init conv(weight=kaiming_normal(mode="fan_out", nonlinearity="relu")), bn(weight=1, bias=0) }'
    )
    torch.manual_seed(7)
    found = program(text).build().state_dict()
    torch.manual_seed(7)
    reference = nn.ModuleDict({"a": nn.Conv2d(3, 8, 3), "b": nn.BatchNorm2d(8), "c": nn.Conv2d(8, 4, 3)})
    for module in reference.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    assert all(torch.equal(found[name], value) for name, value in reference.state_dict().items())


BLOCK = "block unit { a: conv(4, 1x1) -> b: conv(4, 1x1, init=3) }\n"
NEAREST = "block unit {\ninit conv(weight=2)\na: conv(4, 1x1) -> b: conv(4, 1x1, init=3) }\n"
OUTER = "block outer {\ninit conv(weight=5)\nu: unit -> o: conv(4, 1x1) }\n"
PRECEDENCE = {
    "a call wins over the network": (BLOCK, "init conv(weight=1)\nu: unit", {"u.a": 1, "u.b": 3}),
    "a block wins over the network": (NEAREST, "init conv(weight=1)\nu: unit -> c: conv(4, 1x1)", {"u.a": 2, "c": 1}),
    "a call wins over both": (NEAREST, "init conv(weight=1)\nu: unit", {"u.b": 3}),
    "the innermost block wins": (
        NEAREST + OUTER,
        "init conv(weight=1)\nx: outer -> c: conv(4, 1x1)",
        {"x.u.a": 2, "x.u.b": 3, "x.o": 5, "c": 1},
    ),
    "a block reaches what it calls": (BLOCK + OUTER, "x: outer", {"x.u.a": 5, "x.u.b": 3, "x.o": 5}),
    "without the network": (NEAREST, "u: unit", {"u.a": 2, "u.b": 3}),
    "two statements": ("", "init conv(weight=1)\ninit conv(bias=4)\nc: conv(4, 1x1)", {"c": 1}),
    "a call in the network": ("", "init conv(weight=1)\nc: conv(4, 1x1, init=6)", {"c": 6}),
    "a sequence": ("", "s: { conv(4, 1x1) -> relu -> conv(4, 1x1, init=6) }", {"s.2": 6}),
    "groups in groups": ("", "s: { { conv(4, 1x1, init=7) -> relu } -> conv(4, 1x1, init=6) }", {"s.0.0": 7, "s.1": 6}),
    "a loop in a sequence": (
        "",
        "s: { repeat 20 { conv(4, 1x1, init=6) -> relu } }",
        {f"s.{2 * number}": 6 for number in range(20)},
    ),
    "a loop with labels": (
        "",
        "for i in range(12) { conv{i}: conv(4, 1x1, init=6) }",
        {f"conv{number}": 6 for number in range(12)},
    ),
    "steps without names": ("", "repeat 2 { conv(4, 1x1, init=6) -> bn }\nflatten", {"0": 6, "2": 6}),
    "steps without names and a join": ("", "residual { conv(32, 1x1, init=6) -> bn }", {"0": 6}),
    "an optional branch": (
        "block unit(w) { a: conv(4, 1x1)\nif in.channels != w { down: conv(w, 1x1, init=4) } }",
        "s: { unit(4) -> unit(4) -> unit(8) }",
        {"s.2.down": 4, "s.0.down": 4},
    ),
    "a loop of blocks": (BLOCK, "init conv(weight=1)\nrepeat 12 { unit }", {"0.a": 1, "11.b": 3}),
}


@pytest.mark.parametrize(("blocks", "body", "expected"), PRECEDENCE.values(), ids=PRECEDENCE)
def test_precedence(blocks: str, body: str, expected: dict[str, float], build: Any) -> None:
    weights = build(body, blocks)
    for name, value in expected.items():
        assert torch.all(weights[f"{name}.weight"] == value), name


def test_two_networks_share_a_block(program: Any) -> None:
    case = program(
        BLOCK
        + "network one { input x: [4, H=8, W=8]\ninit conv(weight=1)\nu: unit }\n"
        + "network two { input x: [4, H=8, W=8]\nu: unit }"
    )
    names = case.names()
    for name in ("one", "two"):
        assert torch.all(names[name]().state_dict()["u.b.weight"] == 3), name


FACTORS = {
    "a constant": ("g: scale(init=1e-6)", {"g": 1e-6}),
    "zero and one": ("g: scale(init=0) -> h: shift(init=1)", {"g": 0, "h": 1}),
    "a statement": ("init scale(weight=0.3)\ng: scale -> h: scale(init=2)", {"g": 0.3, "h": 2}),
    "without a name": ("conv(4, 1x1) -> scale(init=0.5)", {"1": 0.5}),
    "in a loop": ("for i in range(12) { g{i}: scale(init=0.5) }", {f"g{i}": 0.5 for i in range(12)}),
    "a statement over a loop": (
        "init scale(weight=0.3)\nfor i in range(12) { g{i}: scale }",
        {f"g{i}": 0.3 for i in range(12)},
    ),
}


@pytest.mark.parametrize(("body", "expected"), FACTORS.values(), ids=FACTORS)
def test_factors(body: str, expected: dict[str, float], build: Any) -> None:
    weights = build(body)
    for name, value in expected.items():
        torch.testing.assert_close(weights[name], torch.full_like(weights[name], value))


def test_a_statement_reaches_factors_in_blocks(build: Any) -> None:
    blocks = "block own {\ninit scale(weight=2)\ng: scale }\nblock plain { g: scale }\n"
    weights = build("init scale(weight=0.3)\na: own -> b: plain", blocks)
    torch.testing.assert_close(weights["a.g"], torch.full_like(weights["a.g"], 2.0))
    torch.testing.assert_close(weights["b.g"], torch.full_like(weights["b.g"], 0.3))


def test_factors_differ_between_blocks(build: Any) -> None:
    weights = build("a: unit(0.1) -> b: unit(0.2)", "block unit(start) { conv(4, 1x1) -> gamma: scale(init=start) }\n")
    torch.testing.assert_close(weights["a.gamma"], torch.full_like(weights["a.gamma"], 0.1))
    torch.testing.assert_close(weights["b.gamma"], torch.full_like(weights["b.gamma"], 0.2))
