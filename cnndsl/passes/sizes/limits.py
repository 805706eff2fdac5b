"""Which step imposes which condition on the sizes that fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, pairwise
from typing import NamedTuple

from cnndsl.passes.sizes.sections import Section
from cnndsl.passes.sizes.sets import Sizes
from cnndsl.source import Span

_WIDEST = 20_000
"""So many sizes are looked at for remainders."""


class Limit(NamedTuple):
    """A condition: the step that imposes it, what that is, its place, and why it does not take ``size``."""

    text: str
    step: str
    kind: str
    span: Span
    size: int
    why: str


def limits(section: Section, name: str, default: int) -> tuple[Limit, ...]:
    """The conditions that leave the sizes that fit and no others: remainders, the smallest and the largest size."""
    sizes = section.sizes()
    if not sizes.residues and not sizes.first:
        return ()
    found = list(_remainders(section, sizes, name, default))
    made = [limit for _, limit in found]

    def regular(size: int) -> bool:
        return all(size in one for one, _ in found)

    bottom, top = sizes.known or (1, None)
    low = next(filter(regular, range(sizes.least - 1, bottom - 1, -1)), None)
    high = None
    if sizes.most is not None and sizes.most != top:
        high = next(filter(regular, count(sizes.most + 1)))
    lower, upper = (section.refusal(size) if size is not None else None for size in (low, high))
    if lower and upper and low and high and (lower.step, lower.span) == (upper.step, upper.span):
        only = f"{name} = {sizes.least}" if sizes.least == sizes.most else f"{sizes.least} <= {name} <= {sizes.most}"
        made.append(Limit(only, *upper[:3], high, upper.why))
    else:
        if lower and low:
            made.append(Limit(f"{name} >= {sizes.least}", *lower[:3], low, lower.why))
        if upper and high:
            made.append(Limit(f"{name} <= {sizes.most}", *upper[:3], high, upper.why))
    return (*made, *_gaps(section, sizes, name, regular))


def _remainders(section: Section, sizes: Sizes, name: str, default: int) -> Iterator[tuple[Sizes, Limit]]:
    """What steps refuse again and again; each needs to refuse only what those before it leave."""
    if sizes.residues:
        least, most = sizes.start, sizes.start + 2 * section.period - 1
    else:
        least, most = sizes.first[0], sizes.first[-1]
    most = min(most, least + _WIDEST)
    left = set(range(least, most + 1))
    for refused in section.refused(least, most):
        gone = left & refused
        left -= gone
        shortest = _shortest(gone, left, section.period)
        if not gone or not shortest:
            left |= gone
            continue
        allowed = Sizes.of((), 1, shortest, {size % shortest for size in left})
        if sizes.residues:
            gone = {max(size, size + (default - size) // section.period * section.period) for size in gone}
        size = min(gone, key=lambda one: (abs(one - default), one))
        fault = section.refusal(size)
        if fault is not None:
            yield allowed, Limit(allowed.text(name), *fault[:3], size, fault.why)


def _shortest(gone: set[int], left: set[int], longest: int) -> int:
    """The smallest period in ``longest`` by which the remainders of the two differ; 0: there is none."""
    for period in range(1, longest + 1):
        if longest % period == 0 and not {size % period for size in gone} & {size % period for size in left}:
            return period
    return 0


def _gaps(section: Section, sizes: Sizes, name: str, regular: Callable[[int], bool]) -> Iterator[Limit]:
    """Refusals among sizes that fit which do not repeat."""
    ranges = sizes.ranges()
    edges = [*ranges, (sizes.start, sizes.start)] if sizes.residues else ranges
    for (_, end), (begin, _) in list(pairwise(edges))[:4]:
        size = next(filter(regular, range(end + 1, begin)), None)
        fault = section.refusal(size) if size is not None else None
        if fault is not None and size is not None:
            gone = f"{name} != {end + 1}" if begin == end + 2 else f"{name} not in {end + 1}..{begin - 1}"
            yield Limit(gone, *fault[:3], size, fault.why)
