"""Receptive fields against real tensors: rows of the image are changed, and what changes is looked at.

All weights are positive, norms do nothing and the image is black: a row that is not black reaches whatever sees it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import cnndsl
from cnndsl.backends.torch.spelling import Constants, spell
from cnndsl.graph import Graph, Step, steps
from cnndsl.passes.receptive import fields, last_map
from cnndsl.shape import Shape
from cnndsl.trace import Value


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], dict[str, cnndsl.Network]]:
    """The networks of a program."""

    def read(text: str) -> dict[str, cnndsl.Network]:
        path = tmp_path / "program.cnn"
        path.write_text(text, "utf-8")
        return cnndsl.load(str(path))

    return read


def changed(graph: Graph, axis: str, rows: list[int], until: str) -> dict[str, Tensor]:
    """For each row, and each step up to ``until``: at which positions along the axis the step has changed."""
    torch.manual_seed(0)
    values: dict[str, Tensor] = {}
    found: dict[str, Tensor] = {}
    for step in steps(graph):
        shape = step.graph.shapes[Value(step.node.name)]
        place = shape.axes.find(axis) + 1
        with torch.no_grad():
            if step.node.operation is None:
                image = torch.zeros(1 + len(rows), *shape.sizes, dtype=torch.float64)
                for index, row in enumerate(rows, 1):
                    image[index].select(place - 1, row).fill_(1.0)
                values[step.name] = image
            else:
                values[step.name] = _run(step, [values[name] for name in step.operands])
        if place:
            moved = values[step.name][1:] != values[step.name][:1]
            found[step.name] = moved.transpose(1, place).flatten(2).any(2)
        if step.name == until:
            break
    return found


def _run(step: Step, operands: list[Tensor]) -> Tensor:
    operation, shapes = step.node.operation, step.graph.operand_shapes(step.node)
    assert operation is not None
    spelling = spell(operation, Constants(operation, shapes or ()))
    names: dict[str, Any] = {"torch": torch, "Tensor": Tensor, "nn": nn, "F": F, "self": nn.Module().eval()}
    exec(spelling.support, names)
    with warnings.catch_warnings(action="ignore"):
        names["module"] = _positive(eval(spelling.module, names)) if spelling.module is not None else None
    text = (spelling.call or "{module}({0})") if spelling.module is not None else spelling.function or ""
    text = text.replace("{module}", "module").replace("{*}", ", ".join(f"x{place}" for place in range(len(operands))))
    for place, operand in enumerate(operands):
        text = text.replace(f"{{{place}}}", f"x{place}")
        names[f"x{place}"] = operand
    result = eval(text, names)
    assert isinstance(result, Tensor)
    return result


def _positive(module: Any) -> Any:
    """Weights that neither grow nor hide anything; norms keep their neutral ones."""
    if isinstance(module, nn.Module):
        for name, weight in module.named_parameters():
            if weight.dim() > 1:
                nn.init.uniform_(weight, 0.5 / weight[0].numel(), 1.5 / weight[0].numel())
            elif name == "bias":
                nn.init.zeros_(weight)
        return module.double().eval()
    return module


@pytest.fixture
def compare() -> Callable[..., int]:
    """``compare(graph, axis, strict)`` holds every step against the rows around the field of the middle position."""
    return _compare


def _compare(graph: Graph, axis: str = "H", strict: bool = True) -> int:
    """How many fields of positions were met at their first or last row; ``strict``: the field must fit the image."""
    known, target = fields(graph), last_map(graph)
    assert target is not None
    (image,) = graph.inputs
    size = graph.shapes[Value(image)].size(axis) or 0
    middle = known[target][axis].largest
    first, last = middle.window((_of(graph, target).size(axis) or 0) // 2)
    rows = [row for row in (first - 1, first, last, last + 1) if 0 <= row < size]
    assert len(rows) == 4 or not strict, f"{size} rows are too few to see {first} to {last}"
    met = 0
    for name, moved in changed(graph, axis, rows, target).items():
        extent, places = known[name][axis].largest, moved.shape[1]
        for place, there in enumerate(moved.T.tolist()):
            central = places // 3 <= place <= 2 * places // 3
            met += _agree(
                f"{name} at {place}", extent.window(place), dict(zip(rows, there, strict=True)), central, size
            )
    return met


def _agree(name: str, window: tuple[int, int], there: dict[int, bool], central: bool, size: int) -> int:
    """Nothing beyond the window may have changed; its first and last row have, where it lies within the image."""
    first, last = window
    for row, has_changed in there.items():
        assert not has_changed or first <= row <= last, f"{name} sees {first} to {last}, and row {row}"
    if not central or first < 0 or last >= size or first > last:
        return 0
    ends = [row for row in there if row in window]
    for row in ends:
        assert there[row], f"{name} does not see row {row} of {first} to {last}"
    return len(ends)


def _of(graph: Graph, name: str) -> Shape:
    return next(step.graph.shapes[Value(step.node.name)] for step in steps(graph) if step.name == name)
