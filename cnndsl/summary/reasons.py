"""A trail as it is told: one reason after another, equal ones folded, branches where a size is made of several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from cnndsl.elaborate.values import show
from cnndsl.ops.sums import total
from cnndsl.passes.provenance import UNKNOWN, Link, Number, Trail, tokens
from cnndsl.source import Source, Span
from cnndsl.syntax import tree

DEEPEST = 8
"""Branches inside one another."""
TERMS = 12
"""Branches beside one another."""


_LONG = 40
"""Characters of a value that are shown."""


class Note(NamedTuple):
    """What stands somewhere in the text; ``span`` None: it is known without looking there."""

    span: Span | None
    text: str


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


def chain(trail: Trail, told: set[int] | None = None, depth: int = 0) -> Chain:
    """The reasons of a trail, the nearest first; what was ``told`` before is not told again."""
    told = told if told is not None else set()
    found: list[Reason] = []
    current: Trail | None = trail
    while current is not None:
        if id(current) in told and current.sources:
            found.append(Reason(str(current.link.size), current.link.name, "as above"))
            break
        told.add(id(current))
        run = _run(current, told)
        if len(run) > 1:
            found.append(_folded(run, f"{current.link.cause.formula}" if current.link.cause else ""))
            current = run[-1].sources[0]
            continue
        terms = _terms(current)
        reason = _reason(current, terms)
        following: Trail | None = None
        if len(terms) > 1 or len(current.sources) > 1:
            reason = reason._replace(parts=_parts(current, terms, told, depth))
        elif current.sources:
            following = current.sources[0]
        found.append(reason)
        current = following
    return _merged(found)


def _merged(reasons: Sequence[Reason]) -> Chain:
    """Steps after each other that do the same, at once."""
    found = []
    for _, group in groupby(reasons, key=lambda one: (one.size, one.why, one.notes)):
        same = list(group)
        if len(same) > 1 and not same[0].parts and same[0].notes:
            names = together([one.name for one in same])
            found.append(same[0]._replace(name=names, why=f"{same[0].why}, {_often(len(same))}", parts=same[-1].parts))
        else:
            found.extend(same)
    return tuple(found)


def _often(count: int) -> str:
    return "twice" if count == 2 else f"{count:,} times"


def _run(trail: Trail, told: set[int]) -> list[Trail]:
    """Steps after each other that keep the size by the same sum."""
    found = [trail]
    while found[-1].link.keeps and len(found[-1].sources) == 1:
        after = found[-1].sources[0]
        if not after.link.keeps or after.link.cause is None or id(after) in told:
            break
        if trail.link.cause is None or after.link.cause.formula != trail.link.cause.formula or len(after.sources) != 1:
            break
        told.add(id(after))
        found.append(after)
    return found if found[-1].link.keeps and len(found[-1].sources) == 1 else found[:1]


def _terms(trail: Trail) -> list[Trail]:
    """What a sum of channels is the sum of: sums in it are opened."""
    if not _is_sum(trail) or trail.operands < 2:
        return []
    found: list[Trail] = []
    pending = list(reversed(trail.sources[: trail.operands]))
    while pending:
        one = pending.pop()
        if _is_sum(one) and one.operands > 1 and one.operands == len(one.link.before):
            pending.extend(reversed(one.sources[: one.operands]))
        else:
            found.append(one)
    return found


def _is_sum(trail: Trail) -> bool:
    link = trail.link
    return link.node.kind == "concat" and link.cause is not None and bool(link.cause.formula)


def _reason(trail: Trail, terms: Sequence[Trail]) -> Reason:
    link = trail.link
    cause = link.cause
    if terms and len(trail.sources) == len(link.before):
        why = total([one.link.size for one in terms], link.size)
    elif cause is None:
        why = "the input"
    elif cause is UNKNOWN:
        why = "what it reads is not known"
    elif cause.formula:
        why = cause.formula
    elif not cause.arguments:
        why = "one value for all"
    elif cause.operands:
        why = _taken(link, cause.arguments[0])
    else:
        field = cause.arguments[0]
        why = f"{'one of ' if field in ('sizes', 'parts') else ''}its {field}"
    notes = [Note(link.node.span, _words(link)), *_told(trail.numbers)]
    if trail.cut:
        notes.append(Note(None, "what lies before is not shown"))
    return Reason(str(link.size), link.name, why, tuple(notes))


def _taken(link: Link, field: str) -> str:
    if field == "like":
        words = tokens(link)
        return f"that of {words[0].text.partition('=')[2] or words[0].text}" if words else "that of another value"
    axis = (link.cause.operands if link.cause is not None else ((0, 0),))[0][1] + 1
    return f"axis {axis} of its input" if field == "dims" else "all of it, for -1"


def _words(link: Link) -> str:
    """What stands there, on one line; of branches the word before them."""
    text = link.node.span.text
    opening, brace, _ = text.partition("{")
    return f"{' '.join(opening.split())} {{ ... }}" if brace else " ".join(text.split())


def _told(numbers: Iterable[Number]) -> list[Note]:
    """The names in the arguments, but for those that hand on a value under the same name."""
    found: dict[Note, None] = {}
    for number in numbers:
        expression = number.expression
        if isinstance(expression, tree.Name) and expression.id == number.name:
            continue
        found[Note(number.span, _about(number))] = None
    return list(found)


def _about(number: Number) -> str:
    text = " ".join(number.expression.span.text.split()) if number.expression is not None else ""
    value = show(number.value)
    if isinstance(number.expression, tree.Literal | tree.Size):
        value = text
    claim = f"{number.name} = {value}" if len(value) <= _LONG else f"{number.name} is {value[: _LONG - 3]}..."
    if number.how == "loop":
        header = " ".join(number.span.text.split()) if number.span is not None else text
        return f"{claim} in round {number.round} of `{header}`" if number.round else f"{claim}, from `{header}`"
    if number.how == "bound":
        return f"{claim}, from a `with`" if number.span is not None else claim
    by_default = " by default" if number.how == "default" else ""
    source = f", from `{text}`" if text and text != value else ", as asked" if number.how == "asked" else ""
    return f"{claim}{by_default}{source}"


def _parts(trail: Trail, terms: Sequence[Trail], told: set[int], depth: int) -> tuple[tuple[str, Chain], ...]:
    if depth >= DEEPEST:
        return (("", (Reason("...", "", "what lies before is not shown"),)),)
    if terms and len(trail.sources) == len(trail.link.before):
        groups = [list(group) for _, group in groupby(terms, key=_alike)]
        shown = groups if len(groups) <= TERMS else [*groups[: TERMS - 2], groups[-1]]
        parts = [("", _term(group, told, depth)) for group in shown]
        if len(groups) > len(shown):
            count = sum(map(len, groups)) - sum(map(len, shown))
            parts.insert(-1, ("", (Reason("...", "", f"and {count} more"),)))
        return tuple(parts)
    found: dict[tuple[object, ...], tuple[list[str], Chain]] = {}
    for heading, source in zip(_headings(trail), trail.sources, strict=True):
        key = outline(source)
        if key in found:
            found[key][0].append(heading)
        else:
            found[key] = ([heading], chain(source, told, depth + 1))
    return tuple((listed(headings), told_so) for headings, told_so in found.values())


def _headings(trail: Trail) -> list[str]:
    """The letters of what is read, and the names of sizes in arguments."""
    link = trail.link
    operands = link.cause.operands if link.cause is not None else ()
    letters = [link.graph.shapes[link.node.operands[slot]].axes[axis] for slot, axis in operands][: trail.operands]
    read = [number.name for number in trail.numbers if number.how == "size"]
    names = [*letters, *read]
    return [*names, *("?" for _ in trail.sources[len(names) :])][: len(trail.sources)]


def _alike(trail: Trail) -> tuple[object, ...]:
    """Equal for terms of a sum that are told at once: they stand at the same place in the text."""
    link = trail.link
    numbers = tuple((one.name, str(one.value), one.span) for one in trail.numbers)
    return (link.size, link.node.span, link.axis, numbers, not trail.sources or id(trail))


def _term(group: Sequence[Trail], told: set[int], depth: int) -> Chain:
    first, *others = chain(group[0], told, depth + 1)
    if len(group) > 1:
        first = first._replace(
            size=f"{len(group)} * {first.size}", name=together([one.link.name for one in group]), parts=first.parts
        )
    return (first, *others)


def _folded(run: Sequence[Trail], formula: str) -> Reason:
    names = [one.link.name for one in run]
    notes = {Note(one.link.node.span, _words(one.link)): None for one in run}
    where = list(notes)[:1] if len(notes) > 3 else list(notes)
    return Reason(str(run[0].link.size), together(names), f"{formula}, {_often(len(run))}", tuple(where))


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


def together(names: Sequence[str]) -> str:
    """``layer{1..6}.conv`` for names that differ in one number, else the first and the last."""
    parts = [re.split(r"(\d+)", name) for name in names]
    if len({len(one) for one in parts}) == 1:
        changing = [place for place, words in enumerate(zip(*parts, strict=True)) if len(set(words)) > 1]
        if len(changing) == 1 and changing[0] % 2:
            numbers = [int(one[changing[0]]) for one in parts]
            step = numbers[1] - numbers[0]
            if abs(step) == 1 and numbers == list(range(numbers[0], numbers[-1] + step, step)):
                low, high = sorted((numbers[0], numbers[-1]))
                before, after = parts[0][: changing[0]], parts[0][changing[0] + 1 :]
                return f"{''.join(before)}{{{low}..{high}}}{''.join(after)}"
    return ", ".join(names) if len(names) <= 2 else f"{names[0]} ... {names[-1]}"


def place_of(span: Span | None, source: Source) -> str:
    """``line 12``, or ``other.cnn:12`` in another file than ``source``."""
    if span is None:
        return ""
    line = span.source.position(span.start)[0]
    return f"line {line}" if span.source is source else f"{span.source.name}:{line}"


def listed(words: Sequence[str]) -> str:
    """``C, H and W``."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
