"""Good programs with one number changed: what is found is explained without a slip, and all of it by the same rules."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnndsl.compiler import check
from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.diagnostics.render import render
from cnndsl.source import Source

ROOT = Path(__file__).parents[2]
LIBRARY = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "architectures").glob("*.cnn"))}
SMALL = ("lenet", "alexnet", "zfnet", "nin")
NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")


def broken(name: str, count: int) -> Iterator[str]:
    """The program with one of its numbers changed, ``count`` times."""
    chance, text = random.Random(name), LIBRARY[name]
    places = [found for found in NUMBER.finditer(text) if '"' not in text[found.start() - 1 : found.end() + 1]]
    for _ in range(count):
        found = chance.choice(places)
        value = int(found[0])
        other = chance.choice([value + 1, value * 2, max(value // 2, 1), value + 7, 1, 0])
        yield text[: found.start()] + str(other) + text[found.end() :]


def findings(text: str) -> list[Diagnostic]:
    def read(name: str, importer: Source) -> Source | None:
        return Source(f"{name}.cnn", LIBRARY[name]) if name in LIBRARY else None

    return check(Source("main.cnn", text), read).findings


def check_all(name: str, count: int) -> int:
    shown = 0
    for text in broken(name, count):
        for finding in findings(text):
            assert len(finding.labels) <= 4, finding.message
            for label in finding.labels:
                span = label.span
                assert 0 <= span.start < span.end <= len(span.source.text)
                assert label.message
            assert len({label.span for label in finding.labels}) == len(finding.labels)
            assert "None" not in render(finding)
            shown += 1
    return shown


@pytest.mark.parametrize("name", SMALL)
def test_small_networks_with_another_number(name: str) -> None:
    assert check_all(name, 25) > 5


@pytest.mark.sweep
@pytest.mark.parametrize("name", sorted({*LIBRARY} - {"blocks"}))
def test_all_networks_with_another_number(name: str) -> None:
    assert check_all(name, 60) > 5
