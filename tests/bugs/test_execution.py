"""What the corpora say of PyTorch is what PyTorch says: where each bug stops, its words, and that the fix runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shapebugs.bug import Bug, load
from shapebugs.execution import Run, run
from shapebugs.mending import mended

DATA = Path(__file__).parent / "data"


def told(bug: Bug) -> dict[str, Any]:
    """What the corpus says of PyTorch."""
    return {**{name: bug.facts["torch"][name] for name in Run._fields}, "fixed": bug.facts["fixed"]["output"]}


def found(bug: Bug) -> dict[str, Any]:
    """What PyTorch says."""
    return {**run(bug)._asdict(), "fixed": run(mended(bug)).output}


@pytest.mark.parametrize("bug", load(DATA / "own.json"), ids=lambda bug: bug.name)
def test_own(bug: Bug) -> None:
    assert found(bug) == told(bug)
    assert bug.declared in (None, tuple(bug.facts["fixed"]["output"]))
    assert bug.kind == "silent" or bug.symptom is not None


@pytest.mark.sweep
@pytest.mark.parametrize("bug", load(DATA / "dev.json"), ids=lambda bug: bug.name)
def test_collected(bug: Bug) -> None:
    assert found(bug) == told(bug)
