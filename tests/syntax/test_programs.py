"""Whole programs: read without a finding, every node with the text that it stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cnndsl.source import Source
from cnndsl.syntax import tree
from cnndsl.syntax.parser import parse

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted([*(ROOT / "architectures").glob("*.cnn"), *(ROOT / "tests/architectures/language").glob("*.cnn")])

FIRST = {
    tree.Repeat: "repeat",
    tree.For: "for",
    tree.If: "if",
    tree.With: "with",
    tree.Residual: "residual",
    tree.Dense: "dense",
    tree.From: "from",
    tree.Let: "let",
    tree.Shared: "shared",
    tree.Input: "input",
    tree.Output: "output",
    tree.Init: "init",
    tree.Expect: "expect",
    tree.Require: "require",
    tree.Import: "import",
    tree.List: "[",
    tree.Comprehension: "[",
}


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_program(path: Path, nodes: Callable[[object], Iterator[Any]]) -> None:
    source = Source(path.name, path.read_text("utf-8"))
    file, findings = parse(source)
    assert [finding.message for finding in findings] == []
    assert file.items
    assert not file.unread
    for node in nodes(file.items):
        text = node.span.text
        assert node.span.source is source
        assert text == text.strip()
        assert text.startswith(FIRST.get(type(node), ""))
        if isinstance(node, tree.Name):
            assert node.id == text.replace(" ", "")
        if isinstance(node, tree.Literal | tree.Size | tree.Binary | tree.Call):
            alone, slips = parse(Source("alone", f"let v = {text}"))
            assert not slips
            assert isinstance(alone.items[0], tree.Let)
            assert type(alone.items[0].value) is type(node) or not getattr(node, "parentheses", True)
        inner = [part for part in node if hasattr(part, "span")]
        inner += [part for parts in node if type(parts) is tuple for part in parts if hasattr(part, "span")]
        for part in inner:
            assert node.span.start <= part.span.start <= part.span.end <= node.span.end


def test_six_programs_are_there() -> None:
    assert len(PROGRAMS) >= 6 + 8


def test_reading_is_deterministic() -> None:
    for path in PROGRAMS:
        source = Source(path.name, path.read_text("utf-8"))
        assert parse(source) == parse(source)
