"""The function of a network takes what reaches operations verbatim, and nothing else."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

CASES = {
    "verbatim": ("network net(classes = 4) { input x: [3, H=8, W=8]\n flatten -> linear(classes) }", "classes=4"),
    "several": (
        "network net(rate = 0.5, classes = 4) { input x: [3, H=8, W=8]\n flatten -> dropout(rate) -> linear(classes) }",
        "rate=0.5, classes=4",
    ),
    "in a block": (
        "block head(n) { flatten -> linear(n) }\n"
        "network net(classes = 4) { input x: [3, H=8, W=8]\n head(classes) -> relu -> head(3) }",
        "classes=4",
    ),
    "contract": (
        "network net(classes = 4) { input x: [3, H=8, W=8]\n flatten -> linear(classes)\n output logits: [classes] }",
        "classes=4",
    ),
    "a condition": (
        "network net(n = 4) { input x: [3, H=8, W=8]\n conv(n, 1x1)\n if n > 2 { relu } else { tanh } }",
        "",
    ),
    "arithmetic": ("network net(n = 4) { input x: [3, H=8, W=8]\n conv(n, 1x1) -> conv(2 * n, 1x1) }", ""),
    "a count": ("network net(n = 4) { input x: [3, H=8, W=8]\n repeat n { relu } }", ""),
    "a size": ("network net(n = 4) { input x: [3, H=8, W=8]\n conv(n, 1x1)\n residual { conv(4, 1x1) } }", ""),
    "rounding": (
        "network net(n = 64) { input x: [3, H=8, W=8]\n conv(n, 1x1) -> conv(it.channels // 2, 1x1) }",
        "",
    ),
    "alias": (
        "network base(classes = 4, width = 8) {\n"
        "input x: [3, H=8, W=8]\n conv(width, 1x1) -> flatten -> linear(classes) }\n"
        "network net(n = 5) = base(classes=n)",
        "n=5, width=8",
    ),
    "alias in a formula": (
        "network base(classes = 4) { input x: [3, H=8, W=8]\n flatten -> linear(classes) }\n"
        "network net(n = 5) = base(classes=2 * n)",
        "",
    ),
    "alias that fixes": (
        "network base(classes = 4) { input x: [3, H=8, W=8]\n flatten -> linear(classes) }\n"
        "network net = base(classes=7)",
        "",
    ),
    "text and truth": (
        'network net(mode = "zeros", bias = true) { input x: [3, H=8, W=8]\n'
        "conv(4, 3x3, bias=bias, padding_mode=mode) }",
        "",
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_parameters(text: str, expected: str, program: Any) -> None:
    case = program(text)
    network = case.networks[-1]
    found = inspect.signature(case.names([network])["net"]).parameters
    assert ", ".join(f"{word}={parameter.default}" for word, parameter in found.items()) == expected
    case.check()


@pytest.mark.parametrize(("text", "expected"), [pair for pair in CASES.values() if pair[1]])
def test_other_values(text: str, expected: str, program: Any) -> None:
    case = program(text)
    network = case.networks[-1]
    for word, value in (part.split("=") for part in expected.split(", ")):
        other = float(value) / 2 if "." in value else int(value) + 3
        variant = network.rebuild({word: other})
        keys = [(key, tuple(tensor.shape)) for key, tensor in case.build(network, **{word: other}).state_dict().items()]
        reference = case.build(variant)
        assert keys == [(key, tuple(tensor.shape)) for key, tensor in reference.state_dict().items()]


def test_a_function_of_torchvision_form(program: Any) -> None:
    text = "network net(classes = 4) { input x: [3, H=8, W=8]\n flatten -> linear(classes) }"
    assert program(text).build(classes=10)[1].out_features == 10
