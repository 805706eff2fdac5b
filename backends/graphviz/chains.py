"""Which operations share a box: ``7x7 conv, 64, /2`` and, small below it, its batch norm and relu."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from cnndsl.graph import Graph
from cnndsl.passes.folding import Part
from cnndsl.passes.notation import kind_of

_SMALL = frozenset({"normalization", "activation", "regularization"})
_RESHAPING = frozenset({"flatten", "unflatten", "reshape", "permute", "scale", "shift"})
_LEADING = frozenset({"select", "split", "pad"})


class Unit(NamedTuple):
    """Parts of one box; ``main`` is the place of the one that it is named for."""

    parts: tuple[Part, ...]
    main: int


def readers(graph: Graph) -> Counter[str]:
    """How often each node is read; being a result counts."""
    found = Counter(value.node for node in graph for value in node.operands)
    results = {graph.result(), *(output.value for output in graph.outputs)}
    found.update(value.node for value in results if value is not None)
    return found


def units(parts: tuple[Part, ...], read: Counter[str]) -> list[Unit]:
    """The boxes of a level. A chain that begins with a normalization has them before its convolutions, not after."""
    made: list[Unit] = []
    start = 0
    for stop in range(1, len(parts) + 1):
        if stop == len(parts) or not _linked(parts[stop - 1], parts[stop], read):
            made.extend(_split(parts[start:stop]))
            start = stop
    return made


def _linked(before: Part, after: Part, read: Counter[str]) -> bool:
    """Whether both are single operations, and the second alone reads the first and nothing else."""
    if not (_single(before) and _single(after)) or signed(before) != signed(after):
        return False
    name = before.nodes[0].name
    return read[name] == 1 and [value.node for value in after.nodes[0].operands] == [name]


def signed(part: Part) -> object:
    """What sets a part apart."""
    return part.sign(part.name) if part.sign is not None else None


def _single(part: Part) -> bool:
    return part.role == "operation" and part.times == 1


def _split(chain: tuple[Part, ...]) -> list[Unit]:
    kinds = [_weight(part) for part in chain]
    if kind_of(chain[0].nodes[0]) == "normalization" and kinds[-1] == "main":
        cuts = [place + 1 for place, kind in enumerate(kinds) if kind == "main"]
    else:
        cuts = [place for place in range(1, len(chain)) if kinds[place] != "small" and kinds[place - 1] != "leading"]
        cuts.append(len(chain))
    rows = [(start, stop) for start, stop in zip([0, *cuts], cuts, strict=False)]
    return [
        Unit(chain[start:stop], kinds[start:stop].index("main") if "main" in kinds[start:stop] else 0)
        for start, stop in rows
    ]


def _weight(part: Part) -> str:
    if not _single(part):
        return "main"
    kind = part.kind
    if kind in _LEADING:
        return "leading"
    return "small" if kind in _RESHAPING or kind_of(part.nodes[0]) in _SMALL else "main"
