"""What is said of signs, of variances and of windows, against PyTorch."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnndsl.backends.torch import generate
from cnndsl.compiler import check
from cnndsl.lints import Selection
from cnndsl.lints.signs import Signs
from cnndsl.lints.subject import Subject
from cnndsl.lints.verification import edited
from cnndsl.source import Source

STARTS = ("identity", "relu", "relu6", "sigmoid", "mul(-1) -> relu", "relu -> mul(3)", "mul(5)")
STEPS = (
    *("relu", "relu6", "leaky_relu(0.1)", "leaky_relu(-0.1)", "prelu", "elu", "gelu", "silu", "mish", "tanh"),
    *("sigmoid", "hard_sigmoid", "hard_swish", "scaled_tanh", "softmax", "log_softmax", 'softmax(dim="W")'),
    *("maxpool(2x2)", "avgpool(2x2)", "avgpool(2x2, divisor_override=1)", "avgpool(3x3, padding=1, stride=1)"),
    *(
        "adaptive_avgpool(3x3)",
        "adaptive_maxpool(3x3)",
        "global_avgpool",
        "lrn(3, alpha=-0.1, k=0.5)",
        "lrn(3, k=0.5)",
        "bn",
        "scale",
    ),
    *("shift", "dropout(0.5)", "flatten", "reshape(2, 2, 64)", "permute(1, 3, 2)", "split(2, 0)", "select(0, 1)"),
    *("center_crop(4)", "pad(1)", "pad(1, value=-1)", "pad(1, value=7)", 'pad(1, mode="reflect")', "mean(2)", "sum(2)"),
    *("upsample(scale_factor=2)", 'upsample(scale_factor=2, mode="bilinear")'),
    *('upsample(scale_factor=2, mode="bicubic")', "pixel_shuffle(2)", "space_to_depth(2)"),
    *("add(1)", "add(-1)", "sub(1)", "mul(2)", "mul(-2)", "mul(0)"),
    *(f"{join} {{ identity -> relu\n identity }}" for join in ("add", "concat", "maximum", "mul", "sub")),
    *(f"{join} {{ relu\n sigmoid }}" for join in ("add", "concat", "maximum", "mul", "sub")),
)


@pytest.mark.parametrize("step", STEPS)
def test_bounds(step: str) -> None:
    """What is said to be positive, or at most 6, is so for many random values, in training too."""
    torch.manual_seed(0)
    lines = "".join(f"    output o{index}: from x -> {start} -> {step}\n" for index, start in enumerate(STARTS))
    text = f"network n {{\n    input x: [4, H=8, W=8]\n{lines}}}\n"
    checked = check(Source("signs.cnn", text), lambda *_: None)
    assert checked.findings == []
    subject = Subject(checked.networks["n"])
    signs = Signs(subject)
    results = _module(text)(torch.randn(64, 4, 8, 8) * 4)
    for output, result in zip(subject.graph.outputs, results, strict=True):
        bounds = signs.of(output.value.node)
        assert not bounds.positive or result.min() >= 0
        assert not bounds.six or result.max() <= 6 + 1e-6


def _module(text: str) -> nn.Module:
    names: dict[str, Any] = {}
    graph = check(Source("signs.cnn", text), lambda *_: None).networks["n"]
    exec(compile(generate([graph], None), "signs.py", "exec"), names)
    module: nn.Module = names["n"]()
    for parameter in module.parameters():
        nn.init.normal_(parameter)
    return module.train()


def test_bounds_are_known() -> None:
    """The claims are not empty: a chain of what keeps signs is seen through."""
    text = (
        "network n {\n    input x: [4, H=8, W=8]\n"
        "    relu6 -> maxpool(2x2) -> dropout -> flatten -> y: reshape(4, 4, 4)\n"
        "    add {\n        identity\n        from y\n    }\n    output z\n}\n"
    )
    subject = Subject(check(Source("n.cnn", text), lambda *_: None).networks["n"])
    known = {step.node.kind: Signs(subject).of(step.name) for step in subject.steps}
    assert known["reshape"] == (True, False)
    assert known["maxpool"] == (True, True)
    assert known["add"] == (True, False)
    assert known["input"] == (False, False)


def test_a_dropout_doubles_the_variance() -> None:
    torch.manual_seed(0)
    values = torch.randn(1_000_000)
    for rate in (0.2, 0.5):
        assert F.dropout(values, rate).var() == pytest.approx(1 / (1 - rate), rel=0.01)
        positive = values.relu()
        assert F.dropout(positive, rate).var() / positive.var() > 1 / (1 - rate)


def test_windows_of_which_all_is_dropped() -> None:
    torch.manual_seed(0)
    kept = F.max_pool2d(F.dropout(torch.ones(1, 1, 2000, 2000), 0.25), 2)
    assert float((kept == 0).float().mean()) == pytest.approx(0.25**4, rel=0.05)


def test_a_softmax_of_probabilities_is_nearly_even() -> None:
    sure = torch.tensor([100.0] + [0.0] * 9)
    assert sure.softmax(0).softmax(0).max() < 0.25


def test_what_is_called_redundant_is() -> None:
    """Without the activation the module gives the same numbers, bit by bit."""
    text = """network n {
    input x: [3, H=8, W=8]
    c1: conv(4, 3x3, padding=1) -> relu -> maxpool(2x2) -> relu
    concat {
        identity
        c2: conv(4, 1x1) -> sigmoid
    }
    leaky_relu(0.1) -> c3: conv(4, 1x1) -> relu6 -> avgpool(2x2) -> relu6 -> relu
}
"""
    warnings = check(Source("n.cnn", text), lambda *_: None, lint=Selection(), fixes=True).findings
    fixes = [fix for one in warnings for fix in one.fixes]
    assert [one.code for one in warnings] == ["redundant-activation"] * 4
    assert all(fix.safe for fix in fixes)
    before, after = _module(text).eval(), _module(edited(text, [edit for fix in fixes for edit in fix.edits])).eval()
    after.load_state_dict(before.state_dict())
    image = torch.randn(4, 3, 8, 8)
    assert torch.equal(before(image), after(image))
