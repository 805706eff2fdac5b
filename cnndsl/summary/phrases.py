"""The words of reasons: what a step does to a size, what a name in the text stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cnndsl.elaborate.values import show
from cnndsl.passes.provenance import UNKNOWN, Link, Number, script, tokens
from cnndsl.source import Source, Span
from cnndsl.syntax import tree

_LONG = 40
"""Characters of a value that are shown."""


class Note(NamedTuple):
    """What stands somewhere in the text; ``span`` None: it is known without looking there."""

    span: Span | None
    text: str


def how(link: Link) -> str:
    """How the size comes about."""
    cause = link.cause
    if cause is None:
        return "what it is given" if link.around else "the input"
    if cause is UNKNOWN:
        return "what it reads is not known"
    if cause.formula:
        return cause.formula
    field = cause.arguments[0] if cause.arguments else ""
    if field in ("", "dim"):
        return "one value for all"
    if field == "dims":
        return f"axis {cause.operands[0][1] + 1} of its input"
    if field == "like":
        words = tokens(link)
        return f"that of {words[0].text.rpartition('=')[2].strip()}" if words else "that of another value"
    if cause.operands:
        return "all of it, for -1"
    return f"{'one of ' if field in ('sizes', 'parts') else ''}its {field}"


def written(link: Link) -> list[Note]:
    """What stands there, on one line, of branches the words before them; and the call of a shared instance."""
    opening, brace, _ = link.node.span.text.partition("{")
    notes = [Note(link.node.span, f"{_line(opening)} {{ ... }}" if brace else _line(opening))]
    place = script.written(link.graph).get(link.node.name)
    if place is not None and isinstance(place.step, tree.Apply) and place.call is not place.step.call and place.call:
        notes.append(Note(place.call.span, _line(place.call.span.text)))
    return notes


def _line(text: str) -> str:
    return " ".join(text.split())


def told(numbers: Iterable[Number]) -> list[Note]:
    """What names stand for, but for those that hand on a value under the same name."""
    found: dict[Note, None] = {}
    for number in numbers:
        expression = number.expression
        if not (isinstance(expression, tree.Name) and expression.id == number.name):
            found[Note(number.span, _about(number))] = None
    return list(found)


def _about(number: Number) -> str:
    text = _line(number.expression.span.text) if number.expression is not None else ""
    plain = isinstance(number.expression, tree.Literal | tree.Size)
    value = text if plain else show(number.value)
    claim = f"{number.name} = {value}" if len(value) <= _LONG else f"{number.name} = {value[: _LONG - 3]}..."
    if number.how == "loop":
        header = _line(number.span.text) if number.span is not None else text
        return f"{claim} in round {number.round} of `{header}`" if number.round else f"{claim}, from `{header}`"
    if number.how == "bound":
        return (
            f"{number.name} = {number.span.text}" if number.span is not None else f"{claim}, handed on with its block"
        )
    if number.how == "asked":
        return f"{claim}, as asked"
    by_default = " by default" if number.how == "default" else ""
    return f"{claim}{by_default}" + (f", from `{text}`" if text and text != value else "")


def often(count: int) -> str:
    """``twice``, ``12 times``."""
    return "twice" if count == 2 else f"{count:,} times"


def together(names: Sequence[str]) -> str:
    """``layer{1..6}.conv`` for names that differ in one number, else the first and the last."""
    parts = [re.split(r"(\d+)", name) for name in names]
    if len({len(one) for one in parts}) == 1:
        changing = [place for place, words in enumerate(zip(*parts, strict=True)) if len(set(words)) > 1]
        if len(changing) == 1 and changing[0] % 2:
            (place,) = changing
            numbers = sorted(int(one[place]) for one in parts)
            if numbers == list(range(numbers[0], numbers[0] + len(names))):
                before, after = "".join(parts[0][:place]), "".join(parts[0][place + 1 :])
                return f"{before}{{{numbers[0]}..{numbers[-1]}}}{after}"
    return ", ".join(names) if len(names) <= 2 else f"{names[0]} ... {names[-1]}"


def listed(words: Sequence[str]) -> str:
    """``C, H and W``."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def place_of(span: Span | None, source: Source) -> str:
    """``line 12``, or ``other.cnn:12`` in another file than ``source``."""
    if span is None:
        return ""
    line = span.source.position(span.start)[0]
    return f"line {line}" if span.source is source else f"{span.source.name}:{line}"
