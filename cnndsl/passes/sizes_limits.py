"""Which step imposes which condition on the sizes that fit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from cnndsl.passes.sizes_sections import Section
from cnndsl.passes.sizes_sets import Sizes
from cnndsl.source import Span


class Limit(NamedTuple):
    """A condition: the step that imposes it, what that is, its place, and why it does not take ``size``."""

    text: str
    step: str
    kind: str
    span: Span
    size: int
    why: str


def limits(section: Section, name: str, default: int) -> tuple[Limit, ...]:
    """The conditions that leave the sizes that fit and no others: residues, then the smallest and the largest size."""
    sizes = section.sizes()
    if not sizes.residues and not sizes.first:
        return ()
    found = list(_residues(section, sizes, name, default))
    regular = [one for one, _ in found]
    low = next((size for size in range(sizes.least - 1, 0, -1) if all(size in one for one in regular)), None)
    high = sizes.most + 1 if sizes.most is not None and sizes.most != section.known else None
    made = [limit for _, limit in found]
    lower, upper = (section.refusal(size) if size is not None else None for size in (low, high))
    if lower is not None and upper is not None and lower.step == upper.step and low is not None and high is not None:
        only = f"{name} = {low + 1}" if low + 2 == high else f"{low + 1} <= {name} <= {high - 1}"
        return (*made, Limit(only, *upper[:3], high, upper.why), *_gaps(section, sizes, name, default))
    if lower is not None and low is not None:
        made.append(Limit(f"{name} >= {sizes.least}", *lower[:3], low, lower.why))
    if upper is not None and high is not None:
        made.append(Limit(f"{name} <= {sizes.most}", *upper[:3], high, upper.why))
    return (*made, *_gaps(section, sizes, name, default))


def _residues(section: Section, sizes: Sizes, name: str, default: int) -> Iterator[tuple[Sizes, Limit]]:
    """What steps refuse again and again; each needs to refuse only what those before it leave."""
    if not sizes.residues:
        return
    period = section.period
    left = set(range(period))
    for refused in section.refused():
        gone = {rest for rest in left if refused.residues and rest % refused.period in refused.residues}
        if not gone:
            continue
        kept = left - gone
        shortest = next(
            one
            for one in range(1, period + 1)
            if period % one == 0 and not {rest % one for rest in gone} & {rest % one for rest in kept}
        )
        allowed = Sizes.of((), 1, shortest, {rest % shortest for rest in kept})
        near = [one for one in refused.nearest(default) if one >= min(sizes.least, default)]
        size = min(near, key=lambda one: abs(one - default))
        fault = section.refusal(size)
        if fault is not None:
            yield allowed, Limit(allowed.text(name), *fault[:3], size, fault.why)
        left = kept


def _gaps(section: Section, sizes: Sizes, name: str, default: int) -> Iterator[Limit]:
    """Refusals among sizes that fit which do not repeat."""
    ranges = sizes.ranges()
    edges = [*ranges, (sizes.start, sizes.start)] if sizes.residues else ranges
    for (_, end), (begin, _) in list(pairwise(edges))[:4]:
        fault = section.refusal(end + 1)
        if fault is not None:
            gone = f"{name} != {end + 1}" if begin == end + 2 else f"{name} not in {end + 1}..{begin - 1}"
            yield Limit(gone, *fault[:3], end + 1, fault.why)
