"""The definitions of a file, and the names that they use, as they are written."""

from __future__ import annotations

from collections import Counter
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


def used(part: Any) -> Counter[str]:
    """The names that a part of the tree uses, each with how often: of values, blocks, labels and symbols.

    A name cannot hide one around it, so that a name means one thing throughout a definition.
    """
    found: Counter[str] = Counter()
    declared = {id(name) for node in nodes(part) for name in _declared(node)}
    for node in nodes(part):
        if type(node) is tree.Name and id(node) not in declared:
            found[node.id] += 1
        elif type(node) is tree.From:
            found.update(piece for part in node.path for piece in part.parts if isinstance(piece, str))
    return found


def _declared(node: Any) -> tuple[Any, ...]:
    """The names in a node that use nothing."""
    kind = type(node)
    if kind in (tree.Definition, tree.Let, tree.Shared, tree.Argument, tree.Attribute, tree.Input):
        return (node.name,)
    if kind is tree.Parameter:
        return (node.name, node.type)
    if kind in (tree.For, tree.Comprehension):
        return tuple(node.targets)
    if kind is tree.InputAxis:
        return (node.symbol,)
    return (node.module, *node.names) if kind is tree.Import else ()


def handed_on(items: Iterable[tree.Item]) -> set[str]:
    """The names that are used as values, not applied where they stand: who gets a block says which arguments it has."""
    direct: Counter[str] = Counter()
    for node in nodes(tuple(items)):
        call = node.call if type(node) in (tree.Apply, tree.Shared, tree.Definition) else None
        if call is not None:
            direct[call.callee.id] += 1
    return {name for name, count in used(tuple(items)).items() if count > direct[name]}
