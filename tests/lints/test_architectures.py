"""The default rules flag nothing in networks that are as their papers have them, but for what is named here."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnndsl.compiler import check
from cnndsl.lints import Selection
from cnndsl.workspace.importers import imported
from cnndsl.workspace.imports import Reader
from cnndsl.workspace.target import find

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "architectures").glob("*.cnn"), *(ROOT / "tests/architectures/language").glob("*.cnn")])

TRUE = {
    ("vgg.cnn", "conv(w, 3x3, padding=1)"): "bias-before-norm",
}
"""By file and text. torchvision's VGG with batch norm has these biases: its weights could not be read without them."""


@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_default_rules(file: Path) -> None:
    target, problem = find(str(file))
    assert problem is None
    lint = Selection(elsewhere=lambda: imported(str(file)))
    checked = check(target.source, Reader(target.source, str(file)), lint=lint)
    here = file.name if file.parent.name == "architectures" else str(file)
    found = {(here, one.span.text): one.code for one in checked.findings}
    assert found == {place: rule for place, rule in TRUE.items() if place[0] == here}


def test_blocks_are_for_others() -> None:
    """googlenet.cnn is imported by inception.cnn, and would offer nothing if it had no networks of its own."""
    assert imported(str(ROOT / "architectures" / "googlenet.cnn")) == {"conv_relu", "inception"}
    assert imported(str(ROOT / "architectures" / "resnet.cnn")) == set()
