"""Goldens: what a case must produce stands in a file beside it; ``--update-golden`` accepts what it produces now.

And what several folders need: the author of random programs, torchvision.
"""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

AUTHOR = Path(__file__).parent / "torch" / "author"
Golden = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """``golden(path, text)``: the file at ``path`` holds ``text``."""
    update = request.config.getoption("--update-golden")

    def check(path: Path, text: str) -> None:
        if update:
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path} is missing; pytest --update-golden writes it"
        assert path.read_text(encoding="utf-8") == text

    return check


@pytest.fixture(scope="session")
def author() -> Any:
    """The author of random programs."""
    found = importlib.util.spec_from_file_location(
        "author", AUTHOR / "__init__.py", submodule_search_locations=[str(AUTHOR)]
    )
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["author"] = module
    found.loader.exec_module(module)
    return module.Author


@pytest.fixture(scope="session")
def torchvision_models() -> Iterator[ModuleType]:
    """``torchvision.models``; the two operators that its import looks for are declared first, once a process."""
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torchvision import models
    yield models
    del library
