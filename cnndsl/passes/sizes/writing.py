"""Formulas as text, the shortest that is right for every size that fits: ``ceil(H/2)``, ``16*floor(H/16) - 4``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

from cnndsl.passes.sizes.forms import Atom, Form, Product, Quotient, Rounded, number, symbol
from cnndsl.passes.sizes.sets import Sizes


class _Line(NamedTuple):
    """``slope * symbol + number``."""

    symbol: str
    slope: Fraction
    number: Fraction


class Writer:
    """Writes formulas; ``fitting`` are the sizes that each symbol can have: among multiples of 16, H / 4 is exact."""

    def __init__(self, fitting: Mapping[str, Sizes], pinned: Mapping[Form, int]) -> None:
        self.fitting = fitting
        self.pinned = pinned
        self._texts: dict[Form, str] = {}

    def text(self, form: Form) -> str:
        """The formula; a number where what follows takes no other."""
        found = self._texts.get(form)
        if found is None:
            found = self._texts[form] = self._text(form)
        return found

    def _text(self, form: Form) -> str:
        value = form.fixed()
        if value is None and form not in map(symbol, form.symbols):
            value = self.pinned.get(form, self._only(form))
        return str(value) if value is not None else self._sum(form)

    def _only(self, form: Form) -> int | None:
        """The one value of a formula of one symbol that has several sizes."""
        if len(form.symbols) != 1:
            return None
        (name,) = form.symbols
        sizes = self.fitting.get(name)
        if sizes is None or sizes.residues or len(sizes.first) < 2:
            return None
        found = {form.at({name: size}) for size in sizes.first}
        return found.pop() if len(found) == 1 else None

    def _sum(self, form: Form) -> str:
        line = self._line(form)
        if line is not None:
            return _shortest(_lines(line))
        products = [(product, factor) for product, factor in form.terms if product]
        if len(products) == 1 and len(products[0][0]) == 1:
            ((atom,), factor) = products[0]
            if isinstance(atom, Quotient) and atom.by > 1:
                return _shortest(self._quotients(atom, factor, form.number))
        parts = [self._product(product, factor) for product, factor in products]
        return _joined([*parts, *([str(form.number)] if form.number else [])])

    def _product(self, product: Product, factor: int) -> str:
        if len(product) == 1 and isinstance(product[0], Quotient) and product[0].by > 1:
            return _shortest(self._quotients(product[0], factor, 0))
        words = [enclosed(self._atom(atom)) for atom in product]
        if factor not in (1, -1):
            words.insert(0, str(factor))
        return ("-" if factor == -1 else "") + "*".join(words)

    def _atom(self, atom: Atom) -> str:
        if isinstance(atom, str):
            return atom
        if isinstance(atom, Rounded):
            return f"floor({enclosed(self._sum(atom.of))}*{atom.factor!r})"
        if atom.by == 1:
            return self._sum(atom.of)
        return self._sum(Form((((atom,), 1),)))

    def _quotients(self, atom: Quotient, factor: int, rest: int) -> Iterator[str]:
        """``factor * atom + rest`` in all the ways of moving numbers in and out."""
        inside = atom.of.number
        shifts = {0, rest // factor, -(-rest // factor), -(inside // atom.by), -inside // atom.by}
        for shift in sorted(shifts, key=lambda shift: abs(rest - factor * shift)):
            shifted = atom.of.plus(number(atom.by * shift))
            left = rest - factor * shift
            for word, of in (("floor", shifted), ("ceil", shifted.plus(number(1 - atom.by)))):
                inner = self._sum(of)
                quotient = f"{word}({enclosed(inner, '/')}/{atom.by})"
                times = {1: quotient, -1: f"-{quotient}"}.get(factor, f"{factor}*{quotient}")
                yield _joined([times, *([str(left)] if left else [])])

    def _line(self, form: Form) -> _Line | None:
        """The formula as a line, where it is one for all sizes that fit."""
        symbols = form.symbols
        if len(symbols) != 1:
            return None
        (name,) = symbols
        slope, rest = Fraction(0), Fraction(form.number)
        for product, factor in form.terms:
            if len(product) > 1:
                return None
            if product:
                line = self._straight(name, product[0])
                if line is None:
                    return None
                slope, rest = slope + factor * line.slope, rest + factor * line.number
        return _Line(name, slope, rest)

    def _straight(self, name: str, atom: Atom) -> _Line | None:
        if isinstance(atom, str):
            return _Line(name, Fraction(1), Fraction(0))
        if isinstance(atom, Rounded):
            return None
        line = self._line(atom.of)
        if line is None:
            return None
        left_over = self._left_over(line, atom.by)
        if left_over is None:
            return None
        return _Line(name, line.slope / atom.by, (line.number - left_over) / atom.by)

    def _left_over(self, line: _Line, by: int) -> Fraction | None:
        """What is left over when the line is divided, where it is the same for all sizes that fit."""
        sizes = self.fitting.get(line.symbol)
        if by == 1:
            return Fraction(0)
        if (
            sizes is None
            or (sizes.residues and line.slope * sizes.period % by)
            or len(sizes.first) + len(sizes.residues) * 3 < 3
        ):
            return None
        starts = (*sizes.first, *(sizes.start - sizes.start % sizes.period + rest for rest in sizes.residues))
        found: set[Fraction] = set()
        for size in starts:
            found.add((line.slope * size + line.number) % by)
            if len(found) > 1:
                return None
        return found.pop()


def _lines(line: _Line) -> Iterator[str]:
    name, slope, rest = line
    common = lcm(slope.denominator, rest.denominator)
    whole, part = slope * common, rest * common
    times = name if whole == 1 else f"{whole}*{name}"
    above = _joined([times, *([str(part)] if part else [])])
    yield above if common == 1 else f"{enclosed(above, '/')}/{common}"
    if rest and rest.denominator == 1:
        short = name if slope.numerator == 1 else f"{slope.numerator}*{name}"
        yield _joined([short if slope.denominator == 1 else f"{short}/{slope.denominator}", str(rest)])


def _shortest(texts: Iterator[str]) -> str:
    return min(texts, key=lambda text: (len(text) + text.count("ceil"), "ceil" in text))


def _joined(parts: list[str]) -> str:
    text = parts[0]
    for part in parts[1:]:
        text += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
    return text


def enclosed(text: str, before: str = "*") -> str:
    """In parentheses, where the text is a sum (or a product that is divided)."""
    depth = 0
    for index, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth and ((letter in "+-" and index) or (letter == "/" and before == "*")):
            return f"({text})"
    return text


def reduced(left: Form, right: int) -> tuple[Form, int]:
    """``left = right`` without common factors."""
    common = gcd(right, *(factor for _, factor in left.terms))
    return Form(tuple((product, factor // common) for product, factor in left.terms)), right // common
