"""Where the size of an input is a cause: the condition on it, and the nearest sizes that fulfil it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from cnndsl.blame.suspects import Suspect
from cnndsl.blame.trials import Place, Spent, Trials
from cnndsl.graph import Graph, instances
from cnndsl.shape import SPATIAL

_AROUND = 64
"""So far from the size that is declared others are tried one by one."""
_FAR = 16
"""So many times as large as declared they may be."""


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
    try:
        if len(set(sizes)) == 1:
            return _fit(names, places, sizes[0], lambda size: trials.cures(dict.fromkeys(places, size)), trials)
        return _alone(found, names, trials)
    except Spent:
        return None


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

    near = range(max(1, size - _AROUND), size + _AROUND + 1)
    below = next((other for other in reversed(near[: near.index(size)]) if good(other)), None)
    above = next((other for other in near[near.index(size) + 1 :] if good(other)), None)
    if below is None and above is None:
        above = _far(size, good)
        return _from(names, places, above, good) if above is not None else None
    must = _condition(size, below, above, good)
    nearest = ", ".join(str(other) for other in (below, above) if other is not None)
    verb = "must be" if must else "would fit as"
    text = f"{names} {verb} {must}; nearest: {nearest}" if must else f"nearest {names} that fit: {nearest}"
    return Fit(text, places, tuple(other for other in (below, above) if other is not None))


def _condition(size: int, below: int | None, above: int | None, good: Callable[[int], bool]) -> str:
    """What the sizes around have in common: a period, or an end."""
    if below is not None and above is not None:
        gap = above - below
        try:
            again = all(good(above + gap * times) for times in (1, 2)) and not any(
                good(above + step) for step in range(1, gap)
            )
        except Spent:
            return ""
        if not again:
            return ""
        if gap == 2:
            return "even" if above % 2 == 0 else "odd"
        rest = above % gap
        return f"{'a multiple' if not rest else f'{rest} more than a multiple'} of {gap}"
    if above is not None and all(good(above + more) for more in (1, 2, 3, above)):
        return f"at least {above}"
    return _stretch(below, above, good)


def _stretch(below: int | None, above: int | None, good: Callable[[int], bool]) -> str:
    """The sizes from one end to the other that follow one another."""
    one = above if above is not None else below
    if one is None:
        return ""
    step = 1 if above is not None else -1
    other = one
    while good(other + step) and abs(other - one) < _AROUND:
        other += step
    least, most = sorted((one, other))
    return f"{least}" if least == most else f"from {least} to {most}" if abs(other - one) < _AROUND else ""


def _far(size: int, good: Callable[[int], bool]) -> int | None:
    """The first size that fits where all from some size on do."""
    most = size
    while not good(most):
        most *= 2
        if most > size * _FAR:
            return None
    least = most // 2
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if good(middle) else (middle, most)
    return most


def _from(names: str, places: tuple[Place, ...], least: int, good: Callable[[int], bool]) -> Fit:
    return Fit(f"{names} must be at least {least}", places, (least,))


_READS = re.compile(r"\b(?:it|in)\.(?:height|width|length)\b")


def _sizes_are_read(root: Graph) -> bool:
    """Whether the text computes with sizes, so that other sizes would make other steps."""
    definitions = {id(graph.definition): graph.definition for graph in instances(root)}
    return any(_READS.search(definition.span.text) for definition in definitions.values())
