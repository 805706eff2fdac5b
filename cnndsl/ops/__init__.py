"""Operations: one class each, grouped by family; a module is imported when one of its operations is first used."""

from __future__ import annotations

from importlib import import_module

from cnndsl.ops.arguments import bind
from cnndsl.ops.operation import Costs, Misfit, Operation, Parameter, Weight

__all__ = ["Costs", "Misfit", "Operation", "Parameter", "Weight", "bind", "find", "homes", "names"]

_HOMES = {
    "convolution": "conv conv1d conv3d",
    "transposed": "conv_transpose conv_transpose1d conv_transpose3d",
    "linear": "linear",
    "normalization": "bn layer_norm group_norm instance_norm lrn",
    "activation": (
        "relu relu6 leaky_relu prelu elu gelu silu mish sigmoid tanh scaled_tanh hard_sigmoid hard_swish softmax"
        " log_softmax"
    ),
    "pooling": "maxpool avgpool adaptive_avgpool adaptive_maxpool global_avgpool",
    "resampling": "upsample pixel_shuffle space_to_depth",
    "regularization": "dropout dropout2d stochastic_depth",
    "joining": "concat add sub mul maximum",
    "shaping": "identity flatten unflatten reshape permute",
    "channels": "split select",
    "framing": "pad center_crop",
    "reduction": "mean sum",
    "learned": "scale shift rbf constant",
}
"""Which module of this package defines which operations."""

_HOME = {name: module for module, names in _HOMES.items() for name in names.split()}
_FOUND: dict[str, type[Operation]] = {}


def names() -> tuple[str, ...]:
    """All operations, as the language spells them; imports nothing."""
    return tuple(_HOME)


def homes() -> dict[str, tuple[str, ...]]:
    """The operations of each family; imports nothing."""
    return {family: tuple(names.split()) for family, names in _HOMES.items()}


def find(name: str) -> type[Operation] | None:
    """The operation of this name, None where there is none."""
    if name not in _FOUND and name in _HOME:
        module = import_module(f"cnndsl.ops.{_HOME[name]}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Operation) and "name" in value.__dict__:
                _FOUND[value.name] = value
    return _FOUND.get(name)
