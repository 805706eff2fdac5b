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


def changed(graph: Graph, axis: str, rows: list[int], until: str, grey: float = 0.0) -> dict[str, Tensor]:
    """For each row, and each step up to ``until``: where the step has changed; the image is ``grey`` before."""
    torch.manual_seed(0)
    values: dict[str, Tensor] = {}
    for step in steps(graph):
        shape = step.graph.shapes[Value(step.node.name)]
        with torch.no_grad():
            if step.node.operation is None:
                image = torch.full((1 + len(rows), *shape.sizes), grey, dtype=torch.float64)
                for index, row in enumerate(rows, 1):
                    image[index].select(shape.axes.index(axis), row).add_(1.0)
                values[step.name] = image
            else:
                values[step.name] = _run(step, [values[name] for name in step.operands])
        if step.name == until:
            break
    return {name: value[1:] != value[:1] for name, value in values.items()}


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
    with warnings.catch_warnings(action="ignore"):
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
    """``compare(graph, ...)`` holds every step against rows around the field of the middle position: see below."""
    return _compare


def _compare(graph: Graph, axis: str = "H", strict: bool = True, grey: float = 0.0, whole: bool = True) -> int:
    """How many fields were met at their first or last row.

    ``strict``: the field must fit the image. Else it is only looked at where nothing on the way is at a border.
    ``whole``: a field that is the whole image must be seen up to its ends, which it is not where a window on the way
    hangs over the border of a map.
    """
    known, target = fields(graph), last_map(graph)
    assert target is not None
    (image,) = graph.inputs
    size = graph.shapes[Value(image)].size(axis) or 0
    middle = known[target][axis].largest
    first, last = middle.window((_of(graph, target).size(axis) or 0) // 2)
    rows = [row for row in (first - 1, first, last, last + 1) if 0 <= row < size]
    assert len(rows) == 4 or not strict, f"{size} rows are too few to see {first} to {last}"
    met = 0
    for name, moved in changed(graph, axis, rows, target, grey).items():
        if axis not in known[name].axes:
            assert not moved.any(), f"{name} sees nothing of {axis}"
            continue
        extent = known[name][axis].largest
        if extent.axis is None:  # all positions see the same
            seen = moved.any(1).flatten(1).all(1)[:, None]
        else:
            seen = moved.transpose(1, extent.axis + 1).flatten(2).any(2)
        places = seen.shape[1]
        for place, there in enumerate(seen.T.tolist()):
            window = extent.window(place)
            margin = 0 if strict or (whole and extent.axis is None) else extent.size
            inside = places // 3 <= place <= 2 * places // 3 and margin <= window[0] <= window[1] < size - margin
            met += _agree(f"{name} at {place}", window, dict(zip(rows, there, strict=True)), inside)
    return met


def _agree(name: str, window: tuple[int, int], there: dict[int, bool], inside: bool) -> int:
    """Nothing beyond the window may have changed; its first and last row have, where it lies well inside the image."""
    first, last = window
    for row, has_changed in there.items():
        assert not has_changed or first <= row <= last, f"{name} sees {first} to {last}, and row {row}"
    ends = [row for row in there if row in window] if inside else []
    for row in ends:
        assert there[row], f"{name} does not see row {row} of {first} to {last}"
    return len(ends)


def _of(graph: Graph, name: str) -> Shape:
    return next(step.graph.shapes[Value(step.node.name)] for step in steps(graph) if step.name == name)
