"""What is said of a change: where it is, what happened, and what follows from all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from cnndsl.passes.difference import Change, Consequence, Detail, Difference, Figures, Place
from cnndsl.summary.dotted import braced

_NAMES = 4
"""So many names are written out."""


class Style(NamedTuple):
    """How a name stands in a sentence, and what stands between before and after."""

    quote: Callable[[str], str]
    arrow: str


class Entry(NamedTuple):
    """A change in words; ``kind`` is that of the change, or ``follows``."""

    kind: str
    where: str
    what: str
    delta: Figures


def entries(found: Difference, style: Style) -> Iterator[Entry]:
    """All changes, and at the end what follows from them."""
    for change in found.changes:
        yield Entry(change.kind, _where(change, style), _what(change, style), change.delta)
    told = found.consequence
    if told.shapes or told.weights:
        yield Entry("follows", "what reads them", _consequence(told, style), told.delta)


def _where(change: Change, style: Style) -> str:
    prefix = f"{change.what} " if change.what in ("input", "output") else ""
    before = [place.before for place in change.places if place.before is not None]
    after = [place.after for place in change.places if place.after is not None]
    if not before or not after or before == after:
        return prefix + _names(after or before, style)
    sides = braced(before), braced(after)
    if len(sides[0]) == len(sides[1]) == 1:
        return f"{prefix}{style.quote(sides[0][0])} {style.arrow} {style.quote(sides[1][0])}"
    pairs = [f"{style.quote(one)} {style.arrow} {style.quote(other)}" for one, other in zip(before, after, strict=True)]
    return prefix + ", ".join(pairs if len(pairs) <= _NAMES else [*pairs[:2], "...", pairs[-1]])


def _names(names: Sequence[str], style: Style) -> str:
    short = braced(names)
    if len(short) > _NAMES:
        return f"{', '.join(map(style.quote, short[: _NAMES - 1]))} and {len(short) - _NAMES + 1} more"
    return ", ".join(map(style.quote, short))


def _what(change: Change, style: Style) -> str:
    """What happened, in words."""
    count = len(change.places)
    if change.kind == "renamed":
        return _renaming(change)
    if change.kind in ("added", "removed") and change.what == "output":
        return ""
    if change.what == "group":
        subject = f"{f'{count} groups' if count > 1 else 'group'} of {_number(change.layers, 'layer')}"
    else:
        subject = f"{count} x {style.quote(change.what)}" if count > 1 else style.quote(change.what)
        subject += f", {_number(change.layers, 'layer')}" if change.layers > count else ""
    told = list(change.details)
    if told and told[0].what == "operation":
        subject = f"{subject.removesuffix(style.quote(change.what))}{_turned(told.pop(0), style)}"
    details = ", ".join(f"{detail.what} {_turned(detail, style)}" for detail in told)
    if change.what in ("input", "output"):
        return details
    return (f"{subject}: {details}" if details else subject) + _shapes(change.places, style)


def _turned(detail: Detail, style: Style) -> str:
    before, after = (style.quote(value) if value else "nothing" for value in (detail.before, detail.after))
    return f"{before} {style.arrow} {after}"


def _renaming(change: Change) -> str:
    if change.what in ("input", "output"):
        return ""
    said = "renumbered" if change.what == "numbers" else "renamed"
    layers = f"{_number(change.layers, 'layer')} " if change.layers > 1 else ""
    keys = "weights keep their values, but their keys change"
    return f"{layers}{said}; {keys if change.keys else 'no weights'}"


def _shapes(places: Sequence[Place], style: Style) -> str:
    """The shapes of results, or what they go from and to; nothing where they are as they were."""
    pairs = list(dict.fromkeys((place.shape_before, place.shape_after) for place in places))
    if all(before == after for before, after in pairs):
        return ""
    shown = [f" {style.arrow} ".join(shape for shape in pair if shape is not None) for pair in pairs]
    return f", {shown[0]}" if len(shown) == 1 else f", {shown[0]} ... {shown[-1]}"


def _consequence(found: Consequence, style: Style) -> str:
    parts = []
    if found.shapes:
        first = found.shapes[0]
        example = f"{style.quote(first.after or '')} {first.shape_before} {style.arrow} {first.shape_after}"
        parts.append(f"other shapes of {_number(len(found.shapes), 'layer')}, as {example}")
    if found.weights:
        parts.append(f"weights of other sizes in {_number(found.weights, 'layer')}")
    return "; ".join(parts)


def loading(found: Difference, before: str, after: str) -> str:
    """Whether the weights of the one network, called ``before``, load into the other."""
    weights = found.weights
    if weights.loads:
        return f"the weights of {before} load into {after}"
    counts = {
        "missing": len(weights.missing),
        "unexpected": len(weights.unexpected),
        "of another size": len(weights.mismatched),
    }
    why = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    kept = len(weights.renamed)
    rest = f"; {kept} would fit under {'other keys' if kept > 1 else 'another key'}"
    return f"the weights of {before} do not load into {after}: {why}{rest if kept else ''}"


def alike(found: Difference) -> str:
    """What is said where nothing differs."""
    params = next(total.after for total in found.totals if total.name == "params") or 0
    layers = sum(mark.after is not None for mark in found.marks)
    return f"no difference: {_number(layers, 'step')}, {_number(params, 'parameter')}"


def _number(count: int, word: str) -> str:
    return f"{count:,} {word}{'s' * (count != 1)}"
