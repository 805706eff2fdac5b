"""Every operation against PyTorch on real CPU tensors: the same shapes, the same refusals, weights and MACs."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from cnndsl.ops import Misfit, Operation, bind, find, names
from cnndsl.ops.manual import STRICTNESSES
from cnndsl.shape import Shape

DIRECT = {
    "flatten": lambda op, x: torch.flatten(x, op.start_dim, op.end_dim),
    "unflatten": lambda op, x: x.unflatten(op.dim, op.sizes),
    "permute": lambda op, x: x.permute(0, *op.dims),
    "softmax": lambda op, x: torch.softmax(x, op.dim),
    "log_softmax": lambda op, x: torch.log_softmax(x, op.dim),
    "mean": lambda op, x: x.mean(op.dim),
    "sum": lambda op, x: x.sum(op.dim),
    "pad": lambda op, x: torch.nn.functional.pad(x, op.padding, op.mode),
}
"""What is asked of PyTorch where an axis does not exist and so has no spelling."""


STRICTER = {
    "rank": ["E0411 dropout2d maxpool pad pixel_shuffle space_to_depth"],
    "batch axis": ["E0410 flatten softmax log_softmax mean sum"],
    "broadcast": ["E0401 add sub mul maximum"],
    "positions": ["E0408 linear"],
    "empty": [
        "E0302 linear adaptive_avgpool adaptive_maxpool avgpool rbf",
        "E0403 conv_transpose conv_transpose1d conv_transpose3d",
    ],
    "uneven parts": ["E0404 split"],
    "beyond the end": ["E0402 center_crop", "E0403 select", "E0410 select"],
    "negative padding": ["E0302 pad"],
    "epsilon": ["E0302 bn layer_norm group_norm instance_norm"],
    "written size": ["E0405 instance_norm"],
}
"""With which code, and in which operations, each deliberate strictness refuses what PyTorch accepts."""

EXCUSED = {
    (operation, line.split()[0]): strictness
    for strictness, lines in STRICTER.items()
    for line in lines
    for operation in line.split()[1:]
}


@pytest.mark.parametrize("name", names())
def test_grid(name: str, oracle: Any, grids: Any) -> None:
    operation = find(name)
    assert operation is not None
    wrong, tried, accepted = [], 0, 0
    for grid in grids[name]:
        for values, sizes in grid:
            shapes = tuple(Shape.of(*size) for size in sizes)
            ours = _ours(operation, values, shapes)
            theirs = _theirs(oracle, operation, values, shapes)
            tried += 1
            accepted += not isinstance(ours, Misfit)
            if isinstance(ours, Misfit):
                assert _reads_well(operation, ours), ours
            if not _agree(name, ours, theirs):
                wrong.append(f"{values} on {shapes}: {ours!r}, PyTorch {theirs!r}")
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong[:12])
    assert accepted


def _agree(name: str, ours: Shape | Misfit, theirs: tuple[int, ...] | Exception) -> bool:
    if isinstance(ours, Misfit):
        return isinstance(theirs, Exception) or (name, ours.code) in EXCUSED
    return ours.sizes == theirs


def _ours(operation: type[Operation], values: dict[str, Any], shapes: tuple[Shape, ...]) -> Shape | Misfit:
    try:
        return bind(operation, values).infer(*shapes)
    except Misfit as misfit:
        return misfit


def _reads_well(operation: type[Operation], misfit: Misfit) -> bool:
    """One line, lower case, no full stop, a code of ours and a field that exists."""
    opening = misfit.why[0]
    return (
        (opening.islower() or opening.isdigit())
        and not misfit.why.endswith(".")
        and "\n" not in misfit.why
        and misfit.code[:3] in ("E03", "E04")
        and (misfit.argument is None or misfit.argument in operation.signature)
    )


def _theirs(
    oracle: Any, operation: type[Operation], values: dict[str, Any], shapes: tuple[Shape, ...]
) -> tuple[int, ...] | Exception:
    made = oracle.raw(operation, values)
    tensors = oracle.tensors(shapes)
    with suppress(Misfit):
        made = bind(operation, values)
    try:
        try:
            spelling = oracle.spelling(made, shapes)
        except Misfit:
            return tuple(DIRECT[made.name](made, *tensors).shape[1:])
        module = oracle.module(spelling)
        result = oracle.run(spelling, module, tensors, function=spelling.module is None)
    except oracle.refusals as refusal:
        return refusal
    return tuple(result.shape[1:])


@pytest.mark.parametrize("name", names())
def test_weights_and_macs(name: str, oracle: Any, grids: Any) -> None:
    operation = find(name)
    assert operation is not None
    for made, shapes in _accepted(operation, grids[name]):
        spelling = oracle.spelling(made, shapes)
        module = oracle.module(spelling)
        assert _weights(module) == [tuple(weight) for weight in made.weights(*shapes)], made
        tensors = oracle.tensors(shapes)
        if not isinstance(module, torch.nn.Module):
            continue
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            result = oracle.run(spelling, module.eval(), tensors)
        assert made.costs(shapes, made.infer(*shapes)).macs == counter.get_total_flops() / 2 / len(tensors[0]), made
        if spelling.function is not None:
            again = oracle.run(spelling, module, tensors, function=True)
            assert torch.equal(result, again), made


def _accepted(operation: type[Operation], grids: Any) -> Any:
    """A part of the grid: every fifth case that fits."""
    fitting = []
    for grid in grids:
        for values, sizes in grid:
            shapes = tuple(Shape.of(*size) for size in sizes)
            try:
                made = bind(operation, values)
                made.infer(*shapes)
            except Misfit:
                continue
            fitting.append((made, shapes))
    return fitting[:: 5 if len(fitting) > 50 else 1]


def _weights(module: Any) -> list[tuple[str, tuple[int, ...], bool]]:
    if module is None:
        return []
    if isinstance(module, torch.nn.Parameter):
        return [("", tuple(module.shape), False)]
    buffers = dict(module.named_buffers())
    return [(name, tuple(tensor.shape), name in buffers) for name, tensor in module.state_dict().items()]


def test_no_strictness_without_a_case(oracle: Any, grids: Any) -> None:
    met = set()
    for name, code in EXCUSED:
        operation = find(name)
        assert operation is not None
        for grid in grids[name]:
            for values, sizes in grid:
                shapes = tuple(Shape.of(*size) for size in sizes)
                ours = _ours(operation, values, shapes)
                if not isinstance(ours, Misfit) or ours.code != code or (name, code) in met:
                    continue
                if not isinstance(_theirs(oracle, operation, values, shapes), Exception):
                    met.add((name, code))
    assert met == set(EXCUSED)
    assert set(STRICTER) == set(STRICTNESSES)
