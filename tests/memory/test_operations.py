"""The memory of every operation, byte for byte as PyTorch has it: in place, on views, on other orders of values."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cnndsl.graph import Graph
from cnndsl.ops import Misfit, bind, find, names
from cnndsl.passes.memory import memory
from cnndsl.shape import Shape

Sizes = tuple[tuple[int, ...], ...]


@pytest.mark.parametrize("name", names())
def test_operation(name: str, measure: Any, networks_of: Callable[[str], list[Graph]], grids: Any) -> None:
    assert _wrong(_cases(name, grids[name])[:2], name, measure, networks_of) == []


@pytest.mark.sweep
@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("name", names())
def test_operation_on_its_grid(name: str, measure: Any, networks_of: Callable[[str], list[Graph]], grids: Any) -> None:
    assert _wrong(_cases(name, grids[name])[:100], name, measure, networks_of) == []


def _wrong(cases: Any, name: str, measure: Any, networks_of: Callable[[str], list[Graph]]) -> list[str]:
    tried, wrong = 0, []
    for values, sizes in cases:
        for text in _programs(name, values, sizes):
            for graph in networks_of(text):
                tried += 1
                truth, figures = measure(graph, 2), memory(graph, 2)
                found = (figures.inference_peak, figures.saved_for_backward)
                averages = values.get("momentum", 0) is None  # counts batches with a number that meta tensors lack
                measured = (truth.flat().peak, found[1] if averages else truth.saved())
                if found != measured:
                    wrong.append(f"{found}, PyTorch {measured}:\n{text}")
    assert tried
    return wrong


def _cases(name: str, grids: Any) -> list[tuple[dict[str, Any], Sizes]]:
    """Arguments and shapes that fit, mixed."""
    operation = find(name)
    assert operation is not None
    fitting = []
    for grid in grids:
        for values, sizes in grid:
            try:
                bind(operation, values).infer(*(Shape.of(*size) for size in sizes))
            except Misfit:
                continue
            fitting.append((values, sizes))
    random.Random(name).shuffle(fitting)
    return sorted(fitting, key=lambda case: -len(case[1][0]))[:1] + fitting


def _programs(name: str, values: dict[str, Any], sizes: Sizes) -> Iterator[str]:
    """The operation on the input, after what is needed for the backward pass and what is not, on views, reordered."""
    step = _step(name, values, len(sizes))
    yield _program(sizes, "identity", step)
    yield _program(sizes, "scale", step)
    yield _program(sizes, "scale", f"{step} -> last: shift")
    yield _program(sizes, "sigmoid -> scale -> sigmoid", f"{step} -> last: shift")
    ranks = {len(size) for size in sizes}
    if ranks <= {2, 3}:
        yield _program(sizes, "scale", f"{step} -> flatten")
    if ranks == {3}:
        yield _program(sizes, 'permute("HWC") -> linear({0}) -> permute("CHW")', f"{step} -> flatten")
        larger = tuple((size[0], size[1] + 2, size[2] + 1) for size in sizes)
        yield _program(larger, "scale -> center_crop({1}x{2})", f"{step} -> flatten", sizes)
    if ranks == {2}:
        yield _program(sizes, 'permute("LC") -> linear({0}) -> permute("CL")', f"{step} -> flatten")


def _program(inputs: Sizes, before: str, step: str, sizes: Sizes | None = None) -> str:
    lines = [f"input x{place}: [{', '.join(map(str, size))}]" for place, size in enumerate(inputs)]
    for place, size in enumerate(sizes or inputs):
        *most, last = before.format(*size).split(" -> ")
        lines.append(" -> ".join([f"from x{place}", *most, f"v{place}: {last}"]))
    return "network n {\n" + "\n".join([*lines, step]) + "\n}\n"


def _step(name: str, values: dict[str, Any], count: int) -> str:
    given = [f"{key}={'v1' if key == 'like' else _text(value)}" for key, value in values.items()]
    operation = find(name)
    assert operation is not None
    if operation.inputs is None and "value" not in values:
        return f"{name} {{\n" + "\n".join(f"from v{place}" for place in range(count)) + "\n}"
    return f"from v0 -> {name}({', '.join(given)})"


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_text, value))}]"
    words = {True: "true", False: "false", None: "none"}
    return words[value] if value is None or isinstance(value, bool) else repr(value).replace("'", '"')
