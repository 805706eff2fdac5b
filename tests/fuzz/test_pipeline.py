"""The whole way, from any text to findings, counts and PyTorch source: it never raises and ends soon."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cnndsl.compiler import check
from cnndsl.source import Source


@settings(settings.get_profile("fuzz"))
@given(data=st.data())
def test_pipeline(texts: st.SearchStrategy[str], pipeline: Any, data: st.DataObject) -> None:
    text = data.draw(texts)
    start = time.process_time()
    checked = check(Source("fuzz.cnn", text), pipeline.read)
    assert time.process_time() - start < 4
    assert pipeline.said(checked) == pipeline.said(check(Source("fuzz.cnn", text), pipeline.read))


def test_equal_under_two_hash_seeds() -> None:
    count = int(os.environ.get("CNN_FUZZ_CASES", "100")) // 50
    script = str(Path(__file__).with_name("pipeline.py"))
    digests = {
        subprocess.run(
            [sys.executable, script, str(count)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
