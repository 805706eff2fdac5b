"""Counts with a unit that suits the largest of them: ``756 KiB``, ``23.3 K``, ``1.81 G``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Unit(NamedTuple):
    """``name`` stands for ``size`` things."""

    size: int
    name: str


_BYTES = (Unit(2**40, "TiB"), Unit(2**30, "GiB"), Unit(2**20, "MiB"), Unit(2**10, "KiB"), Unit(1, "B"))
_COUNTS = (Unit(10**12, "T"), Unit(10**9, "G"), Unit(10**6, "M"), Unit(10**3, "K"), Unit(1, ""))


def bytes_unit(values: Iterable[int]) -> Unit:
    """The unit for an axis with these numbers of bytes: the largest is at least 10 of it."""
    return _unit(_BYTES, max(values, default=0))


def count_unit(values: Iterable[int]) -> Unit:
    """The unit for an axis with these counts: the largest is at least 10 of it."""
    return _unit(_COUNTS, max(values, default=0))


def in_unit(value: int, unit: Unit) -> str:
    """The number alone, with three digits that count; ``<0.01`` where it would read as nothing."""
    number = value / unit.size
    if value and number < 0.01:
        return "<0.01"
    if number >= 100 or unit.size == 1:
        return f"{number:,.0f}"
    digits = 2 if number < 10 else 1
    return f"{number:.{digits}f}".rstrip("0").rstrip(".")


def spelled_bytes(value: int) -> str:
    """A number of bytes with the largest unit that it has at least one of."""
    return _spelled(value, _BYTES)


def spelled_count(value: int) -> str:
    """A count with the largest unit that it has at least one of."""
    return _spelled(value, _COUNTS)


def _unit(units: tuple[Unit, ...], largest: int) -> Unit:
    return next((unit for unit in units if largest >= 10 * unit.size), units[-1])


def _spelled(value: int, units: tuple[Unit, ...]) -> str:
    unit = next((unit for unit in units if value >= unit.size), units[-1])
    return f"{in_unit(value, unit)} {unit.name}".rstrip()
