"""Equal branches side by side: the 32 paths of a ResNeXt block, or 16 convolutions of single maps, are told once."""

from __future__ import annotations

from cnndsl.backends.graphviz.chains import signed
from cnndsl.backends.graphviz.picture import Box, Cluster, Picture, boxes
from cnndsl.passes.notation import titled

FEWEST = 3
"""How many it takes: two equal branches are looked at one by one."""

Ways = dict[str, list[str]]


def abreast(picture: Picture) -> Picture:
    """The same picture with one branch for branches that say the same, read the same and are read by the same."""
    tails: Ways = {}
    heads: Ways = {}
    for arrow in picture.arrows:
        tails.setdefault(arrow.head, []).append(arrow.tail)
        heads.setdefault(arrow.tail, []).append(arrow.head)
    shown = {box.key: box for box in boxes(picture.members)}
    alike: dict[object, list[list[Box]]] = {}
    for branch in _branches(shown, tails, heads):
        flow = (tuple(tails.get(branch[0].key, ())), tuple(heads.get(branch[-1].key, ())))
        if all(flow):
            alike.setdefault((flow, *map(_says, branch)), []).append(branch)
    told: dict[str, list[Box]] = {}
    gone: set[str] = set()
    for branches in alike.values():
        if len(branches) >= FEWEST:
            told.update((row[0].key, list(row)) for row in zip(*branches, strict=True))
            gone.update(box.key for branch in branches[1:] for box in branch)
    arrows = tuple(arrow for arrow in picture.arrows if arrow.tail not in gone and arrow.head not in gone)
    return picture._replace(members=_without(picture.members, gone, told), arrows=arrows) if told else picture


def _branches(shown: dict[str, Box], tails: Ways, heads: Ways) -> list[list[Box]]:
    """The boxes in chains: each but the first is all that reads the one before, and reads nothing else."""
    made: dict[str, list[Box]] = {}
    for key, box in shown.items():
        before = tails.get(key, [])
        alone = len(before) == 1 and len(heads[before[0]]) == 1
        made[key] = made[before[0]] if alone else []
        made[key].append(box)
    return list({id(branch): branch for branch in made.values()}.values())


def _says(box: Box) -> object:
    """What a reader sees of it, apart from its label."""
    words = tuple((step.kind, step.block, titled(step.nodes[0], step.shape), signed(step)) for step in box.steps)
    return (words, box.main, box.before, box.shape, box.times, box.training, box.shared, box.mark)


def _without(
    members: tuple[Box | Cluster, ...], gone: set[str], told: dict[str, list[Box]]
) -> tuple[Box | Cluster, ...]:
    made: list[Box | Cluster] = []
    for member in members:
        if isinstance(member, Cluster):
            inside = _without(member.members, gone, told)
            made.extend([member._replace(members=inside)] if inside else [])
        elif member.key in told:
            row = told[member.key]
            params, macs = sum(box.params for box in row), sum(box.macs for box in row)
            made.append(member._replace(abreast=len(row), params=params, macs=macs))
        elif member.key not in gone:
            made.append(member)
    return tuple(made)
