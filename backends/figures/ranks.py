"""Where volumes stand among each other: ranks along the flow, lanes for branches, rows, levels of a U."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log2
from typing import NamedTuple

from cnndsl.backends.figures.flow import Volume
from cnndsl.backends.figures.solids import sides

_LONG = 4
"""From how many ranks on a join reaches back as the skips of a U do."""


class Arrangement(NamedTuple):
    """By volume its rank, and its lane (0 is the main flow, 1 above it) or, in a U, its level (0 the finest map)."""

    ranks: tuple[int, ...]
    lanes: tuple[int, ...]
    is_u: bool = False


def arranged(volumes: Sequence[Volume]) -> Arrangement:
    """Ranks and lanes by the longest ways."""
    ranks = _depths(volumes)
    spine = set(_spine(volumes, ranks))
    lanes = [0] * len(volumes)
    chain: dict[int, int] = {}
    taken: dict[int, list[tuple[int, int]]] = {}
    last = _last_reader(volumes, ranks)
    follows = {read.source: index for index, one in reversed(list(enumerate(volumes))) for read in one.reads}
    for index in range(len(volumes)):
        if index in spine:
            continue
        if index in chain:
            lanes[index] = chain[index]
        else:
            lanes[index] = _free(taken, ranks[index], _end(index, volumes, follows, spine, last))
        after = follows.get(index)
        if after is not None and after not in spine and volumes[after].reads[0].source == index:
            chain.setdefault(after, lanes[index])
    return Arrangement(tuple(ranks), tuple(lanes))


def as_u(volumes: Sequence[Volume]) -> Arrangement | None:
    """Levels by resolution, where one chain goes down and up again and joins reach across; None where it does not.

    A change of level takes no step to the side: the smaller map stands below, the larger one above.
    """
    ranks, levels = [0], [0]
    reaches = False
    for index, one in enumerate(volumes[1:], 1):
        before = one.reads[-1].source if one.reads else -1
        if before != index - 1 and index - 1 not in [read.source for read in one.reads]:
            return None
        step = _step(volumes[index - 1], one)
        levels.append(levels[-1] + step)
        ranks.append(ranks[-1] + (step == 0))
        for read in one.reads:
            if ranks[index] - ranks[read.source] >= _LONG and levels[read.source] == levels[index]:
                reaches |= max(levels[read.source : index]) > levels[index]
    lowest = min(levels)
    return Arrangement(tuple(ranks), tuple(level - lowest for level in levels), True) if reaches else None


def rows(arrangement: Arrangement, volumes: Sequence[Volume], lengths: Sequence[float], most: float) -> list[int]:
    """The first rank of each row. A row ends where one map crosses, and is no longer than ``most`` if that can be."""
    total = sum(lengths)
    starts = [sum(lengths[:rank]) for rank in range(len(lengths))]
    crossing: list[set[int]] = [set() for _ in range(len(lengths) + 1)]
    for one, rank in zip(volumes, arrangement.ranks, strict=True):
        for read in one.reads:
            for between in range(arrangement.ranks[read.source] + 1, rank + 1):
                crossing[between].add(read.source)
    allowed = [
        rank
        for rank in range(1, len(lengths))
        if [(arrangement.ranks[one], arrangement.lanes[one]) for one in crossing[rank]] == [(rank - 1, 0)]
    ]
    whole = zip([0, *allowed], [*allowed, len(lengths)], strict=True)
    most = max(most, *(sum(lengths[start:end]) for start, end in whole))
    for number in range(ceil(total / most), len(lengths) + 1):
        cuts = [0]
        for part in range(1, number):
            later = [rank for rank in allowed if rank > cuts[-1]]
            if later:
                cuts.append(min(later, key=lambda rank: abs(starts[rank] - part * total / number)))
        ends = [*cuts[1:], len(lengths)]
        if len(cuts) == number and all(sum(lengths[start:end]) <= most for start, end in zip(cuts, ends, strict=True)):
            return cuts
    return _greedy(allowed, lengths, most)


def _greedy(allowed: Sequence[int], lengths: Sequence[float], most: float) -> list[int]:
    """Rows that are as long as they must be."""
    cuts = [0]
    for rank, after in zip(allowed, [*allowed[1:], len(lengths)], strict=True):
        if sum(lengths[cuts[-1] : after]) > most:
            cuts.append(rank)
    return cuts


def _depths(volumes: Sequence[Volume]) -> list[int]:
    depths: list[int] = []
    for one in volumes:
        depths.append(max((depths[read.source] + 1 for read in one.reads), default=0))
    return depths


def _spine(volumes: Sequence[Volume], ranks: Sequence[int]) -> list[int]:
    """The longest way to the last result of inference."""
    ends = [index for index, one in enumerate(volumes) if one.result and not one.training] or [len(volumes) - 1]
    place = max(ends, key=lambda index: ranks[index])
    way = [place]
    while volumes[place].reads:
        place = max((read.source for read in volumes[place].reads), key=lambda source: ranks[source])
        way.append(place)
    return way


def _last_reader(volumes: Sequence[Volume], ranks: Sequence[int]) -> list[int]:
    """The rank of the last reader of each; its own where nobody reads it."""
    last = list(ranks)
    for index, one in enumerate(volumes):
        for read in one.reads:
            last[read.source] = max(last[read.source], ranks[index])
    return last


def _end(index: int, volumes: Sequence[Volume], follows: dict[int, int], spine: set[int], last: Sequence[int]) -> int:
    """Up to which rank the branch that begins here needs its lane."""
    end = last[index]
    while (after := follows.get(index)) is not None and after not in spine and volumes[after].reads[0].source == index:
        index = after
        end = max(end, last[index])
    return end


def _free(taken: dict[int, list[tuple[int, int]]], start: int, end: int) -> int:
    """The lane next to the main flow that is free from ``start`` to ``end``."""
    lane = 0
    while True:
        lane = 1 if lane == 0 else -lane if lane > 0 else 1 - lane
        spans = taken.setdefault(lane, [])
        if all(end < first or start > final for first, final in spans):
            spans.append((start, end))
            return lane


def _step(before: Volume, after: Volume) -> int:
    """1 where the map is halved, -1 where it is doubled, 2 for a quarter."""
    if before.shape is None or after.shape is None or not sides(before.shape) or not sides(after.shape):
        return 0
    if after.kind == "shaping":
        return 0
    ratio = sides(before.shape)[0] / max(sides(after.shape)[0], 1)
    return round(log2(ratio)) if ratio > 1.45 or ratio < 0.69 else 0
