"""The two numbers that disagree, worked out from the layer that fails and from the shapes that PyTorch found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from math import prod
from typing import Any

from shapebugs.bug import Bug, Layer, Sizes
from shapebugs.spelling import JOINS

Choice = frozenset[int]
"""Numbers of which one is enough: a kernel of 3 with dilation 2 may be told as 3 or as 5."""


def conflicts(bug: Bug) -> list[tuple[Choice, ...]]:
    """What a message must print, a choice for each number, where the bug is met; empty where no two numbers disagree.

    Where PyTorch only gives another shape than was promised, a compiler may stop earlier, at a layer at fault.
    """
    if bug.symptom is None:
        return []
    try:
        return _conflicts(bug, bug.symptom)
    except (IndexError, KeyError, TypeError, ValueError):
        return []  # written as is not known here, so nothing can be asked for


def _conflicts(bug: Bug, symptom: str) -> list[tuple[Choice, ...]]:
    if bug.kind == "crash":
        return [found] if (found := _at(bug, symptom)) else []
    output = bug.facts["torch"]["output"]
    found = [_between(bug.declared, output)] if bug.declared and output else []
    return [*found, *(one for name in bug.faults if (one := _at(bug, name)))]


def _at(bug: Bug, name: str) -> tuple[Choice, ...]:
    layer = bug.layer(name)
    if layer is None or any(operand not in bug.shapes for operand in layer.inputs):
        return ()
    operands = [bug.shapes[operand] for operand in layer.inputs]
    if layer.op in JOINS:
        return _joined(layer, operands)
    for beginning, disagreement in _DISAGREEMENTS.items():
        if layer.op.startswith(beginning):
            return next(disagreement(layer, operands[0]), ())
    return ()


def _numbers(*choices: int | Sequence[int]) -> tuple[Choice, ...]:
    return tuple(frozenset([one] if isinstance(one, int) else one) for one in choices)


def _between(one: Sequence[int], other: Sequence[int]) -> tuple[Choice, ...]:
    """The sizes in which two shapes differ; all where the shapes are not of one rank."""
    pairs = list(zip_longest(one, other))
    differing = [pair for pair in pairs if pair[0] != pair[1]] if len(one) == len(other) else pairs
    return _numbers(*dict.fromkeys(size for pair in differing for size in pair if size is not None))


def _joined(layer: Layer, operands: Sequence[Sizes]) -> tuple[Choice, ...]:
    first = operands[0]
    axis = layer.arguments.get("dim", 1) - 1 if JOINS[layer.op] == "concat" else None
    for other in operands[1:]:
        one, another = list(first), list(other)
        if axis is not None and len(one) == len(another):
            one[axis] = another[axis]
        if one != another:
            return _between(one, another)
    return ()


def _linear(layer: Layer, operand: Sizes) -> Iterator[tuple[Choice, ...]]:
    """The written features against the last axis, or against all that flattening would give."""
    given = layer.arguments.get("in")
    if given is not None and (given != operand[-1] or len(operand) > 1):
        yield _numbers(given, (operand[-1], prod(operand)))


def _pairs(value: Any, axes: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,) * axes


def _windowed(layer: Layer, operand: Sizes, channels: int | None) -> Iterator[tuple[Choice, ...]]:
    given, axes = layer.arguments, len(operand) - 1
    if layer.op[-2:] in ("1d", "2d", "3d") and int(layer.op[-2]) != axes:
        yield _numbers(*operand)
        return
    if channels not in (None, operand[0]):
        yield _numbers(channels, operand[0])  # type: ignore[arg-type]
    groups = given.get("groups", 1)
    for count in (operand[0], given.get("out", groups)):
        if count % groups:
            yield _numbers(count, groups)
    padding, stride = _pairs(given.get("p", 0), axes), _pairs(given.get("s", 1), axes)
    kernel, dilation = _pairs(given["k"], axes), _pairs(given.get("d", 1), axes)
    more = _pairs(given.get("output_padding", 0), axes)
    if "transpose" in layer.op:
        yield from (_numbers(m, (s, d)) for m, s, d in zip(more, stride, dilation, strict=True) if m >= max(s, d))
        return
    if "pool" in layer.op:
        yield from (_numbers(p, (k, k // 2)) for p, k in zip(padding, kernel, strict=True) if p > k // 2)
    for size, k, d, p in zip(operand[1:], kernel, dilation, padding, strict=True):
        if d * (k - 1) + 1 > size + 2 * p:
            yield _numbers((k, d * (k - 1) + 1), (size, size + 2 * p))


def _conv(layer: Layer, operand: Sizes) -> Iterator[tuple[Choice, ...]]:
    return _windowed(layer, operand, layer.arguments.get("in"))


def _pool(layer: Layer, operand: Sizes) -> Iterator[tuple[Choice, ...]]:
    return _windowed(layer, operand, None)


def _norm(layer: Layer, operand: Sizes) -> Iterator[tuple[Choice, ...]]:
    features = layer.arguments.get("features", layer.arguments.get("channels"))
    groups = layer.arguments.get("groups", 1)
    if features is not None and features % groups:
        yield _numbers(features, groups)
    if features is not None and features != operand[0]:
        yield _numbers(features, operand[0])
    if len(operand) > 1 and set(operand[1:]) == {1}:
        yield _numbers(1)


def _shuffle(layer: Layer, operand: Sizes) -> Iterator[tuple[Choice, ...]]:
    factor = layer.arguments.get("r", layer.arguments.get("upscale_factor", 1))
    yield _numbers(operand[0], (factor, factor**2))


def _reshape(layer: Layer, operand: Sizes) -> Iterator[tuple[Choice, ...]]:
    sizes = layer.arguments["shape"]
    known = prod(size for size in sizes if size != -1)
    yield _numbers((prod(operand), *operand), known)


_DISAGREEMENTS: dict[str, Callable[[Layer, Sizes], Iterator[tuple[Choice, ...]]]] = {
    "linear": _linear,
    "conv": _conv,
    "maxpool": _pool,
    "avgpool": _pool,
    "bn": _norm,
    "group_norm": _norm,
    "instance_norm": _norm,
    "pixel_shuffle": _shuffle,
    "reshape": _reshape,
    "view": _reshape,
}
