"""Equal boxes side by side: sixteen small convolutions that read one map and are joined are told once."""

from __future__ import annotations

from cnndsl.backends.graphviz.chains import signed
from cnndsl.backends.graphviz.picture import Arrow, Box, Cluster, Picture, boxes
from cnndsl.passes.notation import titled

FEWEST = 3
"""How many it takes: two equal branches are looked at one by one."""


def abreast(picture: Picture) -> Picture:
    """The same picture with one box for boxes that say the same, read the same and are read by the same."""
    tails: dict[str, list[str]] = {}
    heads: dict[str, list[str]] = {}
    for arrow in picture.arrows:
        tails.setdefault(arrow.head, []).append(arrow.tail)
        heads.setdefault(arrow.tail, []).append(arrow.head)
    alike: dict[object, list[Box]] = {}
    for box in boxes(picture.members):
        if tails.get(box.key) and heads.get(box.key) and box.kind != "block":
            says = tuple((titled(step.nodes[0], step.shape), signed(step)) for step in box.steps)
            flow = (tuple(tails[box.key]), tuple(heads[box.key]), box.before, box.shape)
            alike.setdefault((says, flow, box.times, box.training, box.shared), []).append(box)
    told = {row[0].key: row for row in alike.values() if len(row) >= FEWEST}
    if not told:
        return picture
    gone = {box.key for row in told.values() for box in row[1:]}
    arrows = tuple(arrow for arrow in picture.arrows if not _touches(arrow, gone))
    return picture._replace(members=_without(picture.members, gone, told), arrows=arrows)


def _touches(arrow: Arrow, gone: set[str]) -> bool:
    return arrow.tail in gone or arrow.head in gone


def _without(
    members: tuple[Box | Cluster, ...], gone: set[str], told: dict[str, list[Box]]
) -> tuple[Box | Cluster, ...]:
    made: list[Box | Cluster] = []
    for member in members:
        if isinstance(member, Cluster):
            made.append(member._replace(members=_without(member.members, gone, told)))
        elif member.key in told:
            row = told[member.key]
            params, macs = sum(box.params for box in row), sum(box.macs for box in row)
            made.append(member._replace(abreast=len(row), params=params, macs=macs))
        elif member.key not in gone:
            made.append(member)
    return tuple(made)
