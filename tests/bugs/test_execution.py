"""What the corpora say of PyTorch is what PyTorch says: where each bug stops, its words, and that the fix runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapebugs.bug import Bug, load
from shapebugs.execution import run
from shapebugs.mending import mended

DATA = Path(__file__).parent / "data"


def holds(bug: Bug) -> None:
    expected = bug.facts["torch"]
    assert run(bug)._asdict() == {name: expected[name] for name in ("failed_at", "error", "shapes", "output")}
    assert run(mended(bug)).output == bug.facts["fixed"]["output"]


@pytest.mark.parametrize("bug", load(DATA / "own.json"), ids=lambda bug: bug.name)
def test_own(bug: Bug) -> None:
    holds(bug)
    assert bug.declared in (None, tuple(bug.facts["fixed"]["output"]))
    assert bug.kind == "silent" or bug.symptom is not None


@pytest.mark.sweep
@pytest.mark.parametrize("bug", load(DATA / "dev.json"), ids=lambda bug: bug.name)
def test_collected(bug: Bug) -> None:
    holds(bug)
