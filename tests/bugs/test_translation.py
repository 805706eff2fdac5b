"""Each bug is a readable program: those beside this file, made by nothing but the translator."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from shapebugs.bug import Bug, Layer, Untranslatable, load
from shapebugs.mending import mended
from shapebugs.program import PROMISE, translate
from shapebugs.spelling import call

from cnndsl.source import Source
from cnndsl.syntax.parser import parse

HERE = Path(__file__).parent
BUGS = [(corpus, bug) for corpus in ("dev", "own") for bug in load(HERE / "data" / f"{corpus}.json")]


@pytest.mark.parametrize(("corpus", "bug"), BUGS, ids=lambda one: getattr(one, "name", one))
def test_program(corpus: str, bug: Bug, golden: Any) -> None:
    program = translate(bug)
    golden(HERE / "programs" / corpus / f"{bug.name}.cnn", program.text)
    if corpus == "dev":
        golden(HERE / "programs" / "dev_fixed" / f"{bug.name}.cnn", translate(mended(bug)).text)
    assert parse(Source(bug.name, program.text))[1] == []


@pytest.mark.parametrize(("corpus", "bug"), BUGS, ids=lambda one: getattr(one, "name", one))
def test_places(corpus: str, bug: Bug) -> None:
    """Every layer is written once, in the order of the text, and begins with its label or its call."""
    program = translate(bug)
    names = [*bug.inputs, *(layer.name for layer in bug.layers), *([PROMISE] if bug.declared else [])]
    assert [name for name, _ in sorted(program.places.items(), key=lambda place: place[1])] == names
    ends = [program.places[name] for name in names]
    assert all(one[1] <= other[0] for one, other in pairwise(ends))
    for name in bug.inputs:
        assert program.text[slice(*program.places[name])].startswith("input ")


def test_no_program_too_many() -> None:
    for corpus in ("dev", "own"):
        written = {path.stem for path in (HERE / "programs" / corpus).glob("*.cnn")}
        assert written == {bug.name for one, bug in BUGS if one == corpus}


@pytest.mark.parametrize(
    ("op", "arguments", "written"),
    [
        ("conv2d", {"out": 8, "k": [3, 5], "s": [2, 1], "p": [1, 0]}, "conv(8, 3x5, stride=2x1, padding=1x0)"),
        ("conv1d", {"in": 3, "out": 8, "k": 3, "p": "same"}, 'conv1d(8, 3, padding="same", in_channels=3)'),
        ("conv3d", {"in": 3, "out": 8, "k": 3}, "conv3d(8, 3x3x3, in_channels=3)"),
        ("maxpool3d", {"k": [1, 2, 2]}, "maxpool(1x2x2)"),
        ("depthwise_conv2d", {"in": 6, "k": 3, "multiplier": 2}, "conv(12, 3x3, groups=6, in_channels=6)"),
        ("maxpool2d", {"k": 3, "s": 2, "ceil": True}, "maxpool(3x3, stride=2, ceil_mode=true)"),
        ("transpose", {"dims": [1, -1]}, "permute([0, 3, 2, 1])"),
        ("unsqueeze", {"dim": 1}, "unflatten(1, [1, -1])"),
        ("unsqueeze", {"dim": -1}, "unflatten(3, [-1, 1])"),
        ("reflection_pad2d", {"p": 1}, 'pad(1, mode="reflect")'),
        ("upsample", {"size": [56, 40], "mode": "bilinear"}, 'upsample(size=56x40, mode="bilinear")'),
        ("view", {"shape": [16, -1]}, "reshape([16, -1])"),
        ("mean", {"dim": [2, 3]}, "mean([2, 3])"),
    ],
)  # fmt: skip
def test_spelling(op: str, arguments: dict[str, Any], written: str) -> None:
    assert call(Layer("layer", op, ("x",), arguments), 3) == written


@pytest.mark.parametrize("op", ["lstm", "embedding", "matmul"])
def test_what_the_language_has_no_word_for(op: str) -> None:
    with pytest.raises(Untranslatable, match=op):
        call(Layer("layer", op, ("x",), {"in": 3, "out": 8, "k": 3}), 3)
