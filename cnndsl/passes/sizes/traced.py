"""Whole numbers that know where they come from: a shape rule that computes with them computes more than one size.

The rule itself stays Python's arithmetic. Beside each number runs a *law* (how it grows, or its formula), and every
comparison is reported to a *watch*, which learns on what the outcome depends.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Generic, Protocol, Self, TypeVar

from cnndsl.source import Span

Order = Callable[[Any, Any], bool]


class Untraceable(Exception):
    """A number was used in a way that has no law."""


class Law(Protocol):
    """What runs beside a number."""

    def plus(self, other: Self) -> Self:
        """The sum."""

    def times(self, other: Self) -> Self:
        """The product."""

    def over(self, divisor: int) -> Self:
        """The quotient, rounded down."""

    def scaled(self, factor: float) -> Self:
        """The product with a fraction, in floating point, rounded down."""

    def fixed(self) -> int | None:
        """The number, where it is the same for all sizes."""


L = TypeVar("L", bound=Law)


class Watch(Generic[L]):
    """Makes laws of plain numbers and is told of every comparison.

    ``step`` is what compares, ``span`` where it stands. ``periods``: for how long all comparisons come out alike;
    None: forever.
    """

    def __init__(self) -> None:
        self.step = ""
        self.span: Span | None = None
        self.periods: int | None = None

    def limit(self, periods: int | None) -> None:
        """Look no further than so many periods."""
        if periods is not None and (self.periods is None or periods < self.periods):
            self.periods = periods

    def constant(self, value: int) -> L:
        """The law of a number that is the same for all sizes."""
        raise NotImplementedError

    def lost(self) -> None:
        """A condition that is asked here has no law."""
        raise Untraceable

    def compared(self, left: L, right: L, order: Order, held: bool) -> None:
        """``order(left, right)`` was asked, and it ``held`` or not."""
        raise NotImplementedError


class Traced(int):
    """A number with its law; arithmetic with plain numbers and with others of the same watch."""

    law: Any
    watch: Watch[Any]

    def __new__(cls, value: int, law: Law, watch: Watch[Any]) -> Traced:
        """``value`` is what it is here, ``law`` what it is elsewhere."""
        made = super().__new__(cls, value)
        made.law = law
        made.watch = watch
        return made

    def _made(self, value: int, law: Law) -> int:
        return value if law.fixed() is not None else Traced(value, law, self.watch)

    def _law(self, other: int) -> Any:
        return other.law if isinstance(other, Traced) else self.watch.constant(other)

    def __add__(self, other: int) -> int:
        return self._made(int(self) + int(other), self.law.plus(self._law(other)))

    __radd__ = __add__

    def __neg__(self) -> int:
        negated: int = self * -1
        return negated

    def __sub__(self, other: int) -> int:
        return self + -other

    def __rsub__(self, other: int) -> int:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, float):
            return Scaled(self, other)
        if not isinstance(other, int):
            return NotImplemented
        return self._made(int(self) * int(other), self.law.times(self._law(other)))

    __rmul__ = __mul__

    def __floordiv__(self, other: int) -> int:
        if isinstance(other, Traced) or not isinstance(other, int) or other == 0:
            raise Untraceable
        if other < 0:
            return -self // -other
        return self._made(int(self) // other, self.law.over(other))

    def __mod__(self, other: int) -> int:
        return self - self // other * other

    def __truediv__(self, other: float) -> Any:
        if isinstance(other, Traced) or other == 0:
            raise Untraceable
        return Scaled(self, 1 / other, Fraction(1) / Fraction(other))

    def __pow__(self, power: int, modulus: int | None = None) -> Any:
        if isinstance(power, Traced) or modulus is not None or not 0 <= power < 8:
            raise Untraceable
        return math.prod([self] * power)

    def __abs__(self) -> int:
        return -self if self < 0 else self

    def _untraceable(self, *_: object) -> Any:
        raise Untraceable

    __rfloordiv__ = __rmod__ = __rtruediv__ = __rpow__ = __divmod__ = __rdivmod__ = _untraceable

    def _order(self, other: object, order: Order) -> bool:
        if not isinstance(other, int):
            if isinstance(other, float):
                raise Untraceable
            return order is operator.ne
        held = order(int(self), int(other))
        self.watch.compared(self.law, self._law(other), order, held)
        return held

    def __lt__(self, other: int) -> bool:
        return self._order(other, operator.lt)

    def __le__(self, other: int) -> bool:
        return self._order(other, operator.le)

    def __gt__(self, other: int) -> bool:
        return self._order(other, operator.gt)

    def __ge__(self, other: int) -> bool:
        return self._order(other, operator.ge)

    def __eq__(self, other: object) -> bool:
        return self._order(other, operator.eq)

    def __ne__(self, other: object) -> bool:
        return self._order(other, operator.ne)

    def __bool__(self) -> bool:
        return self._order(0, operator.ne)

    __hash__ = int.__hash__


class Scaled(float):
    """A number times a fraction, until it is rounded."""

    whole: Traced
    factor: Fraction

    def __new__(cls, whole: Traced, factor: float, exact: Fraction | None = None) -> Scaled:
        """``exact`` where ``factor`` is rounded."""
        made = super().__new__(cls, int(whole) * factor)
        made.whole = whole
        made.factor = exact if exact is not None else Fraction(factor)
        return made

    def __floor__(self) -> int:
        if self.factor.denominator > 2**16:
            return Traced(math.floor(float(self)), self.whole.law.scaled(float(self.factor)), self.whole.watch)
        floor: int = self.whole * self.factor.numerator // self.factor.denominator
        return floor

    def __ceil__(self) -> int:
        if self.factor.denominator > 2**16:
            raise Untraceable
        ceil: int = -(-self.whole * self.factor.numerator // self.factor.denominator)
        return ceil

    def _untraceable(self, *_: object) -> Any:
        raise Untraceable

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __floordiv__ = _untraceable
    __mod__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __int__ = __round__ = _untraceable
    __hash__ = float.__hash__
