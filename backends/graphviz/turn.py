"""Encoders with decoders: where skips nest like those of U-Net, the way back goes up again beside the way down."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from cnndsl.backends.graphviz.picture import Arrow, Box, Picture, boxes

_FEWEST = 2


class Turn(NamedTuple):
    """``levels`` stand side by side, the outermost first; ``up`` are the arrows that lead upwards, by tail and head."""

    levels: tuple[tuple[str, ...], ...] = ()
    up: frozenset[tuple[str, str]] = frozenset()


def turn(picture: Picture) -> Turn:
    """How the picture turns; not at all where it has branches, or skips that do not nest."""
    shown = {box.key: box for box in boxes(picture.members)}
    way = _way(picture, shown)
    place = {key: index for index, key in enumerate(way)}
    levels = [_across(arrow, picture, place) for arrow in picture.arrows if arrow.skip and arrow.tail in place]
    if len(levels) < _FEWEST or not all(level[-1] in place for level in levels):
        return Turn()
    levels.sort(key=lambda level: place[level[0]])
    area = {key: _area(box) for key, box in shown.items()}
    areas = [area[level[0]] for level in levels]
    ends = [place[level[-1]] for level in levels]
    inside = range(place[levels[-1][0]] + 1, ends[-1])
    bottom = max(inside, key=lambda index: (-area[way[index]], index), default=0)
    if not (_falls(ends) and _falls(areas) and 0 < area[way[bottom]] < areas[-1]):
        return Turn()
    return Turn(tuple(levels), frozenset(zip(way[bottom:], way[bottom + 1 :], strict=False)))


def _falls(numbers: list[int]) -> bool:
    return all(before > after for before, after in pairwise(numbers))


def _way(picture: Picture, shown: dict[str, Box]) -> list[str]:
    """The boxes from the input to the output without skips; nothing where there is more than one way."""
    after: dict[str, list[str]] = {}
    for arrow in picture.arrows:
        if not arrow.skip:
            after.setdefault(arrow.tail, []).append(arrow.head)
    starts = [key for key, box in shown.items() if box.kind == "input"]
    way = starts if len(starts) == 1 and all(len(heads) == 1 for heads in after.values()) else []
    while way and way[-1] in after:
        way = [*way, after[way[-1]][0]]
    return way


def _across(arrow: Arrow, picture: Picture, place: dict[str, int]) -> tuple[str, ...]:
    """From a box on the way over what crops it to the box on the way that it joins."""
    level = [arrow.tail, arrow.head]
    heads = {arrow.tail: arrow.head for arrow in picture.arrows if arrow.skip}
    while level[-1] not in place and level[-1] in heads:
        level.append(heads[level[-1]])
    return tuple(level)


def _area(box: Box) -> int:
    """Positions of the maps that it gives."""
    sizes = box.shape.sizes if box.shape is not None and box.shape.rank == 3 else (0, 0, 0)
    return sizes[1] * sizes[2]
