"""How the values of a graph see its inputs: along each axis, through all paths together and through the shortest.

A graph is traced by itself, relative to its inputs, and put into place where it is applied.
"""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.graph import Graph, Node, instances
from cnndsl.ops.reach import SAME, Reach, Reads
from cnndsl.shape import Shape
from cnndsl.trace import Value


class Path(NamedTuple):
    """How positions along an axis of a value see one axis of an input; ``axis`` is None where all see the same."""

    axis: int | None
    reach: Reach


class Sight(NamedTuple):
    """Of one axis of an input: what is seen through any path, and through the path that sees least."""

    largest: Path
    smallest: Path


Seen = dict[str, tuple[Sight, ...]]
"""For each input that a value depends on, one for each axis of the input."""

Table = dict[Graph, dict[Value, Seen]]


def traced(graph: Graph) -> Table:
    """Of ``graph`` and of every block in it, what each value sees of its graph's own inputs."""
    table: Table = {}
    for current in instances(graph):
        table[current] = _traced(current, table)
    return table


def _traced(graph: Graph, table: Table) -> dict[Value, Seen]:
    known: dict[Value, Seen] = {}
    for node in graph:
        operands = [known.get(value, {}) for value in node.operands]
        if node.graph is not None:
            for value, inner in _results(graph, node).items():
                own = table[node.graph].get(inner)
                if own is not None and value in graph.shapes:
                    known[value] = through(own, node.graph, operands, graph.shapes[value])
        elif node.operation is not None:
            shapes, output = graph.operand_shapes(node), graph.shapes.get(Value(node.name))
            if shapes is not None and output is not None:
                reads = node.operation.reads(shapes, output)
                sides = [
                    {name: tuple(_applied(one, read, shape, output) for one in sights) for name, sights in seen.items()}
                    for seen, read, shape in zip(operands, reads, shapes, strict=True)
                    if read is not None
                ]
                known[Value(node.name)] = _united(sides, output)
        elif (shape := graph.shapes.get(Value(node.name))) is not None:
            same = tuple(Path(axis, SAME) for axis in range(shape.rank))
            known[Value(node.name)] = {node.name: tuple(map(Sight, same, same))}
    return known


def _results(graph: Graph, node: Node) -> dict[Value, Value]:
    """What an applied block gives, and the inner values that these are."""
    block = node.graph
    if block is None:
        return {}
    given = {Value(node.name): block.result()}
    given |= {Value(node.name, output.name): output.value for output in block.outputs}
    return {value: inner for value, inner in given.items() if inner is not None}


def through(own: Seen, block: Graph, operands: list[Seen], output: Shape) -> Seen:
    """What a value of ``block`` sees through ``operands``, where it sees ``own`` of the block's inputs."""
    sides = [
        {name: tuple(_placed(one, own[inner], output) for one in sights) for name, sights in seen.items()}
        for inner, seen in zip(block.inputs, operands, strict=False)
        if inner in own
    ]
    return _united(sides, output)


def _applied(sight: Sight, reads: Reads, operand: Shape, output: Shape) -> Sight:
    return Sight(*(_read(path, reads, operand, output) for path in sight))


def _read(path: Path, reads: Reads, operand: Shape, output: Shape) -> Path:
    if path.axis is None:
        return path
    along = reads[path.axis]
    if along.axis is None or along.reach is None:
        return Path(None, path.reach.whole(operand.sizes[path.axis]))
    if along.reach is SAME:
        return Path(along.axis, path.reach)
    return _moving(along.axis, path.reach.after(along.reach, output.sizes[along.axis]))


def _placed(sight: Sight, inner: tuple[Sight, ...], output: Shape) -> Sight:
    return Sight(
        _followed(sight.largest, [one.largest for one in inner], output),
        _followed(sight.smallest, [one.smallest for one in inner], output),
    )


def _followed(path: Path, inner: list[Path], output: Shape) -> Path:
    if path.axis is None:
        return path
    axis, reach = inner[path.axis]
    if reach is SAME:
        return Path(axis, path.reach)
    return _moving(axis, path.reach.after(reach, output.sizes[axis] if axis is not None else 1))


def _moving(axis: int | None, reach: Reach) -> Path:
    return Path(axis if reach.step != 0 else None, reach)


def _united(sides: list[Seen], output: Shape) -> Seen:
    """What is seen through several operands."""
    united: Seen = {}
    for seen in sides:
        for name, sights in seen.items():
            if name in united:
                sights = tuple(_union(one, other, output) for one, other in zip(united[name], sights, strict=True))
            united[name] = sights
    return united


def _union(one: Sight, other: Sight, output: Shape) -> Sight:
    smallest = min(one.smallest, other.smallest, key=lambda path: path.reach.size)
    return Sight(_joined(one.largest, other.largest, output), smallest)


def _joined(one: Path, other: Path, output: Shape) -> Path:
    if one == other:
        return one
    if one.axis is not None and other.axis is not None and one.axis != other.axis:
        one, other = (Path(None, path.reach.whole(output.sizes[path.axis or 0])) for path in (one, other))
    axis = one.axis if one.axis is not None else other.axis
    return _moving(axis, one.reach.joined(other.reach, output.sizes[axis] if axis is not None else 1))
