"""Many dotted names as a few: ``layer{2..4}.0.conv1``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

_MOST = 6
"""So many numbers that do not follow each other are written out."""
_DIGITS = 9
"""Of a number in a name."""

_Tokens = tuple[str, ...]


def braced(names: Iterable[str]) -> list[str]:
    """Names that differ in a number joined into one; in the order of their first."""
    rows = list(dict.fromkeys(tuple(re.split(r"(\d+)", name)) for name in names))
    positions = sorted({place for row in rows for place in range(1, len(row), 2)}, reverse=True)
    for place in positions:
        rows = _joined(rows, place)
    return ["".join(row) for row in rows]


def _joined(rows: Sequence[_Tokens], place: int) -> list[_Tokens]:
    groups: dict[tuple[_Tokens, _Tokens] | _Tokens, list[_Tokens]] = {}
    for row in rows:
        whole = place < len(row) and len(row[place]) <= _DIGITS and row[place].isdecimal()
        groups.setdefault((row[:place], row[place + 1 :]) if whole else row, []).append(row)
    out = []
    for several in groups.values():
        first = several[0]
        out.append(
            (*first[:place], _set([row[place] for row in several]), *first[place + 1 :]) if len(several) > 1 else first
        )
    return out


def _set(numbers: Sequence[str]) -> str:
    """``{0..3}`` where they follow each other."""
    values = [int(number) for number in numbers]
    if len(values) > 2 and all(after - before == 1 for before, after in pairwise(values)):
        return f"{{{numbers[0]}..{numbers[-1]}}}"
    if len(numbers) > _MOST:
        return f"{{{','.join(numbers[:3])},...,{numbers[-1]}}}"
    return f"{{{','.join(numbers)}}}"
