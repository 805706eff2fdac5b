"""Layers and their arguments as the language writes them."""

from __future__ import annotations

from typing import Any

from cnndsl.ops.operation import Operation
from cnndsl.ops.scalars import shown
from cnndsl.passes.difference.layers import CHECKED, Layer, canonical

_WINDOWS = ("kernel_size", "output_size")


def written(layer: Layer) -> str:
    """``conv(64, 3x3, padding=1)``: without what is as by default."""
    operation = layer.step.node.operation
    if operation is None:
        return layer.kind
    texts: list[str] = []
    for name, value in layer.arguments:
        parameter = operation.signature[name]
        leading = len(texts) == list(operation.signature).index(name) and name != "eps"
        if parameter.required or (leading and not texts and value != _default(operation, name)):
            texts.append(argument(layer, name, value) if leading else f"{name}={argument(layer, name, value)}")
        elif value != _default(operation, name):
            texts.append(f"{name}={argument(layer, name, value)}")
    return f"{layer.kind}({', '.join(texts)})" if texts else layer.kind


def argument(layer: Layer, name: str, value: Any) -> str:
    """One value; a window is written with all its sides."""
    if isinstance(value, tuple) and value and all(type(side) is int for side in value):
        return "x".join(map(str, value)) if name in _WINDOWS else shown(value)
    if name in _WINDOWS and type(value) is int and layer.shape is not None and layer.shape.rank > 2:
        return "x".join([str(value)] * (layer.shape.rank - 1))
    return shown(value)


def _default(operation: Operation, name: str) -> object:
    """What an argument is where nothing is given; ``stride`` is that of a pooling window."""
    given = {key: value for key, value in vars(operation).items() if key not in CHECKED}
    given[name] = operation.signature[name].default
    return dict(canonical(type(operation)(**given)))[name]
