"""What every operation says it reads, held against real tensors: one row of an operand is changed at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import torch
from torch import Tensor

from cnndsl.ops import Misfit, Operation, bind, find, names
from cnndsl.ops.reach import Along, Reads
from cnndsl.shape import Shape

CASES = 40
"""How many of the cases that fit are tried, of each operation."""


UNREAD = ("select", "split", "conv_transpose", "conv_transpose1d", "conv_transpose3d", "layer_norm", "group_norm")
"""Operations that may leave a channel or everything unread, and norms, in which a value that is alone is lost."""


@pytest.mark.parametrize("name", names())
def test_what_is_read(name: str, oracle: Any, grids: Any) -> None:
    operation = find(name)
    assert operation is not None
    for made, shapes in _fitting(operation, grids[name]):
        tensors, run = _evaluated(oracle, made, shapes)
        before = run(tensors)
        output = Shape(tuple(before.shape[1:]), made.infer(*shapes).axes)
        for place, reads in enumerate(made.reads(shapes, output)):
            for axis, size in enumerate(shapes[place].sizes):
                for position in range(size):
                    changed = list(tensors)
                    changed[place] = _raised(tensors[place], axis, position)
                    moved = ((run(changed) - before).abs() > 1e-9).any(0)
                    _compare(made, shapes[place], reads, axis, position, moved)


def _compare(made: Operation, shape: Shape, reads: Reads | None, axis: int, position: int, moved: Tensor) -> None:
    about = f"{made} on {shape}, axis {axis}, position {position}"
    if reads is None:
        assert not moved.any(), about
        return
    along = reads[axis]
    if along.axis is None or along.reach is None:
        assert moved.any() or made.name in UNREAD, about
        return
    others = [other for other in range(moved.dim()) if other != along.axis]
    blind = any(not _sees(reads[other], shape.sizes[other], moved) for other in range(shape.rank) if other != axis)
    for place, there in enumerate((moved.amax(others) if others else moved).tolist()):
        first, last = along.reach.window(place)
        wraps = made.name in ("conv", "conv1d", "conv3d", "pad") and (first < 0 or last >= shape.sizes[axis])
        assert not there or first <= position <= last or wraps, f"{about}: result {place} reads {first} to {last}"
        seen = position in (first, last) and first <= last
        assert there or not seen or blind, f"{about}: result {place} does not read it"


def _sees(along: Along, size: int, moved: Tensor) -> bool:
    """Whether the first or the last position that some result reads exists (one between them may be a hole)."""
    if along.axis is None or along.reach is None:
        return True
    windows = map(along.reach.window, range(moved.shape[along.axis]))
    return any(first <= last and (0 <= first < size or 0 <= last < size) for first, last in windows)


def _fitting(operation: type[Operation], grids: Any) -> Iterator[tuple[Operation, tuple[Shape, ...]]]:
    found = []
    for grid in grids:
        for values, sizes in grid:
            shapes = tuple(Shape.of(*size) for size in sizes)
            with suppress(Misfit):
                made = bind(operation, values)
                made.infer(*shapes)
                if values.get("value") != 0:
                    found.append((made, shapes))
    yield from found[:: max(1, len(found) // CASES)]


def _evaluated(oracle: Any, made: Operation, shapes: tuple[Shape, ...]) -> tuple[list[Tensor], Any]:
    """Positive values, and the operation in inference with positive weights, in double precision."""
    spelling = oracle.spelling(made, shapes)
    module = oracle.module(spelling)
    if isinstance(module, torch.nn.Module):
        module = module.double().eval()
        for tensor in module.state_dict().values():
            if tensor.is_floating_point():
                torch.nn.init.uniform_(tensor, 0.5, 1.5)
    elif isinstance(module, Tensor):
        module = torch.rand_like(module, dtype=torch.float64) + 0.5

    def run(tensors: list[Tensor]) -> Tensor:
        with torch.no_grad():
            result: Tensor = oracle.run(spelling, module, tensors, function=spelling.module is None)
        return result

    return [torch.rand(2, *shape.sizes, dtype=torch.float64) * 0.4 + 0.2 for shape in shapes], run


def _raised(tensor: Tensor, axis: int, position: int) -> Tensor:
    raised = tensor.clone()
    raised.select(axis + 1, position).add_(1 + torch.rand_like(raised.select(axis + 1, position)) / 10)
    return raised
