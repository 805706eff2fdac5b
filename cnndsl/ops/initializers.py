"""Initial weights: the initializers of PyTorch and their defaults."""

from __future__ import annotations

from cnndsl.ops.operation import REQUIRED

_KAIMING = {"mode": "fan_in", "nonlinearity": "leaky_relu", "a": 0}
INITIALIZERS: dict[str, dict[str, object]] = {
    "kaiming_normal": _KAIMING,
    "kaiming_uniform": _KAIMING,
    "xavier_normal": {"gain": 1},
    "xavier_uniform": {"gain": 1},
    "trunc_normal": {"mean": 0, "std": 1, "a": -2, "b": 2},
    "normal": {"mean": 0, "std": 1},
    "uniform": {"a": 0, "b": 1},
    "constant": {"val": REQUIRED},
    "zeros": {},
    "ones": {},
}
"""By name, their arguments with PyTorch's defaults."""
