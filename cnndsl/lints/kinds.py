"""Kinds of operations by what they do to values."""

from __future__ import annotations

MOVES = frozenset({"flatten", "unflatten", "reshape", "permute"})
"""They lay the same values out anew."""

DROPS = frozenset({"dropout", "dropout2d", "stochastic_depth"})
"""They set values to zero in training and do nothing in inference."""

RECTIFIERS = frozenset({"relu", "relu6"})
"""They set what is negative to zero."""

POINTWISE = frozenset(
    {
        *RECTIFIERS,
        *("leaky_relu", "prelu", "elu", "gelu", "silu", "mish", "hard_swish"),
        *("sigmoid", "hard_sigmoid", "tanh", "scaled_tanh"),
    }
)
"""Activations that look at one value at a time."""

SQUASHERS = frozenset({"softmax", "log_softmax", "sigmoid", "hard_sigmoid"})
"""They make probabilities, or their logarithms, of scores."""
