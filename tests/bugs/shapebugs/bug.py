"""A bug as the corpus gives it: a graph of layers, what it was to give, and the edits that mended it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

Sizes = tuple[int, ...]


class Untranslatable(Exception):
    """What the language, or the reader of the corpus, has no word for."""


class Layer(NamedTuple):
    """A layer: its name and kind, the names of what it reads, and what its author wrote."""

    name: str
    op: str
    inputs: tuple[str, ...]
    arguments: Mapping[str, Any]


class Bug(NamedTuple):
    """A network with a mistake; ``facts`` is its entry in the corpus as it stands there."""

    name: str
    inputs: Mapping[str, Sizes]
    layers: tuple[Layer, ...]
    output: str
    declared: Sizes | None
    facts: Mapping[str, Any]

    @property
    def category(self) -> str:
        """What kind of mistake it is, in two words."""
        return str(self.facts["category"])

    @property
    def kind(self) -> str:
        """``crash``, ``contract`` (PyTorch runs, the result has another shape), or ``silent``."""
        return str(self.facts["kind"])

    @property
    def shapes(self) -> Mapping[str, Sizes]:
        """The shapes that PyTorch found before it stopped."""
        return {name: tuple(sizes) for name, sizes in self.facts["torch"]["shapes"].items()}

    def layer(self, name: str) -> Layer | None:
        """The layer of this name; None for an input and for the output."""
        return next((layer for layer in self.layers if layer.name == name), None)

    @property
    def symptom(self) -> str | None:
        """Where PyTorch stops; ``output`` where the result is not what was promised; None: nothing stops."""
        return self.facts["symptom_node"]

    @property
    def faults(self) -> tuple[str, ...]:
        """The layers at fault; where the corpus names none, the one that fails."""
        named = tuple(self.facts["fault_nodes"])
        return named or ((self.symptom,) if self.symptom else ())


def load(path: Path) -> list[Bug]:
    """The bugs of a corpus, as JSON."""
    return [read(facts) for facts in json.loads(path.read_text("utf-8"))["cases"]]


def read(facts: Mapping[str, Any]) -> Bug:
    """One bug."""
    layers = tuple(
        Layer(
            one["name"],
            one["op"],
            tuple(one["inputs"]),
            {name: value for name, value in one.items() if name not in ("name", "op", "inputs")},
        )
        for one in facts["layers"]
    )
    declared = facts.get("declared_output")
    inputs = {name: tuple(sizes) for name, sizes in facts["inputs"].items()}
    return Bug(facts["id"], inputs, layers, facts["output_node"], tuple(declared) if declared else None, facts)
