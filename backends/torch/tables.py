"""Lists that a file names once and several networks are given: constants of the module, as ``cfgs`` in torchvision."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from cnndsl.backends.torch.code import literal, same
from cnndsl.backends.torch.context import RESERVED, identifier
from cnndsl.backends.torch.expressions import write
from cnndsl.backends.torch.layout import wrap
from cnndsl.graph import Graph
from cnndsl.syntax import tree

LONG = 24
"""Characters of a list that is worth a name."""


class Tables:
    """The names of lists: ``let a = [[64], [128], ...]`` is ``A``."""

    def __init__(self, networks: Sequence[Graph], taken: Collection[str]) -> None:
        found: dict[str, list[Any]] = {}
        for network in networks:
            for name, value in _named(network):
                found.setdefault(name, []).append(value)
        self.values = {
            identifier(name).upper(): values[0]
            for name, values in found.items()
            if len(values) > 1
            and all(same(values[0], value) for value in values)
            and identifier(name).upper() not in RESERVED | set(taken)
        }

    def name(self, value: Any) -> str | None:
        """The constant that holds ``value``; None where there is none."""
        return next((name for name, known in self.values.items() if same(known, value)), None)

    def lines(self) -> list[str]:
        """Their definitions."""
        rows = [row for name, value in self.values.items() for row in wrap(f"{name} = {write(literal(value))}", 0)]
        return ["", "", *rows] if rows else []


def _named(network: Graph) -> list[tuple[str, Any]]:
    """Long lists that the text of a network's call gives by a name."""
    return [
        (argument.expression.id, argument.value)
        for argument in network.given.values()
        if isinstance(argument.expression, tree.Name)
        and isinstance(argument.value, tuple)
        and len(write(literal(argument.value))) > LONG
    ]
