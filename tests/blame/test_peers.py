"""A step is odd where at least two of its kind agree on what it has otherwise."""

from __future__ import annotations

import pytest

from cnndsl.blame.peers import is_odd
from cnndsl.compiler import check
from cnndsl.source import Source

PADDED = "conv(8, 3x3, padding=1)"


@pytest.mark.parametrize(
    ("steps", "odd"),
    [
        ([PADDED, "conv(8, 3x3)", PADDED], [1]),
        ([PADDED, "conv(8, 5x5, padding=1)", PADDED], [1]),
        ([PADDED, "conv(8, 3x3)"], []),
        ([PADDED, "conv(8, 3x3, stride=2, padding=1)", PADDED], []),
        ([PADDED, "conv(8, 5x5, padding=2)", PADDED], []),
        (["maxpool(2x2)", "maxpool(2x2, stride=1)", "maxpool(2x2)"], [1]),
        ([PADDED, "conv(8, 3x3)", PADDED, "conv(8, 3x3)"], []),
        (["maxpool(2x2, stride=1)", "maxpool(2x2, stride=2)"], [0]),
        (["maxpool(3x3, stride=1, padding=1)", "maxpool(3x3, stride=2)"], []),
    ],
)
def test_odd(steps: list[str], odd: list[int]) -> None:
    lines = "\n".join(steps)
    source = Source("n.cnn", f"network n {{\ninput x: [3, H=64, W=64]\n{lines}\n}}\n")
    graph = check(source, lambda name, importer: None).networks["n"]
    found = [is_odd(graph, node) for node in graph if node.operation is not None]
    assert [index for index, one in enumerate(found) if one] == odd
