"""Whatever a text is: each size that is known says why, in a few lines and soon."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cnndsl.compiler import check
from cnndsl.graph import Graph
from cnndsl.passes.provenance import Tracer
from cnndsl.source import Source
from cnndsl.summary.why import NoPlace, why, why_line

LINES = 2_000


@settings(settings.get_profile("fuzz"), max_examples=120)
@given(data=st.data())
def test_every_known_size_says_why(texts: st.SearchStrategy[str], pipeline: Any, data: st.DataObject) -> None:
    source = Source("fuzz.cnn", data.draw(texts))
    networks = check(source, pipeline.read).networks
    start = time.process_time()
    for graph in networks.values():
        _trace(graph)
        for name in list(graph.nodes)[-3:]:
            _bounded(lambda name=name, graph=graph: why(graph, name))
    for line in range(1, min(len(source.line_starts), 12)):
        _bounded(lambda line=line: why_line(networks, source, line))
    assert time.process_time() - start < 4


def _trace(graph: Graph) -> None:
    tracer = Tracer()
    for value, shape in list(graph.shapes.items())[-20:]:
        for axis, size in enumerate(shape.sizes):
            found = tracer.trail(graph, value, axis)
            assert found is not None
            assert found.link.size == size


def _bounded(tell: Any) -> None:
    with suppress(NoPlace):
        text = tell()
        assert text.count("\n") < LINES
        assert all(character.isprintable() or character == "\n" for character in text)
