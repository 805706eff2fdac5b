"""Skip connections: arrows whose head is also reached by a longer way."""

from __future__ import annotations

from cnndsl.backends.graphviz.picture import Arrow, Picture, boxes


def skips(picture: Picture) -> Picture:
    """The same picture with its skips marked; what is cropped or reshaped on its way is the same skip."""
    shown = list(boxes(picture.members))
    places = {box.key: 1 << index for index, box in enumerate(shown)}
    heads: dict[str, list[str]] = {box.key: [] for box in shown}
    for arrow in picture.arrows:
        if not arrow.sized:
            heads[arrow.tail].append(arrow.head)
    passing = {box.key for box in shown if box.kind == "shaping"}
    reach: dict[str, int] = {}
    ends: dict[str, int] = {}
    for box in reversed(shown):  # a box reads boxes that stand before it
        ways = heads[box.key]
        reach[box.key] = _union([places[head] | reach[head] for head in ways])
        ends[box.key] = _union([ends[head] for head in ways]) if box.key in passing and ways else places[box.key]
    skipping: set[str] = set()
    arrows: list[Arrow] = []
    for arrow in picture.arrows:
        around = _union([places[way] | reach[way] for way in heads[arrow.tail] if way != arrow.head])
        skip = not arrow.sized and (bool(around & ends[arrow.head]) or arrow.tail in skipping)
        if skip and arrow.head in passing:
            skipping.add(arrow.head)
        arrows.append(arrow._replace(skip=skip))
    return picture._replace(arrows=tuple(arrows))


def _union(sets: list[int]) -> int:
    """Sets of places, as bits of a number."""
    found = 0
    for one in sets:
        found |= one
    return found
