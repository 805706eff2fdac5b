"""What edits do to single steps, as far as shapes see it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from cnndsl.graph import Graph
from cnndsl.ops.arguments import convert
from cnndsl.ops.operation import Operation
from cnndsl.shape import Shape


class Patch(NamedTuple):
    """What an edit does to one call: other fields, another operation, steps around it; to an input: another shape.

    ``slots`` are steps on the way to single operands of a join. ``only``: in this instance of a block, since what
    changes is handed in by its caller; ``node``: of what a loop makes this one alone, the others have other numbers.
    """

    before: tuple[Operation, ...] = ()
    changes: Mapping[str, object] = MappingProxyType({})
    instead: type[Operation] | None = None
    removed: bool = False
    after: tuple[Operation, ...] = ()
    slots: Mapping[int, tuple[Operation, ...]] = MappingProxyType({})
    shape: Shape | None = None
    only: Graph | None = None
    node: str | None = None


Patches = Mapping[int, Patch]
"""By where the span of the node begins."""
NONE: Patches = MappingProxyType({})


def changed(operation: Operation, patch: Patch) -> Operation:
    """The operation with other fields, or another with those that it has too; raises ``Misfit``."""
    kind = patch.instead or type(operation)
    kept = [name for name in operation.__dict__ if name in kind.signature and name not in patch.changes]
    fields = {name: operation.__dict__[name] for name in kept}
    if patch.instead is not None:
        fields = {name: convert(kind.signature[name], _fitting(value)) for name, value in fields.items()}
    for name, value in patch.changes.items():
        parameter = kind.signature[name]
        fields[name] = convert(parameter, value) if value is not None else parameter.default
    return kind(**fields)


def _fitting(value: object) -> object:
    """A pair of equal numbers as the number, which fits any number of axes."""
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value
