"""Faults put into random programs at random places: every fix that is offered makes the program right again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from cnndsl.compiler import check
from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.diagnostics.patch import apply
from cnndsl.source import Source

SEEDS = 240
NUMBER = re.compile(r"(?<![\w.])\d+(?:x\d+)?(?![\w.])")


class Author:
    """Writes a program without errors: blocks, joins, loops, written sizes, and a network of them."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.channels = 3
        self.size = 32

    def program(self) -> str:
        """A whole program."""
        steps = [self.step() for _ in range(self.random.randint(3, 7))]
        head = self.random.choice(("global_avgpool -> flatten", "flatten"))
        features = self.channels * (1 if "global" in head else self.size**2)
        written = f", in_features={features}" if self.random.random() < 0.5 else ""
        body = "\n".join(f"    {line}" for step in steps for line in step.split("\n"))
        return (
            "block unit(width, stride = 1) {\n"
            "    residual {\n"
            "        conv1: conv(width, 3x3, stride=stride, padding=1, bias=false) -> bn -> relu\n"
            "        conv2: conv(width, 3x3, padding=1, bias=false) -> bn\n"
            "    } shortcut {\n"
            "        if stride != 1 or in.channels != width { conv(width, 1x1, stride=stride) }\n"
            "    }\n"
            "}\n\n"
            "network n(classes = 10) {\n"
            "    input image: [3, H=32, W=32]\n"
            f"{body}\n"
            f"    {head}\n"
            f"    fc: linear(classes{written})\n"
            "    output logits: [classes]\n"
            "}\n"
        )

    def step(self) -> str:
        """One or several lines that go on from the flow."""
        kind = self.random.choice(("conv", "conv", "pool", "unit", "residual", "concat", "up"))
        if kind == "pool" and self.size >= 8:
            self.size //= 2
            return "maxpool(2x2)"
        if kind == "unit":
            width, stride = self.random.choice((8, 16)), self.random.choice((1, 2)) if self.size >= 8 else 1
            self.channels, self.size = width, -(-self.size // stride)
            return f"unit({width}{', stride=2' if stride == 2 else ''})"
        if kind == "residual":
            return f"residual {{ conv({self.channels}, 3x3, padding=1) -> bn -> relu }}"
        if kind == "concat":
            one, other = self.random.choice((4, 8)), self.random.choice((4, 6))
            text = f"concat {{\n    conv({one}, 1x1)\n    conv({other}, 5x5, padding=2) -> relu\n    identity\n}}"
            self.channels += one + other
            return text
        if kind == "up" and self.size <= 16:
            width = self.random.choice((4, 8))
            self.channels, self.size = width, 2 * self.size
            return f"conv_transpose({width}, 2x2, stride=2) -> relu"
        width, written = self.random.choice((4, 8, 12)), self.random.random() < 0.4
        text = f"conv({width}, 3x3, padding=1{f', in_channels={self.channels}' if written else ''}) -> relu"
        self.channels = width
        return text


def spoiled(text: str, random: Random) -> str:
    """The program with one number, one argument or one step that is another."""
    kind = random.choice(("number", "number", "argument", "step"))
    if kind == "number":
        place = random.choice(list(NUMBER.finditer(text)))
        words = place.group()
        other = re.sub(r"\d+", lambda one: str(max(1, int(one.group()) + random.choice((-2, -1, 1, 2, 5)))), words)
        return text[: place.start()] + other + text[place.end() :]
    if kind == "argument":
        found = list(re.finditer(r", (padding|stride|in_channels|in_features)=\w+", text))
        place = random.choice(found)
        return text[: place.start()] + text[place.end() :]
    found = list(re.finditer(r"\n    (maxpool\(2x2\)|flatten|global_avgpool -> flatten)(?=\n)", text))
    place = random.choice(found)
    return text[: place.start()] + text[place.end() :]


def findings(text: str, fixes: bool) -> list[Diagnostic]:
    """The errors of a program."""
    found = check(Source("n.cnn", text), lambda name, source: None, fixes=fixes).findings
    return [one for one in found if one.severity == "error"]


def errors(found: Sequence[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((one.code, one.message) for one in found)


@pytest.mark.parametrize("part", range(4))
def test_every_fix_holds(part: int) -> None:
    """A fault is found in most of these programs, and for nine of ten there is a fix."""
    faults = mended = 0
    for seed in range(part, SEEDS, 4):
        random = Random(seed)
        right = Author(random).program()
        assert not findings(right, False), right
        text = spoiled(right, random)
        found = findings(text, True)
        faults += bool(found)
        mended += any(one.fixes for one in found)
        for one in found:
            for fix in one.fixes:
                after = errors(findings(apply(text, list(fix.edits)), False))
                others = errors([other for other in found if other is not one])
                assert not after - others, f"{fix.title}\n{text}"
    assert faults > SEEDS // 4 // 4
    assert mended >= 0.9 * faults
