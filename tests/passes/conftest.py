"""What the tests of analyses share: a graph from the text of one network."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from cnndsl.compiler import check
from cnndsl.graph import Graph
from cnndsl.source import Source


@pytest.fixture
def graph() -> Callable[[str], Graph]:
    """The graph of the one network of a text without mistakes."""

    def make(text: str) -> Graph:
        checked = check(Source("a.cnn", dedent(text)), lambda name, source: None)
        assert checked.findings == []
        (found,) = checked.networks.values()
        return found

    return make
