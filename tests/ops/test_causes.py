"""Why every size is what it is: each formula is computed and compared with the size that PyTorch gives."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from typing import Any

import pytest

from cnndsl.ops import Misfit, Operation, bind, find, names
from cnndsl.ops.operation import Cause
from cnndsl.shape import Shape

_FORMULA = re.compile(r"(?P<sum>.+) = (?P<result>\d+)(?:, rounded (?P<way>up|down).*)?")


@pytest.mark.parametrize("name", names())
def test_every_operation_says_why(name: str) -> None:
    operation = find(name)
    assert operation is not None
    assert operation.elementwise or operation.causes is not Operation.causes


@pytest.mark.parametrize("name", names())
def test_formulas_give_the_size_of_torch(name: str, oracle: Any, grids: Any) -> None:
    operation = find(name)
    assert operation is not None
    seen: set[tuple[Cause, int]] = set()
    for grid in grids[name]:
        for values, sizes in grid:
            shapes = tuple(Shape.of(*size) for size in sizes)
            with suppress(Misfit):
                made = bind(operation, values)
                output = made.infer(*shapes)
                causes = made.causes(shapes, output)
                assert len(causes) == output.rank
                new = set(zip(causes, output.sizes, strict=True)) - seen
                seen |= new
                if new:
                    _compare(made, shapes, causes, _sizes(oracle, made, shapes))
    assert seen


def _sizes(oracle: Any, made: Operation, shapes: tuple[Shape, ...]) -> tuple[int, ...]:
    spelling = oracle.spelling(made, shapes)
    module = oracle.module(spelling)
    result = oracle.run(spelling, module, oracle.tensors(shapes), function=spelling.module is None)
    return tuple(result.shape[1:])


def _compare(made: Operation, shapes: tuple[Shape, ...], causes: tuple[Cause, ...], sizes: tuple[int, ...]) -> None:
    for cause, size in zip(causes, sizes, strict=True):
        about = f"{made} on {shapes}: {cause}, PyTorch {size}"
        assert set(cause.arguments) <= set(made.signature), about
        operands = [shapes[slot].sizes[axis] for slot, axis in cause.operands]
        if not cause.formula:
            assert all(operand == size for operand in operands), about
            assert operands or _is_written(made, cause, size), about
            continue
        found = _FORMULA.fullmatch(cause.formula)
        assert found, about
        exact = eval(found["sum"], {"__builtins__": {}}, {"len": len})
        assert int(found["result"]) == size == (math.ceil(exact) if found["way"] == "up" else math.floor(exact)), about
        assert (found["way"] is None) == (exact == size), about
        for operand in operands:
            assert re.search(rf"\b{operand}\b", found["sum"]), about


def _is_written(made: Operation, cause: Cause, size: int) -> bool:
    """Whether a number of its first argument is the size; without one it is 1."""
    if not cause.arguments or made.name in ("mean", "sum"):
        return size == 1
    value = getattr(made, cause.arguments[0])
    return size in (value if isinstance(value, tuple) else (value,))
