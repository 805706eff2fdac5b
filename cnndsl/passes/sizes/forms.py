"""Sizes as formulas of the symbols: sums of products of symbols and of quotients that are rounded down.

Nested quotients merge, floor((floor((x + a) / m) + b) / n) = floor((x + a + m * b) / (m * n)), so a chain of windows
is one quotient (Graham, Knuth & Patashnik, Concrete Mathematics, section 3.2).
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from math import floor, gcd, prod
from typing import NamedTuple

from cnndsl.passes.sizes.traced import Order, Traced, Watch
from cnndsl.source import Span


class Quotient(NamedTuple):
    """``of / by``, rounded down; by 1: a sum that is a factor."""

    of: Form
    by: int

    def at(self, sizes: Mapping[str, int]) -> int:
        """The number at these sizes of the symbols."""
        return self.of.at(sizes) // self.by


class Rounded(NamedTuple):
    """``factor * of`` in floating point, rounded down."""

    of: Form
    factor: float

    def at(self, sizes: Mapping[str, int]) -> int:
        """The number at these sizes of the symbols."""
        return floor(self.of.at(sizes) * self.factor)


Atom = str | Quotient | Rounded
Product = tuple[Atom, ...]


class Form(NamedTuple):
    """A sum: each product of symbols and quotients with its factor, in canonical order; the empty one is the number."""

    terms: tuple[tuple[Product, int], ...]

    def plus(self, other: Form) -> Form:
        """The sum."""
        found = dict(self.terms)
        for product, factor in other.terms:
            found[product] = found.get(product, 0) + factor
        return _form(found)

    def scaled(self, factor: float) -> Form:
        """The product with a fraction, in floating point, rounded down."""
        return _form({(Rounded(self, factor),): 1})

    def by(self, factor: int) -> Form:
        """The product with a number."""
        return _form({product: factor * one for product, one in self.terms})

    def times(self, other: Form) -> Form:
        """The product: sums stay factors."""
        for one, another in ((self, other), (other, self)):
            number = one.fixed()
            if number is not None:
                return another.by(number)
        (first, one_factor), (second, other_factor) = self._factored(), other._factored()
        return _form({tuple(sorted((*first, *second), key=repr)): one_factor * other_factor})

    def over(self, divisor: int) -> Form:
        """The quotient, rounded down."""
        whole: dict[Product, int] = {}
        rest: dict[Product, int] = {}
        for product, factor in self.terms:
            if not product:
                whole[product], rest[product] = divmod(factor, divisor)
            elif factor % divisor:
                rest[product] = factor
            else:
                whole[product] = factor // divisor
        return _form(whole).plus(_quotient(_form(rest), divisor))

    def fixed(self) -> int | None:
        """The number, where there is no symbol."""
        if not self.terms:
            return 0
        return self.terms[0][1] if len(self.terms) == 1 and not self.terms[0][0] else None

    def sides(self) -> tuple[Form, Form]:
        """What is added and what is taken away."""
        added = _form({product: factor for product, factor in self.terms if factor > 0})
        return added, added.plus(self.by(-1))

    @property
    def number(self) -> int:
        """What is added to the products."""
        return dict(self.terms).get((), 0)

    def at(self, sizes: Mapping[str, int]) -> int:
        """The number at these sizes of the symbols."""
        return sum(
            factor * prod(sizes[atom] if isinstance(atom, str) else atom.at(sizes) for atom in product)
            for product, factor in self.terms
        )

    @property
    def symbols(self) -> frozenset[str]:
        """The symbols in it."""
        found: set[str] = set()
        for product, _ in self.terms:
            for atom in product:
                found |= {atom} if isinstance(atom, str) else atom.of.symbols
        return frozenset(found)

    def _factored(self) -> tuple[Product, int]:
        """As one product and a number."""
        if len(self.terms) == 1:
            return self.terms[0]
        common = gcd(*(factor for _, factor in self.terms))
        inner = _form({product: factor // common for product, factor in self.terms})
        products = [(product, factor) for product, factor in inner.terms if product]
        if len(products) == 1 and products[0][1] == 1 and len(products[0][0]) == 1:
            (atom,) = products[0][0]
            if isinstance(atom, Quotient):
                return (Quotient(atom.of.plus(number(atom.by * inner.number)), atom.by),), common
        return (Quotient(inner, 1),), common


def number(value: int) -> Form:
    """A number as a formula."""
    return _form({(): value})


def symbol(name: str) -> Form:
    """A symbol as a formula."""
    return Form((((name,), 1),))


def _form(terms: Mapping[Product, int]) -> Form:
    return Form(tuple(sorted(((key, factor) for key, factor in terms.items() if factor), key=_order)))


def _order(term: tuple[Product, int]) -> tuple[bool, str]:
    return not term[0], repr(term[0])


def _quotient(form: Form, divisor: int) -> Form:
    """``form / divisor`` rounded down; its number is smaller than the divisor."""
    products = [(product, factor) for product, factor in form.terms if product]
    if not products or divisor == 1:
        return number(form.number // divisor) if not products else form
    if products[0][1] < 0:
        return form.by(-1).plus(number(divisor - 1)).over(divisor).by(-1)
    common = gcd(divisor, *(factor for _, factor in products))
    if common > 1:
        inner = _form({product: factor // common for product, factor in products})
        return inner.plus(number(form.number // common)).over(divisor // common)
    (product, factor) = products[0]
    if len(products) == 1 and factor == 1 and len(product) == 1 and isinstance(product[0], Quotient):
        inside = product[0]
        return inside.of.plus(number(inside.by * form.number)).over(inside.by * divisor)
    return _form({(Quotient(form, divisor),): 1})


MIRRORED: dict[Order, Order] = {
    operator.lt: operator.gt,
    operator.gt: operator.lt,
    operator.le: operator.ge,
    operator.ge: operator.le,
}


class Demand(NamedTuple):
    """A comparison of sizes that depend on several symbols: the step that made it, its place, and what it found."""

    step: str
    span: Span | None
    left: Form
    order: Order
    right: Form
    held: bool

    @property
    def symbols(self) -> frozenset[str]:
        """The symbols that it ties."""
        return self.left.plus(self.right.by(-1)).symbols

    def settled(self, least: Mapping[str, int]) -> bool:
        """Whether a size that must be large enough is, with the smallest sizes of all symbols: sizes only grow."""
        form, value, order = self.left, self.right.fixed(), self.order
        if value is None:
            form, value, order = self.right, self.left.fixed(), MIRRORED.get(self.order, self.order)
        if value is None or form.symbols - least.keys():
            return False
        if order in (operator.eq, operator.ne):
            return self.held == (order is operator.ne) and form.at(least) > value
        return order in (operator.gt, operator.ge) and self.held and order(form.at(least), value)


class Tracer(Watch[Form]):
    """Traces formulas; notes comparisons that tie symbols together."""

    def __init__(self) -> None:
        super().__init__()
        self.demands: list[Demand] = []
        self.pinned: dict[Form, int] = {}
        self.names: list[str] = []

    def constant(self, value: int) -> Form:
        """The number itself."""
        return number(value)

    def symbol(self, name: str, size: int) -> int:
        """The symbol ``name``, which is ``size`` now."""
        self.names.append(name)
        return Traced(size, symbol(name), self)

    def lost(self) -> None:
        """The condition may tie any symbols."""
        everything = Form(tuple(((name,), 1) for name in self.names))
        if len(self.names) > 1:
            self.demands.append(Demand(self.step, self.span, everything, operator.eq, everything.by(0), True))

    def compared(self, left: Form, right: Form, order: Order, held: bool) -> None:
        """Note it, if it ties symbols together or leaves a formula one value.

        Operations order sizes of different symbols only to say which is the larger; a ``require`` may mean it.
        """
        value = right.fixed()
        if value is not None and held == (order is operator.eq) and order in (operator.eq, operator.ne):
            self.pinned[left] = value
        demand = Demand(self.step, self.span, left, order, right, held)
        declared = self.step.rpartition(".")[2] == "require"
        product = max(len(left.symbols), len(right.symbols)) > 1
        if len(demand.symbols) > 1 and (declared or product or order in (operator.eq, operator.ne)):
            self.demands.append(demand)
