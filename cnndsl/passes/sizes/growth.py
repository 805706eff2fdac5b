"""How sizes grow from period to period of the strides, and for how many periods a comparison comes out alike.

A size at n, n + P, n + 2P, ... is a polynomial in the number of periods (a straight line, but for products of axes):
exactly, as long as every division divides the growth, for which P is chosen, and every comparison keeps its outcome.
Both are checked for each operation, so one evaluation decides a whole class of sizes.
"""

from __future__ import annotations

import operator
from math import gcd
from typing import NamedTuple

from cnndsl.passes.sizes.traced import Order, Traced, Untraceable, Watch


class TooShort(Exception):
    """The period must be ``factor`` times as long for a division to divide the growth."""

    def __init__(self, factor: int) -> None:
        super().__init__(factor)
        self.factor = factor


class Growth(NamedTuple):
    """The coefficients of a polynomial in the number of periods, the constant one first."""

    terms: tuple[int, ...]

    def plus(self, other: Growth) -> Growth:
        """The sum."""
        long, short = sorted((self.terms, other.terms), key=len, reverse=True)
        return _growth([*map(operator.add, long, short), *long[len(short) :]])

    def times(self, other: Growth) -> Growth:
        """The product."""
        terms = [0] * (len(self.terms) + len(other.terms) - 1)
        for i, one in enumerate(self.terms):
            for j, another in enumerate(other.terms):
                terms[i + j] += one * another
        return _growth(terms)

    def over(self, divisor: int) -> Growth:
        """The quotient, rounded down; raises ``TooShort``."""
        common = gcd(divisor, *self.terms[1:])
        if common != divisor:
            raise TooShort(divisor // common)
        return _growth([term // divisor for term in self.terms])

    def scaled(self, factor: float) -> Growth:
        """Rounding in floating point has no period."""
        raise Untraceable

    def fixed(self) -> int | None:
        """The number, where it does not grow."""
        return self.terms[0] if len(self.terms) == 1 else None

    def at(self, periods: int) -> int:
        """The number after so many periods."""
        return sum(term * periods**power for power, term in enumerate(self.terms))


def _growth(terms: list[int]) -> Growth:
    while len(terms) > 1 and terms[-1] == 0:
        terms.pop()
    return Growth(tuple(terms))


class Horizon(Watch[Growth]):
    """Looks ahead: for how many periods every comparison so far comes out alike."""

    def constant(self, value: int) -> Growth:
        """It does not grow."""
        return Growth((value,))

    def compared(self, left: Growth, right: Growth, order: Order, held: bool) -> None:
        """Look ahead to where the outcome changes."""
        self.limit(_change(left.plus(right.times(Growth((-1,)))), order))

    def grown(self, value: int, growth: int) -> int:
        """The size ``value``, which is larger by ``growth`` a period later."""
        return Traced(value, Growth((value, growth)), self) if growth else value


def _change(difference: Growth, order: Order) -> int | None:
    """After how many periods ``order(difference, 0)`` is something else; 1 where that is not known."""
    first, *rest = difference.terms
    if not rest:
        return None
    if any(term < 0 for term in rest) and any(term > 0 for term in rest):
        return 1
    rises = any(term > 0 for term in rest)
    outcome = order(first, 0)
    equality = order in (operator.eq, operator.ne)
    if order(1 if rises else -1, 0) == outcome and not (equality and (first < 0 if rises else first > 0)):
        return None
    low, high = 0, 1
    while (difference.at(high) < 0) == rises and difference.at(high) != 0:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        before = difference.at(middle) < 0 if rises else difference.at(middle) > 0
        low, high = (middle, high) if before else (low, middle)
    return _first_after(difference, order, outcome, low)


def _first_after(difference: Growth, order: Order, outcome: bool, low: int) -> int | None:
    """The first of the periods around a change of sign at which the outcome differs."""
    for periods in (low + 1, low + 2):
        if order(difference.at(periods), 0) != outcome:
            return periods
    return None
