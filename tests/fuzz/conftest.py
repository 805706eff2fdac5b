"""How many texts are tried, and which.

`CNN_FUZZ_CASES=200000 pytest tests/fuzz` runs so many cases a test and kind of text; without it the number is small and
the cases are always the same.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.strategies import SearchStrategy

CASES = os.environ.get("CNN_FUZZ_CASES")

settings.register_profile(
    "fuzz",
    max_examples=int(CASES or 350),
    deadline=None,
    database=None,
    derandomize=CASES is None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="session", params=["written", "damaged", "anything"])
def texts(request: pytest.FixtureRequest) -> SearchStrategy[str]:
    """One of the three kinds of text."""
    strategy: SearchStrategy[str] = _beside("strategies").STRATEGIES[request.param]()
    return strategy


@pytest.fixture(scope="session")
def pipeline() -> ModuleType:
    """What the whole pipeline says of a text."""
    return _beside("pipeline")


def _beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"fuzz_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
