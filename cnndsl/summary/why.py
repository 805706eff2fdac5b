"""Why the sizes of a value are what they are, as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from cnndsl.diagnostics.excerpt import visible
from cnndsl.diagnostics.suggest import suggest
from cnndsl.graph import Graph
from cnndsl.passes.provenance import Tracer
from cnndsl.passes.provenance.places import Unknown, Use, Where, find, lines_of_steps, on_line
from cnndsl.shape import MEASURES, Shape
from cnndsl.source import Source
from cnndsl.summary.columned import Look, Row, columned
from cnndsl.summary.phrases import listed, place_of
from cnndsl.summary.reasons import Chain, Reason, chain, outline

ROWS = 40
"""Reasons after each other; of more the first and the last are shown."""


class NoPlace(ValueError):
    """There is nothing to explain under a name or on a line; ``help`` says where there is."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


class NotKnown(NoPlace):
    """There is such a step, and a mistake before it: nobody knows its shape."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the shape of {name} is not known", "a mistake comes before it")


class Told(NamedTuple):
    """Values with the same shape for the same reasons, and why."""

    names: list[str]
    uses: int
    shape: Shape
    reasons: list[tuple[list[int], Chain]]


def why(graph: Graph, place: str, asked: Iterable[str] = (), look: Look | None = None) -> str:
    """Why a step or one of its sizes is what it is: ``layer3.0.conv2``, ``layer3.0.conv2.height``; raises ``NoPlace``.

    ``asked`` are the parameters that the user gave.
    """
    where, measure = _find(graph, place)
    told = _tell(Use(where, 1), measure, Tracer(asked))
    return _written([told], graph, look or Look())


def why_line(
    networks: Mapping[str, Graph],
    source: Source,
    line: int,
    measure: str | None = None,
    asked: Iterable[str] = (),
    look: Look | None = None,
) -> str:
    """The same of all steps on a line, in the first network that uses it; raises ``NoPlace``."""
    if measure is not None and _letter(measure) is None:
        raise NoPlace(f"{measure} is no size", f"there are {', '.join(MEASURES)}")
    for graph in networks.values():
        uses = on_line(graph, source, line)
        if uses:
            known = [use for use in uses if use.first.value in use.first.graph.shapes]
            if not known:
                raise NotKnown(uses[0].first.name)
            tracer = Tracer(asked)
            return _written(_alike([_tell(use, measure, tracer) for use in known]), graph, look or Look())
    lines = sorted({number for graph in networks.values() for number in lines_of_steps(graph, source)})
    before = [number for number in lines if number < line][-1:]
    near = [*before, *[number for number in lines if number > line][:1]]
    where = f"line {near[0]}" if len(near) == 1 else f"lines {' and '.join(map(str, near))}"
    raise NoPlace(
        f"no step of a network stands on line {line} of {source.name}", f"the nearest are on {where}" if near else ""
    )


def _find(graph: Graph, place: str) -> tuple[Where, str | None]:
    """The value, and which of its sizes is meant."""
    if "" in place.split("."):
        raise NoPlace(f"`{place}` is not the name of a step", "as in layer3.0.conv2, or layer3.0.conv2.height")
    front, _, last = place.rpartition(".")
    measure = None
    try:
        where = find(graph, place)
    except Unknown as missing:
        if missing.known != front or not front:
            raise _nothing(graph, missing, ()) from None
        where = _front(graph, front, missing)
        measure = last
        if _letter(last) is None:
            shape = where.graph.shapes.get(where.value)
            raise _nothing(graph, missing, _measures(shape) if shape is not None else ()) from None
    if where.value not in where.graph.shapes:
        raise NotKnown(where.name)
    return where, measure


def _front(graph: Graph, front: str, missing: Unknown) -> Where:
    """What is meant, if the last word is a size of it."""
    try:
        return find(graph, front)
    except Unknown:
        raise _nothing(graph, missing, ()) from None


def _nothing(graph: Graph, missing: Unknown, measures: tuple[str, ...]) -> NoPlace:
    """``measures`` are the sizes of what the name begins with, if that is a value."""
    guess = suggest(missing.word, (*missing.others, *measures))
    if guess is not None:
        help = f"did you mean `{f'{missing.known}.{guess}'.lstrip('.')}`?"
    else:
        some = ", ".join(missing.others[:6]) + (", ..." if len(missing.others) > 6 else "")
        sizes = f"its sizes are {listed(measures)}" if measures else ""
        help = "; ".join(one for one in (f"there are {some}" if some else "", sizes) if one)
    return NoPlace(f"{missing.known or graph.name} has no {missing.word}", help)


def _measures(shape: Shape) -> tuple[str, ...]:
    return tuple(word for word, letter in MEASURES.items() if letter in shape.axes)


def _letter(measure: str) -> str | None:
    return MEASURES.get(measure, measure if measure in MEASURES.values() else None)


def _tell(use: Use, measure: str | None, tracer: Tracer) -> Told:
    where = use.first
    shape = where.graph.shapes[where.value]
    axes: Sequence[int] = range(shape.rank)
    if measure is not None:
        axis = shape.axes.find(_letter(measure) or "")
        if axis < 0:
            names = _measures(shape)
            raise NoPlace(f"{where.name} is {shape}: it has no {measure}", f"it has {listed(names)}" if names else "")
        axes = (axis,)
    found: dict[tuple[object, ...], tuple[list[int], Chain]] = {}
    for axis in axes:
        trail = tracer.trail(where.graph, where.value, axis, where.around)
        if trail is None:
            continue
        key = (shape.sizes[axis], outline(trail))
        if key in found:
            found[key][0].append(axis)
        else:
            found[key] = ([axis], chain(trail))
    return Told([where.name], use.times, shape, list(found.values()))


def _alike(told: list[Told]) -> list[Told]:
    """Steps after each other that have the same shape for the same reasons, told at once."""
    found: list[Told] = []
    for one in told:
        if found and found[-1][1:] == one[1:]:
            found[-1].names.extend(one.names)
        else:
            found.append(one)
    return found


def _written(told: Sequence[Told], graph: Graph, look: Look) -> str:
    blocks = []
    for one in told:
        source = graph.definition.span.source
        verb = "are" if len(one.names) > 1 else "is"
        text = f"{listed(one.names)} of {graph.name} {verb} {one.shape} (lines of {visible(source.name)})\n"
        if one.uses > 1:
            text += f"the first of {one.uses:,} uses\n"
        blocks.append(text)
        for axes, reasons in one.reasons:
            blocks.append(f"{_claim(one.shape, axes)}\n{columned(_rows(reasons, source, 0), look)}")
    return "\n".join(blocks)


def _claim(shape: Shape, axes: Sequence[int]) -> str:
    names = [shape.axes[axis] if shape.axes[axis] != "?" else f"axis {axis + 1}" for axis in axes]
    return f"{listed(names)} {_is(listed(names))} {shape.sizes[axes[0]]}"


def _is(names: str) -> str:
    return "are" if " and " in names else "is"


def _rows(reasons: Chain, source: Source, indent: int) -> list[Row]:
    more = len(reasons) - ROWS
    if more > 0:
        gap = Reason("...", f"{more:,} steps", "are not shown")
        reasons = (*reasons[: ROWS // 2], gap, *reasons[ROWS // 2 + more :])
    found: list[Row] = []
    for reason in reasons:
        found.append(Row(indent, reason.size, reason.name, reason.why))
        found += [Row(indent, "", place_of(note.span, source), note.text) for note in reason.notes]
        for heading, part in reason.parts:
            if heading:
                found.append(Row(indent + 1, "", f"{heading} {_is(heading)} {part[0].size}", "", True))
            found += _rows(part, source, indent + 1)
    return found
