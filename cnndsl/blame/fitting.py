"""Where the size of an input is a cause: the condition on it, and the nearest sizes that fulfil it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from math import prod
from typing import NamedTuple

from cnndsl.blame.condition import condition
from cnndsl.blame.conflicts import Conflict, conflicts, faulty, precondition, shapes_at
from cnndsl.blame.route import Routes
from cnndsl.blame.suspects import Suspect
from cnndsl.blame.trials import Place, Spent, Trials
from cnndsl.graph import Graph, instances
from cnndsl.ops.operation import Misfit
from cnndsl.shape import SPATIAL
from cnndsl.trace import Value

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
    search = _Search(trials, suspects[0].conflict.axis)
    if not search.may_help:
        return None
    fitting: Fit | None = None
    with suppress(Spent):
        if len(set(sizes)) > 1:
            fitting = _alone(found, search)
        elif search.wanted is not None:
            fitting = _towards(names, places, sizes[0], search)
        else:
            fitting = _fit(names, places, sizes[0], search)
    if fitting is None:
        with suppress(Spent):
            fitting = _jointly(places, _Search(Trials(trials.site), suspects[0].conflict.axis))
    return fitting


class _Search:
    """Asks of other inputs: first on the way to the fault alone, then of the whole network."""

    def __init__(self, trials: Trials, axis: int) -> None:
        self.trials = trials
        self.conflicts = conflicts(trials.site)
        spatial = [one.axis for one in self.conflicts if self._letter(one) in SPATIAL]
        self.routes = Routes(trials.site, spatial[-1] if spatial else axis)
        self.node = faulty(trials.site)
        self.condition = precondition(trials.site)

    def _letter(self, conflict: Conflict) -> str:
        shapes = shapes_at(self.trials.site)
        return shapes[conflict.slot].axes[conflict.axis] if shapes is not None else "?"

    @property
    def wanted(self) -> int | None:
        """The size or the number of values that is wanted of a single operand."""
        if len(self.trials.site.operands) > 1 or not self.conflicts:
            return None
        if self.values is not None:
            return self.values
        return self.conflicts[0].wanted

    @property
    def values(self) -> int | None:
        """The number of values that a reshape is written for."""
        operation = self.node.operation if self.node is not None else None
        sizes = getattr(operation, "sizes", (-1,)) if operation is not None and operation.name == "reshape" else (-1,)
        return prod(sizes) if -1 not in sizes else None

    @property
    def may_help(self) -> bool:
        """Whether branches differ by what rounding may be to blame for, and in nothing else."""
        if len(self.trials.site.operands) == 1:
            return True
        return all(
            self._letter(one) in SPATIAL and (one.wanted is None or 3 * one.size <= 4 * one.wanted <= 6 * one.size)
            for one in self.conflicts
        )

    @property
    def rounds(self) -> bool:
        """Whether sizes may fit and not fit in turn, as where branches meet; a window fits from some size on."""
        site = self.trials.site
        return len(site.operands) > 1 or site.promised is not None or self.condition is not None

    def size(self, sizes: Mapping[Place, int]) -> int:
        """What there is of it; 0 where nothing arrives."""
        ends = self.routes.ends(sizes)
        if ends is None:
            return 0
        return ends[0].elements if self.values is not None else ends[0].sizes[self.conflicts[0].axis]

    def cures(self, sizes: Mapping[Place, int]) -> bool:
        """Whether the fault would be gone and no other be new; raises ``Spent``."""
        return self.arrives(sizes) and (self.condition is not None or self.trials.cures(sizes))

    def arrives(self, sizes: Mapping[Place, int]) -> bool:
        """Whether the step at fault would take what arrives."""
        ends = self.routes.ends(sizes)
        if ends is None:
            return False
        if self.condition is not None:
            values = (value for value in self.trials.site.operands if value is not None)
            return self.condition.holds(dict(zip(values, ends, strict=True)))
        if self.node is not None and self.node.operation is not None:
            try:
                self.node.operation.infer(*ends)
            except Misfit:
                return False
        return True


def _towards(names: str, places: tuple[Place, ...], size: int, search: _Search) -> Fit | None:
    """The sizes with which a size behind them becomes the one that is wanted: it grows as they do."""
    wanted = search.wanted or 0

    def over(other: int, least: int) -> bool:
        return search.size(dict.fromkeys(places, other)) >= least

    first = _first(size * _FAR, lambda other: over(other, wanted))
    last = _first(size * _FAR, lambda other: over(other, wanted + 1)) - 1
    ends = [other for other in (first, last) if other >= _least(size) and search.cures(dict.fromkeys(places, other))]
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


def _alone(found: dict[Place, tuple[str, int]], search: _Search) -> Fit | None:
    """Axes of different sizes: the first one that cures by itself."""
    for place, (letter, size) in found.items():
        one = _fit(letter, (place,), size, search)
        if one is not None:
            return one
    return None


def _jointly(places: Sequence[Place], search: _Search) -> Fit | None:
    """All axes of an input of different sizes, where each is wrong: there or further on."""
    root = search.trials.root
    name = places[0][0]
    shape = root.shapes[Value(name)]
    letters = {(name, axis): letter for axis, letter in enumerate(shape.axes) if letter in SPATIAL}
    sizes = {place: shape.sizes[place[1]] for place in letters}
    if not search.rounds or len(set(sizes.values())) < 2 or any(place not in letters for place in places):
        return None
    known: dict[int, bool] = {}

    def good(other: int) -> bool:
        if other not in known:
            known[other] = other > 0 and search.cures(dict.fromkeys(letters, other))
        return known[other]

    nearest = {place: _nearest(size, good) for place, size in sizes.items()}
    chosen = {place: size for place, size in nearest.items() if size is not None}
    if len(chosen) < len(letters) or all(map(good, sizes.values())) or not search.cures(chosen):
        return None
    wrong = next(size for size in sizes.values() if not good(size))
    below = next(
        (other for other in range(wrong - 1, max(_least(wrong), wrong - _AROUND) - 1, -1) if good(other)), None
    )
    above = next((other for other in range(wrong + 1, wrong + _AROUND + 1) if good(other)), None)
    must = condition(below, above, good).replace("a multiple", "multiples")
    text = " and ".join(f"{letters[place]} = {size}" for place, size in chosen.items())
    names = " and ".join(letters.values())
    said = f"{names} must be {must}; nearest: {text}" if must else f"nearest sizes that fit: {text}"
    return Fit(said, tuple(letters), tuple(other for other in (below, above) if other is not None))


def _nearest(size: int, good: Callable[[int], bool]) -> int | None:
    """The nearest that fits, the smaller of two."""
    near = range(max(_least(size), size - _AROUND), size + _AROUND + 1)
    return next((other for other in sorted(near, key=lambda other: (abs(other - size), other)) if good(other)), None)


def _fit(names: str, places: tuple[Place, ...], size: int, search: _Search) -> Fit | None:
    known: dict[int, bool] = {}

    def good(other: int) -> bool:
        if other not in known:
            known[other] = other > 0 and search.cures(dict.fromkeys(places, other))
        return known[other]

    if not search.rounds:
        least = _first(size * _FAR, lambda other: search.arrives(dict.fromkeys(places, other)))
        return _said(names, places, (None, least), good) if good(least) else None
    near = range(max(_least(size), size - _AROUND), size + _AROUND + 1)
    below = next((other for other in reversed(near[: near.index(size)]) if good(other)), None)
    above = next((other for other in near[near.index(size) + 1 :] if good(other)), None)
    if above is None and (below is None or below * _SMALL < size):
        return None
    return _said(names, places, (below, above), good)


def _said(
    names: str, places: tuple[Place, ...], nearest: tuple[int | None, int | None], good: Callable[[int], bool]
) -> Fit:
    must = condition(*nearest, good)
    if " and " in names:
        must = must.replace("a multiple", "multiples")
    sizes = tuple(other for other in nearest if other is not None)
    text = ", ".join(map(str, sizes))
    if must.startswith("at least"):
        return Fit(f"{names} must be {must}", places, sizes)
    return Fit(
        f"{names} must be {must}; nearest: {text}" if must else f"nearest {names} that fit: {text}", places, sizes
    )


def _least(size: int) -> int:
    """Smaller inputs hold no picture, and nobody means them."""
    return max(1, size // 8)


_REQUIRES = re.compile(r"\brequire\b[^\n]*")
_READS = re.compile(r"\b(?:it|in)\.(?:height|width|length)\b")


def _sizes_are_read(root: Graph) -> bool:
    """Whether the text computes with sizes, so that other sizes would make other steps."""
    definitions = {id(graph.definition): graph.definition for graph in instances(root)}
    return any(_READS.search(_REQUIRES.sub("", definition.span.text)) for definition in definitions.values())
