"""What holds of mistakes made on purpose, of which there are many more than were collected."""

from __future__ import annotations

import warnings
from collections import Counter
from pathlib import Path

import pytest
from shapebugs.bug import load
from shapebugs.grading import CRITERIA, Grade, grade
from shapebugs.mutation import mutants

DATA = Path(__file__).parent / "data"
LEAST = {"one": 0.99, "fault": 0.93, "numbers": 1.0, "fix": 0.99, "fixed": 1.0}
"""Of which part of the mistakes a criterion holds; which of many numbers is at fault that explain as much, is open."""


@pytest.mark.sweep
def test_mutants() -> None:
    grades: list[Grade] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch's own, of what a mistake makes odd
        for corpus in ("dev", "own"):
            grades += [grade(one) for bug in load(DATA / f"{corpus}.json") for one in mutants(bug, one_of=4)]
    assert len(grades) > 400
    asked = Counter(name for one in grades for name in CRITERIA if one.holds[name] is not None)
    held = Counter(name for one in grades for name in CRITERIA if one.holds[name])
    rates = {name: held[name] / asked[name] for name in LEAST}
    assert {name for name, least in LEAST.items() if rates[name] < least} == set(), rates
