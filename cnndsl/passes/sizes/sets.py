"""Sets of whole numbers that repeat from some number on: ranges and residues."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple


class Sizes(NamedTuple):
    """A set of sizes: ``first``, and from ``start`` on those whose remainder by ``period`` is in ``residues``.

    Canonical: ``period`` and ``start`` are as small as they can be. ``known``: nothing outside these two was looked at.
    """

    first: tuple[int, ...]
    start: int = 1
    period: int = 1
    residues: tuple[int, ...] = ()
    known: tuple[int, int] | None = None

    @classmethod
    def of(
        cls,
        members: Iterable[int],
        start: int,
        period: int,
        residues: Iterable[int],
        known: tuple[int, int] | None = None,
    ) -> Sizes:
        """The set of ``members`` below ``start`` and what repeats from there, in canonical form."""
        first, found = sorted(members), set(residues)
        period, found = _shortest(period, found)
        if not found:
            return cls(tuple(first), 1, 1, (), known)
        below = set(first)
        while start > 1 and (start - 1 in below) == ((start - 1) % period in found):
            start -= 1
            below.discard(start)
        while start % period not in found:
            start += 1
        return cls(tuple(sorted(below)), start, period, tuple(sorted(found)), known)

    def __contains__(self, size: object) -> bool:
        if not isinstance(size, int):
            return False
        return size in self.first or (size >= self.start and size % self.period in self.residues)

    @property
    def least(self) -> int:
        """The smallest."""
        return min((*self.first[:1], self.start)) if self.residues else self.first[0]

    @property
    def most(self) -> int | None:
        """The largest; None: there is none."""
        return None if self.residues else self.first[-1]

    def nearest(self, size: int) -> tuple[int, ...]:
        """The next ones at or below and at or above ``size``."""
        lower = [one for one in self.first if one <= size]
        upper = [one for one in self.first if one >= size]
        if self.residues:
            down = next((n for n in range(size, max(self.start, size - self.period) - 1, -1) if n in self), None)
            up = next(n for n in range(max(size, self.start), max(size, self.start) + self.period) if n in self)
            lower += [down] if down is not None else []
            upper.append(up)
        return tuple(dict.fromkeys([*([max(lower)] if lower else []), *([min(upper)] if upper else [])]))

    def ranges(self) -> list[tuple[int, int]]:
        """``first`` as ranges, both ends included."""
        found: list[tuple[int, int]] = []
        for size in self.first:
            if found and found[-1][1] == size - 1:
                found[-1] = (found[-1][0], size)
            else:
                found.append((size, size))
        return found

    def text(self, name: str) -> str:
        """``H >= 63``, ``H in 227..258``, ``H in multiples of 16``, as short as it is true."""
        if self.known is not None and self.first and self.known == (1, self.first[-1]):
            begin = self.ranges()[-1][0]
            return Sizes(tuple(one for one in self.first if one < begin), begin, 1, (0,)).text(name)
        if not self.first and not self.residues:
            return f"no {name}"
        step = self._step()
        if step > 1:
            rest = self.first[0] % step
            which = f"{name} in multiples of {step}" if rest == 0 else f"{name} % {step} = {rest}"
            return f"{which}, from {self.first[0]} to {self.first[-1]}"
        parts = [f"{a}" if a == b else f"{a}..{b}" for a, b in self.ranges()]
        shown = parts if len(parts) <= 8 else [*parts[:4], "...", parts[-1]]
        tail = self._tail(name)
        if tail and parts:
            return f"{name} in {', '.join(shown)}, or {tail}"
        if tail:
            return tail
        return f"{name} = {parts[0]}" if len(self.first) == 1 else f"{name} in {', '.join(shown)}"

    def _step(self) -> int:
        """From one size to the next, where that is always the same; else 0."""
        steps = {after - before for before, after in pairwise(self.first)}
        return steps.pop() if len(steps) == 1 and len(self.first) > 3 and not self.residues else 0

    def _tail(self, name: str) -> str:
        if not self.residues:
            return ""
        if self.period == 1:
            return f"{name} >= {self.start}"
        if len(self.residues) == 1:
            rest = self.residues[0]
            which = f"{name} in multiples of {self.period}" if rest == 0 else f"{name} % {self.period} = {rest}"
            return which if self.start == (rest or self.period) else f"{which}, from {self.start}"
        which = f"{name} % {self.period} in {{{_listed(self.residues)}}}"
        least = min(rest or self.period for rest in self.residues)
        return which if self.start == least else f"{name} >= {self.start} and {which}"


def _listed(residues: tuple[int, ...]) -> str:
    parts: list[str] = []
    for a, b in Sizes(residues).ranges():
        parts += [f"{a}..{b}"] if b > a + 1 else map(str, range(a, b + 1))
    return ", ".join(parts if len(parts) <= 12 else [*parts[:8], "...", parts[-1]])


def _shortest(period: int, residues: set[int]) -> tuple[int, set[int]]:
    """The same remainders by the smallest period."""
    for shorter in range(1, period):
        if period % shorter == 0:
            short = {rest % shorter for rest in residues}
            if len(short) * (period // shorter) == len(residues):
                return shorter, short
    return period, residues
