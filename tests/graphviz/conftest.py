"""What the tests of pictures share: a graph from the text of one network, and the boxes and arrows of DOT text."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from cnndsl.compiler import check
from cnndsl.graph import Graph
from cnndsl.source import Source
from cnndsl.workspace.network import load

Make = Callable[[str], Graph]


@pytest.fixture
def graph() -> Make:
    """The graph of the one network of a text without mistakes."""

    def make(text: str) -> Graph:
        checked = check(Source("a.cnn", dedent(text)), lambda name, source: None)
        assert checked.findings == []
        (found,) = checked.networks.values()
        return found

    return make


@pytest.fixture
def body(graph: Make) -> Make:
    """The graph of a network with these steps."""
    return lambda steps: graph(f"network net {{\n input image: [8, H=32, W=32]\n{dedent(steps)}\n}}")


@pytest.fixture(scope="session")
def bundled() -> Make:
    """The graph of a bundled network."""
    return lambda name: load(name)[name].ir
