"""The rule border-layer at the feasible ends of ResNet-50: 75 pixels have no border layer, 74 have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

LIBRARY = Path(__file__).parents[2] / "architectures"


def _resnet50(size: int) -> str:
    text = (LIBRARY / "resnet.cnn").read_text(encoding="utf-8")
    start = text.index("network plain18")
    return (
        text[:start].replace("H=224, W=224", f"H={size}, W={size}") + "network small = resnet(bottleneck, [3, 4, 6, 3])"
    )


@pytest.mark.parametrize("size", [224, 75])
def test_no_border_layer(size: int, linted: Any) -> None:
    assert [one for one in linted(_resnet50(size), select=("border-layer",)) if one.code == "border-layer"] == []


def test_border_layer(linted: Any) -> None:
    """Of 74 pixels 75 are seen behind the 3x3 kernels of the last stage; the ends are Richter et al.'s."""
    (one,) = (one for one in linted(_resnet50(74), select=("border-layer",)) if one.code == "border-layer")
    assert one.message == "what this conv reads has seen 75x75, and the input is 74x74"
    assert one.span.text == "conv(out, 1x1, bias=false)"
    (help,) = one.help
    assert help.startswith("with an input from 75x75 to 427x427 ")
