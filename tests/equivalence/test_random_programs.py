"""Random programs: what is generated computes what the graph says, forward and backward.

A program is drawn from a seed, so a failure can be repeated: ``pytest tests/equivalence -k "[17]"``.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import cnndsl

OPERATIONS = [
    *("bn", "relu", "relu", "leaky_relu(0.1)", "elu", "hard_swish", "silu", "sigmoid", "tanh"),
    *("dropout(0.5)", "scale", "shift", "mul(0.5)", "add(1)", "sub(2)", "identity"),
]
POOLS = ("maxpool(3x3, stride=1, padding=1)", "avgpool(3x3, stride=1, padding=1)")
WIDTHS = (2, 4, 6)
WIDEST = 24


class Author:
    """Writes a program; every method returns text and the number of channels after it."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = 0
        self.blocks: dict[str, str] = {}

    def program(self) -> str:
        """A network of a few lines, and the blocks that it uses."""
        labels: list[tuple[str, int]] = []
        first, width = self.body(3, 3, labels)
        second, _ = self.body(width, 3, labels)
        blocks = "\n".join(self.blocks.values())
        return f"{blocks}\nnetwork example {{\ninput image: [3, H=6, W=6]\n{first}{second}}}\n"

    def body(self, width: int, depth: int, labels: list[tuple[str, int]] | None) -> tuple[str, int]:
        """Lines; with ``labels``, steps may get names, and values be used again."""
        text = ""
        for _ in range(self.random.randint(1, 3)):
            if labels and self.random.random() < 0.3:
                label, size = self.random.choice(labels)
                text += f"concat {{\nfrom {label}\nidentity\n}}\n"
                width += size
            line, width = self.line(width, depth, labels)
            text += line + "\n"
            if width > WIDEST:
                text, width = text + "conv(4, 1x1)\n", 4
        return text, width

    def line(self, width: int, depth: int, labels: list[tuple[str, int]] | None) -> tuple[str, int]:
        """Steps joined by arrows."""
        steps = []
        for _ in range(self.random.randint(1, 3)):
            step, width = self.step(width, depth, labels is not None)
            if labels is not None and self.random.random() < 0.25:
                label = self.name("l")
                labels.append((label, width))
                step = f"{label}: {step}"
            steps.append(step)
        return " -> ".join(steps), width

    def step(self, width: int, depth: int, labelled: bool) -> tuple[str, int]:
        """An operation, or something with braces."""
        if depth <= 0 or self.random.random() < 0.6:
            return self.operation(width)
        kinds = [self.group, self.concat, self.product, self.residual, self.dense, self.loop, self.choice, self.block]
        return self.random.choice(kinds)(width, depth - 1)

    def operation(self, width: int) -> tuple[str, int]:
        """A convolution, or an operation that keeps the shape."""
        kind = self.random.random()
        if kind < 0.3:
            width = self.random.choice(WIDTHS)
            return self.random.choice([f"conv({width}, 1x1)", f"conv({width}, 3x3, padding=1, bias=false)"]), width
        return self.random.choice(POOLS if kind < 0.4 else OPERATIONS), width

    def group(self, width: int, depth: int) -> tuple[str, int]:
        """A body of its own, with labels of its own."""
        text, width = self.body(width, depth, [])
        return f"{{\n{text}}}", width

    def branch(self, width: int, depth: int, wanted: int | None = None) -> tuple[str, int]:
        """A line that begins with an operation, so that it is one branch."""
        first, width = self.operation(width)
        text, width = self.line(width, depth, None)
        if wanted is not None and width != wanted:
            text, width = f"{text} -> conv({wanted}, 1x1)", wanted
        return f"{first} -> {text}", width

    def concat(self, width: int, depth: int) -> tuple[str, int]:
        """Branches of any width."""
        branches = [self.branch(width, depth) for _ in range(self.random.randint(1, 3))]
        lines = "\n".join(text for text, _ in branches)
        return f"concat {{\n{lines}\n}}", sum(size for _, size in branches)

    def product(self, width: int, depth: int) -> tuple[str, int]:
        """Branches of one width."""
        wanted = self.random.choice([*WIDTHS, width])
        lines = "\n".join(self.branch(width, depth, wanted)[0] for _ in range(2))
        return f"{self.random.choice(['add', 'sub', 'mul', 'maximum'])} {{\n{lines}\n}}", wanted

    def residual(self, width: int, depth: int) -> tuple[str, int]:
        """With or without a shortcut of its own."""
        text, after = self.body(width, depth, None)
        if self.random.random() < 0.5:
            return f"residual {{\n{text}conv({width}, 1x1)\n}}", width
        other, _ = self.body(width, depth, None)
        return f"residual {{\n{text}}} shortcut {{\n{other}conv({after}, 1x1)\n}}", after

    def dense(self, width: int, depth: int) -> tuple[str, int]:
        """One or two lines."""
        lines = ""
        for _ in range(self.random.randint(1, 2)):
            text, grown = self.branch(width, depth)
            lines, width = f"{lines}{text}\n", width + grown
        return f"dense {{\n{lines}}}", width

    def loop(self, width: int, depth: int) -> tuple[str, int]:
        """``repeat`` over something that keeps the width, or ``for`` over widths."""
        if self.random.random() < 0.5:
            text, _ = self.body(width, depth, None)
            return f"repeat {self.random.randint(1, 3)} {{\n{text}conv({width}, 1x1)\n}}", width
        name, widths = self.name("w"), [self.random.choice(WIDTHS) for _ in range(self.random.randint(1, 3))]
        return f"for {name} in {widths} {{ conv({name}, 1x1) -> {self.random.choice(OPERATIONS)} }}", widths[-1]

    def choice(self, width: int, depth: int) -> tuple[str, int]:
        """An ``if`` on the width of the flow."""
        text, _ = self.body(width, depth, None)
        test = f"it.channels {self.random.choice(['==', '<', '>'])} {self.random.choice(WIDTHS)}"
        return f"if {test} {{\n{text}conv({width}, 1x1)\n}} else {{ relu }}", width

    def block(self, width: int, depth: int) -> tuple[str, int]:
        """An application of a block, an old one or a new one."""
        if not self.blocks or self.random.random() < 0.5:
            name = self.name("block")
            text, _ = self.body(4, min(depth, 1), [])
            body = f"conv(4, 1x1)\n{text}conv(w, 1x1)\n"
            if self.random.random() < 0.5:
                body = f"residual {{\n{body}}} shortcut {{ if in.channels != w {{ conv(w, 1x1) -> bn }} }}\nrelu\n"
            self.blocks[name] = f"block {name}(w) {{\n{body}}}\n"
        width = self.random.choice(WIDTHS)
        return f"{self.random.choice(list(self.blocks))}({width})", width

    def name(self, prefix: str) -> str:
        """A new name."""
        self.names += 1
        return f"{prefix}{self.names}"


