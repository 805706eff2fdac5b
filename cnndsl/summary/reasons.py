"""A trail as it is told: one reason after another, equal ones folded, branches where a size is made of several."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from cnndsl.ops.sums import total
from cnndsl.passes.provenance import Trail
from cnndsl.summary.phrases import Note, how, listed, often, together, told, written

DEEPEST = 8
"""Branches inside one another."""
TERMS = 12
"""Branches beside one another."""
NOTES = 4
"""Of several steps that are told of at once; of more the first is shown."""
MOST = 300
"""Reasons in all."""


class Reason(NamedTuple):
    """A step, or several that do the same; ``size`` is what it makes, ``why`` how, ``notes`` where the text says so.

    ``parts`` are the chains of what it is made of, each under a heading; only the last reason of a chain has some.
    """

    size: str
    name: str
    why: str
    notes: tuple[Note, ...] = ()
    parts: tuple[tuple[str, Chain], ...] = ()


Chain = tuple[Reason, ...]

_MORE = Reason("...", "what lies before is not shown", "")


def chain(trail: Trail) -> Chain:
    """The reasons of a trail, the nearest first; a part that comes again is told once."""
    return _chain(trail, _Listener(set()), 0)


class _Listener:
    """Who knows some trails already, and hears no more than ``MOST`` reasons."""

    def __init__(self, known: set[int]) -> None:
        self.known = known
        self.heard = 0


def _chain(trail: Trail, listener: _Listener, depth: int) -> Chain:
    found: list[Reason] = []
    current: Trail | None = trail
    while current is not None:
        listener.heard += 1
        if listener.heard > MOST:
            found.append(_MORE)
            break
        if id(current) in listener.known and current.sources:
            found.append(Reason(str(current.link.size), current.link.name, "as above"))
            break
        listener.known.add(id(current))
        run = _kept(current, listener.known)
        if len(run) > 1:
            found.append(_folded(run))
            current = run[-1].sources[0]
            continue
        terms = _terms(current)
        reason, following = _reason(current, terms), None
        if terms:
            reason = reason._replace(parts=_summed(terms, listener, depth))
        elif len(current.sources) > 1:
            reason = reason._replace(parts=_several(current, listener, depth))
        elif current.sources:
            following = current.sources[0]
        found.append(reason)
        current = following
    return _merged(found)


def outline(trail: Trail) -> tuple[object, ...]:
    """Equal for sizes that come about in the same way: the same steps with the same sums."""
    found: list[object] = []
    pending, seen = [trail], {id(trail)}
    while pending:
        current = pending.pop()
        cause = current.link.cause
        found.append((current.link.name, current.link.size, cause.formula if cause is not None else None))
        for source in current.sources:
            if id(source) not in seen:
                seen.add(id(source))
                pending.append(source)
    return tuple(found)


def _reason(trail: Trail, terms: Sequence[Trail]) -> Reason:
    link = trail.link
    why = total([one.link.size for one in terms], link.size) if terms else how(link)
    notes = [*written(link), *told(trail.numbers)]
    if trail.cut:
        notes.append(Note(None, "what lies before is not shown"))
    return Reason(str(link.size), link.name, why, tuple(notes))


def _kept(trail: Trail, known: set[int]) -> list[Trail]:
    """Steps after each other that keep the size by the same sum."""
    if not trail.link.keeps or len(trail.sources) != 1:
        return [trail]
    found = [trail]
    while True:
        after = found[-1].sources[0]
        alike = after.link.cause is not None and after.link.cause.formula == trail.link.cause.formula  # type: ignore[union-attr]
        if not alike or not after.link.keeps or len(after.sources) != 1 or id(after) in known:
            return found
        known.add(id(after))
        found.append(after)


def _folded(run: Sequence[Trail]) -> Reason:
    notes = dict.fromkeys(note for one in run for note in (*written(one.link), *told(one.numbers)))
    shown = tuple(notes) if len(notes) <= NOTES else tuple(notes)[:1]
    names = together([one.link.name for one in run])
    return Reason(str(run[0].link.size), names, f"{how(run[0].link)}, {often(len(run))}", shown)


def _merged(reasons: Sequence[Reason]) -> Chain:
    """Steps after each other that do the same, at once."""
    found = []
    for _, group in groupby(reasons, key=lambda one: (one.size, one.why, one.notes)):
        same = list(group)
        if len(same) > 1 and same[0].notes:
            names = together([one.name for one in same])
            found.append(same[-1]._replace(name=names, why=f"{same[0].why}, {often(len(same))}"))
        else:
            found.extend(same)
    return tuple(found)


def _terms(trail: Trail) -> list[Trail]:
    """What a sum of channels is the sum of, where all of it is known: sums in it are opened."""
    if not _is_sum(trail):
        return []
    found: list[Trail] = []
    pending = list(reversed(trail.sources))
    while pending:
        one = pending.pop()
        if _is_sum(one):
            pending.extend(reversed(one.sources))
        else:
            found.append(one)
    return found


def _is_sum(trail: Trail) -> bool:
    link = trail.link
    summed = link.node.kind == "concat" and link.cause is not None and bool(link.cause.formula)
    return summed and len(trail.sources) == len(link.before)


def _summed(terms: Sequence[Trail], listener: _Listener, depth: int) -> tuple[tuple[str, Chain], ...]:
    """The terms of a sum; those after each other that come from the same place of the text at once."""
    if depth >= DEEPEST:
        return (("", (_MORE,)),)
    groups = [list(group) for _, group in groupby(terms, key=_origin)]
    shown = groups if len(groups) <= TERMS else groups[: TERMS - 1]
    parts = [("", _term(group, listener, depth)) for group in shown]
    if len(groups) > len(shown):
        hidden = sum(map(len, groups[len(shown) :]))
        parts.append(("", (Reason("...", f"and {hidden:,} more", ""),)))
    return tuple(parts)


def _origin(trail: Trail) -> tuple[object, ...]:
    link = trail.link
    numbers = tuple((one.name, str(one.value), one.span) for one in trail.numbers)
    return (link.size, link.node.span, link.axis, numbers, id(trail) if trail.sources else 0)


def _term(group: Sequence[Trail], listener: _Listener, depth: int) -> Chain:
    """A term, and under it what it comes from, so that nobody takes that for another term."""
    first, *others = _chain(group[0], listener, depth + 1)
    if others:
        first = first._replace(parts=(("", tuple(others)),))
    if len(group) > 1:
        names = together([one.link.name for one in group])
        first = first._replace(name=names, why=f"{first.why}, {often(len(group))}")
    return (first,)


def _several(trail: Trail, listener: _Listener, depth: int) -> tuple[tuple[str, Chain], ...]:
    """What a size is made of, other than by a sum; axes with the same reasons at once."""
    if depth >= DEEPEST:
        return (("", (_MORE,)),)
    found: dict[tuple[object, ...], tuple[list[str], Chain]] = {}
    for heading, source in zip(_headings(trail), trail.sources, strict=True):
        key = outline(source)
        if key in found:
            found[key][0].append(heading)
        else:
            found[key] = ([heading], _chain(source, listener, depth + 1))
    return tuple((listed(headings), reasons) for headings, reasons in found.values())


def _headings(trail: Trail) -> list[str]:
    """The letters of what is read, and the names of sizes in arguments."""
    link = trail.link
    operands = link.cause.operands if link.cause is not None else ()
    letters = [link.graph.shapes[link.node.operands[slot]].axes[axis] for slot, axis in operands][: trail.operands]
    read = [number.name for number in trail.numbers if number.how == "size"]
    names = [*letters, *read]
    return [*names, *("?" for _ in trail.sources[len(names) :])][: len(trail.sources)]
