"""What is inside a closed block, as Table 1 of ResNet writes it: ``1x1, 64 · 3x3, 64 · 1x1, 256``."""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.graph import Graph, Node
from cnndsl.passes.folding import Part
from cnndsl.passes.notation import kind_of, spelled
from cnndsl.trace import Value

MOST = 4
"""Layers that are written out; a repetition of them counts once."""

_LAYERS = frozenset({"convolution", "transposed", "linear"})
_LONGEST = 400


class _Way(NamedTuple):
    """The layers on the longest way to a value: the last one, and the way before it."""

    length: int = 0
    layer: str = ""
    before: _Way | None = None


class _Inside(NamedTuple):
    """Of a graph: the layers on its longest way, how many it has in all, and what its last join joins."""

    layers: tuple[str, ...]
    total: int
    join: str


class Trunks:
    """Writes the layers of blocks and groups, each graph looked at once."""

    def __init__(self) -> None:
        self._known: dict[Graph, _Inside] = {}

    def of(self, part: Part) -> str:
        """The layers of a part along its longest way; nothing where they are too many to be written."""
        if part.block is not None:
            inside = self._inside(part.block)
        else:
            inside = self._look(part.graph, part.nodes, part.nodes[-1])
        aside = inside.total - len(inside.layers)
        if aside > 1 and not inside.join.startswith("+"):
            return inside.join
        written = _written(inside.layers)
        return f"{written} {inside.join}".strip() if inside.join.startswith("+") and written else written

    def _inside(self, graph: Graph) -> _Inside:
        if graph not in self._known:
            result = graph.result()
            last = graph[result.node] if result is not None else None
            self._known[graph] = self._look(graph, tuple(graph), last)
        return self._known[graph]

    def _look(self, graph: Graph, nodes: tuple[Node, ...], last: Node | None) -> _Inside:
        """``nodes`` of a graph, of which ``last`` gives the result."""
        ways: dict[str, _Way] = {}
        total = 0
        for node in nodes:
            way = max((ways[value.node] for value in node.operands if value.node in ways), key=_length, default=_Way())
            own, count = self._own(graph, node)
            for layer in own:
                way = _Way(way.length + 1, layer, way)
            total += count
            ways[node.name] = way
        if last is None:
            return _Inside((), total, "")
        return _Inside(_listed(ways[last.name]), total, _joined(graph, last, ways))

    def _own(self, graph: Graph, node: Node) -> tuple[tuple[str, ...], int]:
        if node.graph is not None:
            inside = self._inside(node.graph)
            return inside.layers, inside.total
        if kind_of(node) not in _LAYERS:
            return (), 0
        return (spelled(node, graph.shapes.get(Value(node.name))),), 1


def _length(way: _Way) -> int:
    return way.length


def _joined(graph: Graph, last: Node, ways: dict[str, _Way]) -> str:
    """``+ identity`` where the result is a sum with a shortcut; ``4 branches``."""
    while len(last.operands) == 1 and last.graph is None and last.operands[0].node in ways:
        last = graph[last.operands[0].node]
    if kind_of(last) != "join" or len(last.operands) < 2:
        return ""
    if last.kind == "add" and len(last.operands) == 2:
        short = min((ways.get(value.node, _Way()) for value in last.operands), key=_length)
        return f"+ {_written(_listed(short)) or 'identity'}" if short.length < MOST else ""
    return f"{len(last.operands)} branches"


def _listed(way: _Way) -> tuple[str, ...]:
    """The layers in order; none where they are beyond what anybody writes."""
    found: list[str] = []
    at: _Way | None = way if way.length <= _LONGEST else None
    while at is not None and at.length:
        found.append(at.layer)
        at = at.before
    return tuple(reversed(found))


def _written(layers: tuple[str, ...]) -> str:
    for period in range(1, MOST + 1):
        times, left = divmod(len(layers), period)
        if times > 1 and not left and layers == layers[:period] * times:
            inner = " · ".join(layers[:period])
            return f"{inner if period == 1 else f'({inner})'} \N{MULTIPLICATION SIGN}{times}"
    return " · ".join(layers) if len(layers) <= MOST else ""
