"""The definitions of a file, and the names that they use, as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cnndsl.source import Span
from cnndsl.syntax import tree


def definitions(items: Iterable[tree.Item]) -> Iterator[tree.Definition]:
    """All of them, those inside ``with`` too."""
    for item in items:
        if isinstance(item, tree.Definition):
            yield item
        elif isinstance(item, tree.WithDefinitions):
            yield from definitions(item.items)


def nodes(node: Any) -> Iterator[Any]:
    """A part of the tree and all parts of it, in the order of the text; without recursion."""
    pending = [node]
    while pending:
        current = pending.pop()
        if type(current) is not tuple:
            yield current
        pending.extend(child for child in reversed(current) if isinstance(child, tuple) and type(child) is not Span)