@pytest.mark.parametrize(
    "seed", [*range(60), *(pytest.param(seed, marks=pytest.mark.sweep) for seed in range(60, 1000))]
)
def test_program(seed: int, tmp_path: Path, evaluate: Callable[..., dict[str, Tensor]]) -> None:
    path = tmp_path / "example.cnn"
    path.write_text(Author(seed).program(), "utf-8")
    network = cnndsl.load(str(path))["example"]
    torch.manual_seed(seed)
    module = _stirred(network.build()).double()
    image = torch.randn(3, 3, 6, 6, dtype=torch.float64)
    before = image.clone()
    (wanted,) = evaluate(network.ir, module.state_dict(), [image], training=False).values()
    with torch.no_grad():
        torch.testing.assert_close(module.eval()(image), wanted)
    assert torch.equal(image, before)
    _check_gradients(module.train(), network, image, evaluate)


def _stirred(module: nn.Module) -> nn.Module:
    """No dropout, and no weight or statistic at a value that hides its absence."""
    for part in module.modules():
        if isinstance(part, nn.Dropout):
            part.p = 0.0
    for name, tensor in module.state_dict().items():
        if "var" in name or (tensor.is_floating_point() and tensor.ndim == 1):
            nn.init.uniform_(tensor, 0.5, 1.5)
        elif tensor.is_floating_point():
            nn.init.normal_(tensor, std=0.5)
    return module


def _check_gradients(module: nn.Module, network: Any, image: Tensor, evaluate: Callable[..., Any]) -> None:
    mine, wanted = image.clone().requires_grad_(), image.clone().requires_grad_()
    weights = dict(module.named_parameters())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("torch.nn.functional.dropout", lambda x, *arguments, **others: x)
        result = module(mine)
    (other,) = evaluate(network.ir, weights, [wanted], training=True).values()
    torch.testing.assert_close(result, other)
    weight = torch.randn_like(result)
    gradients = torch.autograd.grad((result * weight).sum(), [mine, *weights.values()], allow_unused=True)
    others = torch.autograd.grad((other * weight).sum(), [wanted, *weights.values()], allow_unused=True)
    # A bias before a batch norm has the gradient 0: what is computed is the rounding of the largest ones.
    noise = 1e-14 * max(float(expected.abs().max()) for expected in others if expected is not None)
    for name, gradient, expected in zip(["image", *weights], gradients, others, strict=True):
        assert (gradient is None) == (expected is None), name
        if gradient is not None:
            torch.testing.assert_close(gradient, expected, rtol=1e-5, atol=max(1e-7, noise), msg=name)
