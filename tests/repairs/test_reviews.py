"""What somebody who reviews the network would say first, in networks of kinds that people ask about."""

from __future__ import annotations

import pytest

from cnndsl.compiler import check
from cnndsl.diagnostics.patch import apply
from cnndsl.source import Source


def network(body: str, image: str = "[3, H=32, W=32]") -> str:
    """A program with one network."""
    lines = "".join(f"    {line}\n" for line in body.strip("\n").split("\n"))
    return f"network n {{\n    input x: {image}\n{lines}}}\n"


CASES = {
    "a factor that no power of two is": (
        network("concat {\n    adaptive_avgpool(6) -> up: upsample(scale_factor=8)\n    identity\n}", "[3, 60, 60]"),
        "E0401",
        ["write scale_factor=10 in up (checked)"],
    ),
    "a size that was another": (
        network(
            "low: conv(8, 3x3, padding=1)\nmaxpool(2x2) -> up: upsample(28x28)\nconcat {\n    identity\n    from low\n}"
        ),
        "E0401",
        ["change 28x28 to 32x32 in up (checked)"],
    ),
    "a map of depths": (
        "network n {\n    input x: [3, 8, 8]\n    input depth: [1, 8, 8]\n    a: conv(64, 3x3, padding=1)\n"
        "    add {\n        from a\n        from depth\n    }\n}\n",
        "E0401",
        ["project the branch of 1x8x8 (+128 parameters; checked)"],
    ),
    "a head of convolutions": (
        network("conv(10, 3x3, padding=1) -> flatten\noutput scores: [10]"),
        "E0503",
        ["average over positions before the flatten (checked)"],
    ),
    "a signal in one row": (
        network("conv(4, 3x3, in_channels=8)", "[8, 1, 128]"),
        "E0402",
        ["write padding=1 (checked)", "change 3x3 to 1x3 (-192 parameters; checked)"],
    ),
    "a sentence too short": (
        network("conv(2, 5x300)", "[1, 4, 300]"),
        "E0402",
        ["declare x as 1x5x300 (checked)"],
    ),
    "an even window on too little": (
        network("conv(8, 4x4, stride=2, padding=1) -> last: conv(1, 4x4)", "[3, H=4, W=4]"),
        "E0402",
        ["change 4x4 to 2x2 in last (-96 parameters; checked)"],
    ),
    "a grid one cell larger": (
        network("repeat 5 { maxpool(2x2) }\noutput grid: [3, 13, 13]", "[3, H=448, W=448]"),
        "E0503",
        ["declare x as 3x416x416 (checked)"],
    ),
    "less enlarged than reduced": (
        network(
            "maxpool(4x4) -> maxpool(4x4) -> up: upsample(scale_factor=8)\noutput y: [3, 224, 224]", "[3, 224, 224]"
        ),
        "E0503",
        ["write scale_factor=16 in up (checked)"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_first(name: str) -> None:
    text, code, titles = CASES[name]
    (finding,) = check(Source("n.cnn", text), lambda name, source: None, fixes=True).findings
    assert finding.code == code
    assert [fix.title for fix in finding.fixes][: len(titles)] == titles
    after = apply(text, list(finding.fixes[0].edits))
    assert not check(Source("n.cnn", after), lambda name, source: None).findings
