"""The shapes that the outputs of a network promise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cnndsl.graph import Graph
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.syntax import tree


class Promise(NamedTuple):
    """What stands in brackets behind an output; None: any size; a name: the size of that symbol."""

    span: Span
    output: str
    sizes: tuple[int | str | None, ...]

    def at(self, symbols: Mapping[str, int]) -> tuple[int | None, ...]:
        """The sizes, given those of the symbols."""
        return tuple(symbols.get(size) if isinstance(size, str) else size for size in self.sizes)


def keeps(sizes: tuple[int | None, ...], shape: Shape) -> bool:
    """Whether a shape has the sizes that are promised."""
    return len(sizes) == shape.rank and all(
        size is None or size == actual for size, actual in zip(sizes, shape.sizes, strict=True)
    )


def promises(graph: Graph) -> Iterator[Promise]:
    """The promises of a network, as far as they are numbers or names of numbers."""
    body = graph.definition.body
    for line in body.lines if body is not None else ():
        for step in line.steps:
            if not isinstance(step, tree.Output) or step.shape is None or len(step.name.parts) != 1:
                continue
            sizes = tuple(_number(item, graph) for item in step.shape.items)
            if isinstance(step.name.parts[0], str) and -1 not in sizes:
                yield Promise(step.shape.span, step.name.parts[0], sizes)


def _number(item: tree.Expression, graph: Graph) -> int | str | None:
    """A size that is promised; -1: it is not known here."""
    if isinstance(item, tree.Literal) and type(item.value) is int:
        return item.value
    if isinstance(item, tree.Name):
        if item.id == "_":
            return None
        if item.id in graph.axes:
            return item.id
        binding = graph.scope.find(item.id)
        if binding is not None and type(binding.value) is int:
            return binding.value
    return -1
