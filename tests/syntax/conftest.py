"""What the tests of the syntax share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cnndsl.source import Source, Span
from cnndsl.syntax import tree

ROOT = Path(__file__).parents[2]


def dump(value: object) -> str:
    """A tree as a short text: ``Kind(field, ...)``, names and literals as they are; spans are left out."""
    if isinstance(value, tree.Name):
        return value.id
    if isinstance(value, tree.Literal):
        return repr(value.value)
    if isinstance(value, tree.Size):
        return "x".join(map(str, value.sizes))
    if isinstance(value, tree.Template):
        return "<" + " ".join(part if isinstance(part, str) else f"{{{dump(part)}}}" for part in value.parts) + ">"
    if isinstance(value, tree.Line) and len(value.steps) == 1:
        return dump(value.steps[0])
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        parts = [dump(part) for part in value if not isinstance(part, Span | Source)]
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(dump, value)) + "]"
    return str(value)


def nodes(value: object) -> Iterator[tuple[tree.Expression, ...]]:
    """All nodes of a tree."""
    if isinstance(value, tuple) and not isinstance(value, Span):
        if hasattr(value, "span"):
            yield value
        for part in value:
            yield from nodes(part)


@pytest.fixture(name="dump")
def dump_fixture() -> Callable[[object], str]:
    return dump


@pytest.fixture(name="nodes")
def nodes_fixture() -> Callable[[object], Iterator[object]]:
    return nodes
