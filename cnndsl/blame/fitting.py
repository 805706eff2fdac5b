"""Where the size of an input is a cause: the condition on it, and the nearest sizes that fulfil it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from cnndsl.blame.condition import condition
from cnndsl.blame.conflicts import Conflict
from cnndsl.blame.suspects import Suspect
from cnndsl.blame.trials import Place, Spent, Trials
from cnndsl.graph import Graph, instances
from cnndsl.shape import SPATIAL

_AROUND = 64
"""So far from the size that is declared others are tried one by one."""
_FAR = 16
"""So many times as large as declared they may be."""
_SMALL = 4
"""So many times smaller, and it is not the size that is wrong: an image of one pixel fits where all strides agree."""


class Fit(NamedTuple):
    """``text`` is the condition with the nearest sizes; ``places`` are the axes of inputs that it is about."""

    text: str
    places: tuple[Place, ...]
    sizes: tuple[int, ...]


def fit(suspects: Sequence[Suspect], trials: Trials) -> Fit | None:
    """What the input would have to be for the fault to be gone; None where that does not help or is not known."""
    found: dict[Place, tuple[str, int]] = {}
    for suspect in suspects:
        link = suspect.link
        if link.cause is None and link.letter in SPATIAL and link.graph is trials.root:
            found[link.node.name, link.axis] = (link.letter, link.size)
    if not found or _sizes_are_read(trials.root):
        return None
    places = tuple(found)
    sizes = [size for _, size in found.values()]
    names = " and ".join(dict.fromkeys(letter for letter, _ in found.values()))
    exact = [suspect.conflict for suspect in suspects if suspect.conflict.wanted is not None]
    try:
        if len(set(sizes)) == 1 and exact and len(trials.site.operands) == 1:
            return _towards(names, places, sizes[0], exact[0], trials)
        if len(set(sizes)) == 1:
            return _fit(names, places, sizes[0], lambda size: trials.cures(dict.fromkeys(places, size)), trials)
        return _alone(found, names, trials)
    except Spent:
        return None


def _towards(names: str, places: tuple[Place, ...], size: int, conflict: Conflict, trials: Trials) -> Fit | None:
    """The sizes with which a size behind them becomes the one that is wanted: it grows as they do."""
    wanted = conflict.wanted or 0

    def over(other: int, least: int) -> bool:
        return (trials.size(dict.fromkeys(places, other), conflict.slot, conflict.axis) or 0) >= least

    first = _first(size * _FAR, lambda other: over(other, wanted))
    last = _first(size * _FAR, lambda other: over(other, wanted + 1)) - 1
    ends = [other for other in (first, last) if other >= _least(size) and trials.cures(dict.fromkeys(places, other))]
    if len(ends) < 2:
        return None
    nearest = first if first > size else last
    must = f"be {first}" if first == last else f"be from {first} to {last}; nearest: {nearest}"
    return Fit(f"{names} must {must}", places, (nearest,))


def _first(most: int, holds: Callable[[int], bool]) -> int:
    """The first number for which it holds, as for all that follow; ``most`` where there is none."""
    least = 0
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if holds(middle) else (middle, most)
    return most


def _alone(found: dict[Place, tuple[str, int]], names: str, trials: Trials) -> Fit | None:
    """Axes of different sizes: the first one that cures by itself, else the same condition for all."""
    for place, (letter, size) in found.items():
        one = _fit(letter, (place,), size, lambda size, place=place: trials.cures({place: size}), trials)  # type: ignore[misc]
        if one is not None:
            return one
    return None


def _fit(names: str, places: tuple[Place, ...], size: int, cures: Callable[[int], bool], trials: Trials) -> Fit | None:
    known: dict[int, bool] = {}

    def good(other: int) -> bool:
        if other not in known:
            known[other] = other > 0 and cures(other)
        return known[other]

    near = range(max(_least(size), size - _AROUND), size + _AROUND + 1)
    below = next((other for other in reversed(near[: near.index(size)]) if good(other)), None)
    above = next((other for other in near[near.index(size) + 1 :] if good(other)), None)
    if below is None and above is None:
        above = _far(size, good)
        return _from(names, places, above, good) if above is not None else None
    if above is None and below is not None and below * _SMALL < size:
        return None
    must = condition(below, above, good)
    nearest = ", ".join(str(other) for other in (below, above) if other is not None)
    text = f"{names} must be {must}; nearest: {nearest}" if must else f"nearest {names} that fit: {nearest}"
    return Fit(text, places, tuple(other for other in (below, above) if other is not None))


def _least(size: int) -> int:
    """Smaller inputs hold no picture, and nobody means them."""
    return max(1, size // 8)


def _far(size: int, good: Callable[[int], bool]) -> int | None:
    """The first size that fits where all from some size on do."""
    most = size
    while not good(most):
        most *= 2
        if most > size * _FAR:
            return None
    return _first(most, good)


def _from(names: str, places: tuple[Place, ...], least: int, good: Callable[[int], bool]) -> Fit:
    return Fit(f"{names} must be at least {least}", places, (least,))


_READS = re.compile(r"\b(?:it|in)\.(?:height|width|length)\b")


def _sizes_are_read(root: Graph) -> bool:
    """Whether the text computes with sizes, so that other sizes would make other steps."""
    definitions = {id(graph.definition): graph.definition for graph in instances(root)}
    return any(_READS.search(definition.span.text) for definition in definitions.values())
