"""Operations: one class each, grouped by family; a module is imported when one of its operations is first used."""

from __future__ import annotations

from importlib import import_module

from cnndsl.ops.arguments import bind
from cnndsl.ops.operation import Costs, Misfit, Operation, Parameter, Weight

__all__ = ["Costs", "Misfit", "Operation", "Parameter", "Weight", "bind", "find", "names"]

_HOMES = {
    "activation": (
        "relu relu6 leaky_relu prelu elu gelu silu mish sigmoid tanh scaled_tanh hard_sigmoid hard_swish softmax"
        " log_softmax"
    ),
    "convolution": "conv conv1d",
    "joining": "concat add sub mul maximum",
    "linear": "linear",
    "normalization": "bn lrn",
    "pooling": "maxpool avgpool adaptive_avgpool adaptive_maxpool global_avgpool",
    "regularization": "dropout",
    "shaping": "identity flatten",
}
"""Which module of this package defines which operations."""

_HOME = {name: module for module, names in _HOMES.items() for name in names.split()}
_FOUND: dict[str, type[Operation]] = {}


def names() -> tuple[str, ...]:
    """All operations, as the language spells them; imports nothing."""
    return tuple(_HOME)


def find(name: str) -> type[Operation] | None:
    """The operation of this name, None where there is none."""
    if name not in _FOUND and name in _HOME:
        module = import_module(f"cnndsl.ops.{_HOME[name]}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Operation) and "name" in value.__dict__:
                _FOUND[value.name] = value
    return _FOUND.get(name)
