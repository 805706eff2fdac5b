"""What the tests of elaboration share: programs from text, with other files beside them."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest

from cnndsl.compiler import Checked, check
from cnndsl.source import Source

Check = Callable[..., Checked]


@pytest.fixture
def checked() -> Check:
    """``checked(text, other="text of other.cnn", ...)``: ``options`` go to the compiler."""

    def run(text: str, options: dict[str, Any] | None = None, **files: str) -> Checked:
        sources = {name: Source(f"{name}.cnn", dedent(content)) for name, content in files.items()}
        return check(Source("main.cnn", dedent(text)), lambda name, _: sources.get(name), **(options or {}))

    return run
