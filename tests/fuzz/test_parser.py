"""The parser reads anything: it never raises, ends soon, and says the same twice."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from cnndsl.diagnostics.render import render
from cnndsl.source import Source
from cnndsl.syntax import tree
from cnndsl.syntax.limits import FINDINGS
from cnndsl.syntax.parser import parse


@settings(settings.get_profile("fuzz"))
@given(data=st.data())
def test_parser(texts: st.SearchStrategy[str], data: st.DataObject) -> None:
    text = data.draw(texts)
    source = Source("fuzz.cnn", text)
    start = time.process_time()
    file, findings = parse(source)
    assert time.process_time() - start < 2
    assert (file, findings) == parse(source)
    assert isinstance(file, tree.File)
    assert len(findings) <= FINDINGS + 1
    for finding in findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(text)
        assert finding.message
        assert "\n" not in finding.message
        assert render(finding).encode("utf-8")
