"""Rules of the default group leave networks alone that are as their papers have them, but for what is named here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

GOOD = Path(__file__).parent / "good"
LIBRARY = Path(__file__).parents[2] / "architectures"
MENDED_BUGS = Path(__file__).parents[1] / "bugs" / "programs" / "dev_fixed"
EXPECTED = re.compile(r"# warning: \[([a-z0-9, -]+)\]")


def _library() -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in LIBRARY.glob("*.cnn")}


@pytest.mark.parametrize("name", sorted(path.stem for path in GOOD.glob("*.cnn")))
def test_good_networks(name: str, linted: Any) -> None:
    """What is found is marked on its line, and true."""
    text = (GOOD / f"{name}.cnn").read_text(encoding="utf-8")
    expected = [
        (number, found[1]) for number, line in enumerate(text.splitlines(), 1) if (found := EXPECTED.search(line))
    ]
    warnings = linted(text, **_library())
    found = sorted((one.span.source.position(one.span.start)[0], one.code) for one in warnings)
    assert found == expected, "\n".join(f"{one.code}: {one.message} {one.notes}" for one in warnings)


MENDED = {
    # Four convolutions have a bias before their batch norm.
    "A07": ["bias-before-norm"] * 4,
    # The kernels of 7 and 5 with a stride of 7 and 5 are the second mistake of this bug.
    "B04": ["stride-equals-kernel-by-accident"] * 2,
    # Reduced to its sizes: no activation is left between the convolutions.
    "D03": ["linear-composition"],
    "E04": ["linear-composition"],
    "F07": ["linear-composition"],
    # Five pools leave one position, on which the sixth convolution has a 3x3 kernel.
    "F06": ["kernel-on-1x1"],
    # Its ReLU stands before the softmax still, as the corpus remarks.
    "J05": ["relu-before-softmax"],
}


@pytest.mark.parametrize("path", sorted(MENDED_BUGS.glob("*.cnn")), ids=lambda path: path.stem)
def test_mended_bugs(path: Path, linted: Any) -> None:
    """The mended version of a bug that people had is left alone, but for what is true of it."""
    warnings = linted(path.read_text(encoding="utf-8"))
    assert [one.code for one in warnings] == MENDED.get(path.stem, [])
