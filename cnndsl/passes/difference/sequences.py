"""Sequences: what two have in common in one order, with bounded work."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Pairs = list[tuple[int, int]]
"""Places in the one and in the other sequence, both increasing."""

_EDITS = 400
"""So many insertions and deletions are searched for the least; beyond, any common sequence will do."""
_CELLS = 100_000
"""So many pairs of items are compared one by one."""
_WIDTH = 64
"""The length of the pieces into which longer sequences are cut for that."""
_REACH = 64
"""How far ahead the next equal item is looked for where the least number of edits is beyond reach."""


def common(one: Sequence[Hashable], other: Sequence[Hashable]) -> Pairs:
    """A longest common subsequence (Myers, 1986), or where that takes more than ``_EDITS`` edits, a long one.

    The work is linear in the lengths, plus the square of the edits up to ``_EDITS``.
    """
    start, end, most = 0, 0, min(len(one), len(other))
    while start < most and one[start] == other[start]:
        start += 1
    while end < most - start and one[-1 - end] == other[-1 - end]:
        end += 1
    middle = _middle(one[start : len(one) - end], other[start : len(other) - end])
    pairs = [(place, place) for place in range(start)]
    pairs += [(start + left, start + right) for left, right in middle]
    return pairs + [(len(one) - place, len(other) - place) for place in range(end, 0, -1)]


def _middle(one: Sequence[Hashable], other: Sequence[Hashable]) -> Pairs:
    if not one or not other:
        return []
    rows = _edits(one, other)
    return _forward(one, other) if rows is None else _trace(rows, len(one), len(other))


def _edits(one: Sequence[Hashable], other: Sequence[Hashable]) -> list[dict[int, int]] | None:
    """By number of edits, how far each diagonal gets in ``one``; None where ``_EDITS`` do not suffice."""
    reached: dict[int, int] = {1: 0}
    rows: list[dict[int, int]] = []
    for edits in range(_EDITS + 1):
        rows.append(dict(reached))
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (
                diagonal != edits and reached.get(diagonal - 1, -1) < reached.get(diagonal + 1, -1)
            )
            left = reached[diagonal + 1] if down else reached[diagonal - 1] + 1
            while left < len(one) and left - diagonal < len(other) and one[left] == other[left - diagonal]:
                left += 1
            reached[diagonal] = left
            if left >= len(one) and left - diagonal >= len(other):
                return rows
    return None


def _trace(rows: list[dict[int, int]], left: int, right: int) -> Pairs:
    pairs: Pairs = []
    for edits in range(len(rows) - 1, -1, -1):
        reached, diagonal = rows[edits], left - right
        down = diagonal == -edits or (
            diagonal != edits and reached.get(diagonal - 1, -1) < reached.get(diagonal + 1, -1)
        )
        before = diagonal + 1 if down else diagonal - 1
        start = reached[before] if edits else 0
        begin = start if down else start + 1
        while left > begin:
            left, right = left - 1, right - 1
            pairs.append((left, right))
        if edits:
            left, right = start, start - before
    return pairs[::-1]


def _forward(one: Sequence[Hashable], other: Sequence[Hashable]) -> Pairs:
    places: dict[Hashable, list[int]] = {}
    for place, item in enumerate(other):
        places.setdefault(item, []).append(place)
    pairs: Pairs = []
    free = 0
    for left, item in enumerate(one):
        found = places.get(item, ())
        index = bisect_left(found, free)
        if index < len(found) and found[index] < free + _REACH:
            pairs.append((left, found[index]))
            free = found[index] + 1
    return pairs


def likest(one: Sequence[Item], other: Sequence[Item], likeness: Callable[[Item, Item], float]) -> Pairs:
    """The pairs in one order whose likeness adds up to the most (Needleman & Wunsch, 1970); 0 is no pair.

    Sequences with more than ``_CELLS`` pairs are cut into pieces of ``_WIDTH``.
    """
    if len(one) * len(other) > _CELLS and min(len(one), len(other)) > 1:
        return [
            (start + left, start + right)
            for start in range(0, min(len(one), len(other)), _WIDTH)
            for left, right in likest(one[start : start + _WIDTH], other[start : start + _WIDTH], likeness)
        ]
    likes = [[likeness(left, right) for right in other] for left in one]
    best = [[0.0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for left in range(len(one) - 1, -1, -1):
        below, here, row = best[left + 1], best[left], likes[left]
        for right in range(len(other) - 1, -1, -1):
            paired = row[right] + below[right + 1] if row[right] else 0.0
            here[right] = max(paired, below[right], here[right + 1])
    pairs, left, right = [], 0, 0
    while left < len(one) and right < len(other):
        if likes[left][right] and best[left][right] == likes[left][right] + best[left + 1][right + 1]:
            pairs.append((left, right))
            left, right = left + 1, right + 1
        elif best[left][right] == best[left + 1][right]:
            left += 1
        else:
            right += 1
    return pairs


def heaviest(pairs: Sequence[tuple[int, int]], weights: Sequence[int]) -> set[tuple[int, int]]:
    """Of pairs sorted by their first place, those in one order whose weights add up to the most; n log n."""
    ranks = {place: rank for rank, place in enumerate(sorted(right for _, right in pairs), 1)}
    tops: list[tuple[int, int]] = [(0, -1)] * (len(pairs) + 1)
    before = [-1] * len(pairs)
    top = (0, -1)
    for index, (_, right) in enumerate(pairs):
        rank = ranks[right] - 1
        best = (0, -1)
        while rank > 0:
            best = max(best, tops[rank])
            rank -= rank & -rank
        before[index] = best[1]
        mine = (best[0] + weights[index], index)
        top = max(top, mine)
        rank = ranks[right]
        while rank <= len(pairs):
            tops[rank] = max(tops[rank], mine)
            rank += rank & -rank
    kept, index = set(), top[1]
    while index >= 0:
        kept.add(pairs[index])
        index = before[index]
    return kept
