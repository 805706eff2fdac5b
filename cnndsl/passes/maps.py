"""Where the maps of a network end: at global pooling, at a pool to a fixed grid, at ``flatten``."""

from __future__ import annotations

from cnndsl.graph import Graph, Step, origin, steps
from cnndsl.ops.pooling import AdaptiveAvgPool, AvgPool, GlobalAvgPool
from cnndsl.ops.reach import Reads
from cnndsl.passes.costs import count
from cnndsl.shape import SPATIAL
from cnndsl.trace import Value


def last_maps(graph: Graph) -> tuple[str, ...]:
    """The steps, by dotted name, whose results are the last maps on the way to the outputs at inference.

    A gate or a branch that pools globally ends nothing where a map goes on beside it. A pool to a grid of a fixed size
    that comes last is taken for a part of what follows the maps.
    """
    needed = _needed(graph)
    maps: set[str] = set()
    for step in needed.values():
        if _is_map(step, maps):
            maps.add(step.name)
    ends = (origin(graph, output.value) for output in graph.outputs if not output.training)
    pending = [name for name in ends if name in needed]
    found: dict[str, None] = {}
    visited: set[str] = set()
    while pending:
        name = pending.pop()
        if name in visited:
            continue
        visited.add(name)
        grid = _grid(needed, name)
        if name not in maps or grid is not None:
            pending.extend(_read(needed[name] if grid is None else grid))
        elif needed[name].node.operation is not None:
            found[name] = None
    return tuple(found)


def _is_map(step: Step, maps: set[str]) -> bool:
    """Whether its result is a map, given which of those before are."""
    if step.node.operation is None:
        shape = step.graph.shapes.get(Value(step.node.name))
        return shape is not None and any(axis in SPATIAL for axis in shape.axes)
    return not _ends(step) and any(name in maps for name in _read(step))


def _grid(needed: dict[str, Step], name: str) -> Step | None:
    """The adaptive pool that made a map, whatever was done to its values."""
    step = needed[name]
    while step.node.operation is not None and step.node.operation.elementwise and len(step.operands) == 1:
        step = needed[step.operands[0]]
    return step if isinstance(step.node.operation, AdaptiveAvgPool) else None


def _needed(graph: Graph) -> dict[str, Step]:
    """The steps of the inference path."""
    counts = count(graph)
    return {
        step.name: step
        for step in steps(graph)
        if counts[step.graph][step.node.name].inference
        and all(counts[one.outer][one.node.name].inference for one in step.path)
    }


def _reads(step: Step) -> tuple[Reads | None, ...]:
    shapes, output = step.graph.operand_shapes(step.node), step.graph.shapes.get(Value(step.node.name))
    if step.node.operation is None or shapes is None or output is None:
        return ()
    return step.node.operation.reads(shapes, output)


def _read(step: Step) -> list[str]:
    """The operands whose values it reads, and not their sizes alone."""
    return [name for name, reads in zip(step.operands, _reads(step), strict=False) if reads is not None]


def _ends(step: Step) -> bool:
    """Whether no axis of positions remains: one position that averages all is none."""
    shapes, output = step.graph.operand_shapes(step.node), step.graph.shapes.get(Value(step.node.name))
    if not shapes or output is None:
        return True
    operation, alone = step.node.operation, output.elements == output.channels
    if isinstance(operation, GlobalAvgPool) or (alone and isinstance(operation, AdaptiveAvgPool)):
        return True
    if alone and isinstance(operation, AvgPool) and not operation.padding and _window(operation) == shapes[0].sizes[1:]:
        return True
    if output.rank <= 1 < shapes[0].rank:
        return True
    (reads, *_) = _reads(step)
    letters = [(letter, along) for letter, along in zip(shapes[0].axes, reads or (), strict=False) if letter in SPATIAL]
    return bool(letters) and all(along.axis is None for _, along in letters)


def _window(pool: AvgPool) -> tuple[int, ...]:
    kernel = pool.kernel_size
    return kernel if isinstance(kernel, tuple) else (kernel, kernel)
