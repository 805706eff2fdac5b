"""The rows of a network: its layers, blocks and branching groups, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cnndsl.graph import Graph, Node
from cnndsl.passes.costs import Row as Counts
from cnndsl.passes.costs import Table, count
from cnndsl.passes.folding import Part, fold
from cnndsl.passes.notation import kind_of
from cnndsl.shape import Shape
from cnndsl.trace import Value


class Row(NamedTuple):
    """Some nodes of one graph that are shown together; of a repeated block, all its applications.

    ``prefix`` is the dotted name of the block around them, ``level`` how deep that is opened. ``main`` is the node
    that says what it is; of ``times`` in sequence, ``last`` is the name of the last. ``group``: several operations
    that are closed under this name. ``inside``: it is a heading, and the rows of what is in it follow; these name it
    as their ``heading``. ``training`` and ``again``: a block around it is only there in training, or applies weights
    that were applied before.
    """

    prefix: str
    graph: Graph
    nodes: tuple[Node, ...]
    main: Node
    level: int
    times: int = 1
    last: str = ""
    group: str = ""
    inside: bool = False
    heading: str = ""
    training: bool = False
    again: bool = False

    @property
    def name(self) -> str:
        """Its dotted name in the network."""
        return self.prefix + (self.group or self.main.name)

    @property
    def result(self) -> Node:
        """The node that gives its output."""
        return self.nodes[-1]

    @property
    def shape(self) -> Shape | None:
        """Of its output; None where it is unknown."""
        return self.graph.shapes.get(Value(self.result.name))


def rows(graph: Graph, depth: int = 1, every_step: bool = False) -> list[Row]:
    """Blocks are opened ``depth - 1`` levels deep; equal ones in sequence share a row where they are closed.

    An activation stands in the row of its layer, and so does what computes nothing at inference (dropout, flatten),
    unless ``every_step`` is asked for.
    """
    reader = _Reader(count(graph), joins=not every_step, groups=not every_step)
    return list(reader.level(fold(graph), graph, "", depth, 0))


def layers(graph: Graph, counts: Table) -> list[Row]:
    """The rows of one graph with its groups opened and its blocks closed."""
    return list(_Reader(counts, joins=True, groups=False).level(fold(graph), graph, "", 1, 0))


class _Reader:
    """``joins``: what follows a layer stands in its row. ``groups``: a labelled join is closed as a block is."""

    def __init__(self, counts: Table, joins: bool, groups: bool) -> None:
        self.counts = counts
        self.joins = joins
        self.groups = groups

    def level(self, parts: Iterable[Part], graph: Graph, prefix: str, depth: int, level: int) -> Iterator[Row]:
        """Layers are joined along a level, through the groups that are opened on it."""
        found = self._apart(parts, graph, prefix, depth, level)
        if not self.joins:
            yield from found
            return
        made: list[Row | None] = []
        places: dict[str, int] = {}
        for row in found:
            before = None
            if row.level == level and row.main.operation is not None and len(row.main.operands) == 1:
                before = places.get(row.main.operands[0].node)
            one = made[before] if before is not None else None
            joined = self._joined(one, row) if one is not None else None
            if before is not None and joined is not None and joined.main is not row.main:
                made[before] = joined
            else:
                if before is not None and joined is not None:
                    made[before] = None
                before = len(made)
                made.append(joined or row)
            if row.level == level:
                places[row.result.name] = before
        yield from (row for row in made if row is not None)

    def _apart(self, parts: Iterable[Part], graph: Graph, prefix: str, depth: int, level: int) -> Iterator[Row]:
        for part in parts:
            if part.role == "input":
                if not level:
                    yield Row(prefix, graph, part.nodes, part.nodes[0], level)
            elif part.role == "operation":
                yield from (Row(prefix, graph, (node,), node, level) for node in part.every)
            elif part.role == "block":
                yield from self._block(part, graph, prefix, depth, level)
            elif self.groups and (_converges(part) or (part.times > 1 and _has_blocks(part))):
                yield from self._group(part, graph, prefix, depth, level)
            else:
                yield from self._opened(part, graph, prefix, depth, level)

    def _block(self, part: Part, graph: Graph, prefix: str, depth: int, level: int) -> Iterator[Row]:
        if depth <= 1:
            yield Row(prefix, graph, part.every, part.nodes[0], level, part.times, part.end)
            return
        for node in part.every:
            heading = Row(prefix, graph, (node,), node, level, inside=True)
            yield heading
            if node.graph is not None:
                inner = self.level(fold(node.graph), node.graph, f"{heading.name}.", depth - 1, level + 1)
                own = self.counts[graph][node.name]
                yield from _under(heading, inner, not own.inference, own.params + own.buffers == 0)

    def _group(self, part: Part, graph: Graph, prefix: str, depth: int, level: int) -> Iterator[Row]:
        if depth <= 1:
            yield Row(prefix, graph, part.every, part.nodes[-1], level, part.times, part.end, part.first)
        elif part.times > 1:
            yield from self._opened(part, graph, prefix, depth, level)
        else:
            heading = Row(prefix, graph, part.nodes, part.nodes[-1], level, group=part.first, inside=True)
            yield heading
            yield from _under(heading, self.level(part.parts, graph, prefix, depth - 1, level + 1))

    def _opened(self, part: Part, graph: Graph, prefix: str, depth: int, level: int) -> Iterator[Row]:
        if part.times == 1:
            yield from self._apart(part.parts, graph, prefix, depth, level)
            return
        for node in part.every:
            single = Part(
                "operation" if node.operation is not None else "block", graph, ((node,),), node.name, node.name
            )
            yield from self._apart((single,), graph, prefix, depth, level)

    def _joined(self, before: Row, row: Row) -> Row | None:
        """Both as one row, where the second, which reads the first, is no layer of its own, or the first is none."""
        if before.main.operation is None or row.main.operation is None or before.group or row.group:
            return None
        if (
            before.result.name != row.main.operands[0].node
            or self._counts(before).inference != self._counts(row).inference
        ):
            return None
        if _follows(row) and before.shape == row.shape:
            return before._replace(nodes=(*before.nodes, *row.nodes))
        if all(computes_nothing(before.graph, node) for node in before.nodes):
            return row._replace(nodes=(*before.nodes, *row.nodes))
        return None

    def _counts(self, row: Row) -> Counts:
        return self.counts[row.graph][row.main.name]


def computes_nothing(graph: Graph, node: Node) -> bool:
    """Whether it changes no value at inference: dropout, flatten, a pooling to the size that is there already."""
    if node.operation is None:
        return False
    if node.operation.name.startswith("adaptive"):
        return graph.operand_shapes(node) == (graph.shapes.get(Value(node.name)),)
    return kind_of(node) == "regularization" or node.operation.name in ("flatten", "identity")


def _follows(row: Row) -> bool:
    return kind_of(row.main) == "activation" or computes_nothing(row.graph, row.main)


def _under(heading: Row, found: Iterable[Row], training: bool = False, again: bool = False) -> Iterator[Row]:
    for row in found:
        yield row._replace(
            heading=row.heading or heading.name, training=row.training or training, again=row.again or again
        )


def _converges(part: Part) -> bool:
    """Whether it is one labelled join, ``c3: concat { ... }``: all that is in it runs into its last node."""
    if part.role != "group" or len(part.nodes[-1].operands) < 2:
        return False
    inside = {node.name for node in part.nodes}
    reads = [value.node for node in part.nodes for value in node.operands if value.node in inside]
    return len(reads) == len(set(reads)) == len(part.nodes) - 1


def _has_blocks(part: Part) -> bool:
    return any(node.graph is not None for node in part.nodes)
