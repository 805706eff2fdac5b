"""One palette for every picture: a colour for each family of operations, in three themes."""

from __future__ import annotations

from types import MappingProxyType

from cnndsl.passes.notation import FAMILIES

_LIGHT = {
    "input": "#e4e7eb",
    "convolution": "#f5c766",
    "transposed": "#86cfc0",
    "linear": "#b8a4de",
    "normalization": "#d5e6ad",
    "activation": "#f7b79c",
    "pooling": "#e2796b",
    "resampling": "#63b3c9",
    "join": "#9aa6b4",
    "regularization": "#eee2c4",
    "shaping": "#f4f5f7",
    "learned": "#cda47b",
    "block": "#9fc3ea",
    "output": "#d3d8de",
}
_DARK = {
    "input": "#3b424b",
    "convolution": "#a87a1c",
    "transposed": "#2c7d6f",
    "linear": "#6b549c",
    "normalization": "#5f7434",
    "activation": "#9c5a3f",
    "pooling": "#a8402f",
    "resampling": "#236c80",
    "join": "#5b6774",
    "regularization": "#7a6d45",
    "shaping": "#2a2f36",
    "learned": "#7d5830",
    "block": "#2f5f94",
    "output": "#4a525c",
}
_PRINT = {
    "input": "#ffffff",
    "convolution": "#dcdcdc",
    "transposed": "#c2c2c2",
    "linear": "#c8c8c8",
    "normalization": "#f0f0f0",
    "activation": "#f0f0f0",
    "pooling": "#a8a8a8",
    "resampling": "#b6b6b6",
    "join": "#b4b4b4",
    "regularization": "#f7f7f7",
    "shaping": "#ffffff",
    "learned": "#cdcdcd",
    "block": "#eaeaea",
    "output": "#ffffff",
}
THEMES = MappingProxyType({"light": _LIGHT, "dark": _DARK, "print": _PRINT})
"""By theme and family, a fill on which the ink of the theme can be read; ``print`` needs no colour."""


def color_of(kind: str, theme: str = "light") -> str:
    """The fill of a family (a key of ``FAMILIES``)."""
    return THEMES[theme][kind]


def legend(kinds: set[str]) -> tuple[tuple[str, str], ...]:
    """The families among ``kinds`` in the order of a legend, each with what a reader calls it."""
    return tuple((kind, words) for kind, words in FAMILIES.items() if kind in kinds)
