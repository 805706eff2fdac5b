"""Every bug of both corpora passes all six criteria (``shapebugs.grading``) that have a meaning for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapebugs.bug import Bug, load
from shapebugs.grading import CRITERIA, grade

DATA = Path(__file__).parent / "data"
BUGS = [bug for corpus in ("dev", "own") for bug in load(DATA / f"{corpus}.json")]

UNLINKED = {"lint: dropout before pooling"}
"""F04: a convolution and a ReLU stand between its dropout and its pooling; the rule is about the pair."""


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_bug(bug: Bug) -> None:
    graded = grade(bug)
    assert graded.untranslatable is None
    assert {name for name in CRITERIA if graded.holds[name] is False} == set()
    assert {remark for remark, said in graded.remarks.items() if not said} <= UNLINKED


def test_all_is_asked() -> None:
    """Of the collected ones, all six; the silent one has no numbers."""
    graded = [grade(bug) for bug in load(DATA / "dev.json")]
    assert [(one.bug.name, name) for one in graded for name in CRITERIA if one.holds[name] is None] == [
        ("J02", "numbers")
    ]
