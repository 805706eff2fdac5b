"""Loops stay loops: neither the length of the text nor, much, the time to write it grows with what they repeat."""

from __future__ import annotations

import time
from typing import Any

import pytest

BLOCKS = """
block basic(width) {
    residual { conv1: conv(width, 3x3, padding=1) -> bn1: bn -> relu -> conv2: conv(width, 3x3, padding=1) -> bn2: bn }
    relu
}
block layer(growth) { bn -> relu -> conv(growth, 3x3, padding=1) }
block layers(n, growth) { dense { for i in range(n) { layer{i + 1}: layer(growth) } } }
"""
BODIES = {
    "blocks": "repeat N { basic(8) }",
    "blocks in a group": "stage: { repeat N { basic(8) } }",
    "operations in a group": "stage: { repeat N { conv(8, 3x3, padding=1) -> bn -> relu } }",
    "labels": "for i in range(N) { layer{i}: basic(8) }",
    "groups": "repeat N { { conv(8, 3x3, padding=1) -> bn -> relu } }",
    "groups in a group": "stage: { repeat N { { residual { conv(8, 3x3, padding=1) -> bn } -> relu } } }",
    "labelled steps": "for i in range(N) { residual { conv{i}: conv(8, 3x3, padding=1) -> norm{i}: bn -> relu } }",
    "joins without names": "residual { conv(8, 1x1) }\nrepeat N { residual { conv(8, 3x3, padding=1) -> bn -> relu } }",
    "dense": "dense { repeat N { layer(2) } }",
    "dense with labels": "dense { for i in range(N) { layer{i + 1}: layer(2) } }",
    "dense in a block": "layers(N, 2) -> conv(4, 1x1)",
    "widths": "stage: { for w in [8, 16] * N { conv(w, 1x1) -> relu } }",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_depth(body: str, program: Any, request: pytest.FixtureRequest) -> None:
    first = "conv(8, 1x1)\n" if "without names" in request.node.name else "stem: conv(8, 1x1)\n"
    shallow, medium, deep = (
        program(f"{BLOCKS}\nnetwork net {{\ninput image: [3, H=8, W=8]\n{first}{body.replace('N', count)}\n}}")
        for count in ("12", "100", "1000")
    )
    assert cost(deep) < 40 * cost(medium)
    assert len(deep.text().splitlines()) == len(shallow.text().splitlines())
    shallow.check()


def cost(program: Any) -> float:
    """CPU time of writing a program, the best of two: ten times the depth is to cost about ten times as much."""
    times = []
    for _ in range(2):
        start = time.process_time()
        program.text()
        times.append(time.process_time() - start)
    return min(times)
