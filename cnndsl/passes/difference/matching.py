"""Which layer of one network is which of another.

Author's labels are matched first, level by level; what has none is aligned in the order of the text, by what it is.
What is left is aligned across levels, where enough of it fits, and at last what is there once on both sides has moved.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from cnndsl.passes.difference.layers import Group, Layer, Layers
from cnndsl.passes.difference.sequences import Pairs, common, heaviest, likest

Child = Group | Layer


class Matching(NamedTuple):
    """Places of the same layer in both networks, sorted by the first; ``moved`` are those out of the common order."""

    pairs: tuple[tuple[int, int], ...]
    moved: frozenset[tuple[int, int]]


def match(before: Layers, after: Layers) -> Matching:
    """The layers that two networks have in common; the other way round, the same pairs turned."""
    if _turned(before, after):
        pairs, moved = _match(after, before)
        turned = tuple(sorted((right, left) for left, right in pairs))
        return Matching(turned, frozenset((right, left) for left, right in moved))
    return _match(before, after)


def _turned(before: Layers, after: Layers) -> bool:
    """Whether the second network is looked at first: an order of networks, so that both ways give the same pairs."""
    if len(before.flat) != len(after.flat):
        return len(before.flat) > len(after.flat)
    for one, other in zip(before.flat, after.flat, strict=True):
        keys = [(layer.name, repr(layer.loose), layer.operands, str(layer.shape)) for layer in (one, other)]
        if keys[0] != keys[1]:
            return keys[0] > keys[1]
    return False


def _match(before: Layers, after: Layers) -> Matching:
    matcher = _Matcher(before, after)
    matcher.level(before.root, after.root)
    matcher.across()
    matcher.strays()
    pairs = matcher.sorted()
    return Matching(tuple(pairs), frozenset(pairs) - matcher.in_order(pairs))


class _Matcher:
    """``to`` holds the pairs found so far, by the layer before."""

    def __init__(self, before: Layers, after: Layers) -> None:
        self.before = before
        self.after = after
        self.to: dict[int, int] = {}
        numbers: dict[object, int] = {}
        for network in (before, after):
            for layer in network.flat:
                layer.loose = _number(layer.loose, numbers)
                layer.content = _number(layer.content, numbers)
            _describe(network.root, numbers)

    def sorted(self) -> list[tuple[int, int]]:
        """The pairs by the place before."""
        return sorted(self.to.items())

    def in_order(self, pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
        """Pairs of which none crosses another, layers with weights before others."""
        return heaviest(pairs, [3 if self.before.flat[left].weights else 1 for left, _ in pairs])

    def pair(self, one: Child, other: Child) -> None:
        """Two children that are the same."""
        if isinstance(one, Layer) and isinstance(other, Layer):
            self.to[one.index] = other.index
        elif isinstance(one, Group) and isinstance(other, Group):
            self.level(one, other)

    def level(self, one: Group, other: Group) -> None:
        """The children of two levels that are the same: labels are fixed points, the rest lies between them."""
        if one.content == other.content:
            self.to.update(
                (ours.index, theirs.index) for ours, theirs in zip(one.layers(), other.layers(), strict=True)
            )
            return
        labels = _labelled(one.children, other.children)
        for first, second in labels:
            self.pair(one.children[first], other.children[second])
        fixed = heaviest(labels, [1] * len(labels))
        known = ({first for first, _ in labels}, {second for _, second in labels})
        places = [(-1, -1), *sorted(fixed), (len(one.children), len(other.children))]
        for (left, right), (end, stop) in pairwise(places):
            ours = [one.children[place] for place in range(left + 1, end) if place not in known[0]]
            theirs = [other.children[place] for place in range(right + 1, stop) if place not in known[1]]
            for child, same in aligned(ours, theirs, Group):
                self.pair(child, same)

    def across(self) -> None:
        """What is left between two layers that are the same: in other levels, under other names."""
        back = set(self.to.values())
        fixed = sorted(self.in_order(self.sorted()))
        places = [(-1, -1), *fixed, (len(self.before.flat), len(self.after.flat))]
        for (left, right), (end, stop) in pairwise(places):
            ours = [layer for layer in self.before.flat[left + 1 : end] if layer.index not in self.to]
            theirs = [layer for layer in self.after.flat[right + 1 : stop] if layer.index not in back]
            found = aligned(ours, theirs, Layer) if ours and theirs else []
            enough = _enough([first for first, _ in found], ours, theirs)
            for first, second in found:
                if enough or _at_home(first, second):
                    self.pair(first, second)

    def strays(self) -> None:
        """What is left once on both sides, levels before layers; not between networks that have little in common."""
        if 3 * len(self.to) < min(len(self.before.flat), len(self.after.flat)):
            return
        for whole in (True, False):
            back = set(self.to.values())
            ours = _once(_left(self.before.root, self.to, whole))
            theirs = _once(_left(self.after.root, back, whole))
            for content, child in ours.items():
                if content in theirs:
                    self.pair(child, theirs[content])


def _number(value: object, numbers: dict[object, int]) -> int:
    return numbers.setdefault(value, len(numbers))


def _describe(group: Group, numbers: dict[object, int]) -> None:
    """What is in a level, as a number, and how many operations of each kind."""
    kinds: dict[str, int] = {}
    for child in group.children:
        if isinstance(child, Group):
            _describe(child, numbers)
        inner = child.kinds if isinstance(child, Group) else {child.kind: 1}
        for kind, times in inner.items():
            kinds[kind] = kinds.get(kind, 0) + times
    group.kinds = kinds
    group.content = _number(tuple((child.label, child.content) for child in group.children), numbers)


def _labelled(one: Sequence[Child], other: Sequence[Child]) -> Pairs:
    """Places of children with the same label, both layers or both levels; where there are several, one by one."""
    places: dict[object, list[int]] = {}
    for place, child in enumerate(other):
        if child.label is not None:
            places.setdefault((child.label, type(child)), []).append(place)
    pairs = []
    for place, child in enumerate(one):
        found = places.get((child.label, type(child))) if child.label is not None else None
        if found:
            pairs.append((place, found.pop(0)))
    return pairs


def aligned(ours: Sequence[Child], theirs: Sequence[Child], sort: type[Child]) -> list[tuple[Child, Child]]:
    """Children in one order: equal ones, between them those of equal arguments, between these what is alike."""
    rungs: list[Callable[[Sequence[Child], Sequence[Child]], Pairs]] = [
        lambda one, other: common(_keys(one, True), _keys(other, True)),
        lambda one, other: common(_keys(one, False), _keys(other, False)),
        lambda one, other: likest(one, other, lambda left, right: likeness(left, right, sort)),
    ]
    return list(_climb(ours, theirs, rungs))


def _climb(
    ours: Sequence[Child],
    theirs: Sequence[Child],
    rungs: Sequence[Callable[[Sequence[Child], Sequence[Child]], Pairs]],
) -> Iterator[tuple[Child, Child]]:
    if not ours or not theirs or not rungs:
        return
    found = rungs[0](ours, theirs)
    places = [(-1, -1), *found, (len(ours), len(theirs))]
    for (left, right), (end, stop) in pairwise(places):
        yield from _climb(ours[left + 1 : end], theirs[right + 1 : stop], rungs[1:])
        if end < len(ours):
            yield ours[end], theirs[stop]


def _keys(children: Sequence[Child], strict: bool) -> list[Hashable]:
    """What children are compared by: all that they are, or without their sizes; of a level, which kinds it has."""
    if strict:
        return [child.content for child in children]
    return [child.loose if isinstance(child, Layer) else tuple(sorted(child.kinds.items())) for child in children]


def likeness(one: Child, other: Child, sort: type[Child]) -> float:
    """How much two layers, or two levels, have in common; 0: they are not the same thing."""
    if not isinstance(one, sort) or not isinstance(other, sort):
        return 0
    if isinstance(one, Layer) and isinstance(other, Layer):
        near = (one.level.path == other.level.path) + (one.label is not None and one.label == other.label)
        weighted = bool(one.weights) and bool(other.weights)
        if one.kind == other.kind:
            same = sum(left == right for left, right in zip(one.arguments, other.arguments, strict=True))
            return 4 + near + 4 * weighted + 2 * same / max(1, len(one.arguments))
        return 2 + near if one.family == other.family and bool(one.weights) == bool(other.weights) else 0
    if isinstance(one, Group) and isinstance(other, Group):
        kinds = one.kinds.keys() | other.kinds.keys()
        both = [(one.kinds.get(kind, 0), other.kinds.get(kind, 0)) for kind in kinds]
        share = sum(map(min, both)) / max(1, sum(map(max, both)))
        return 3 + 3 * share if share >= 0.5 else 2 if one.block is not None and one.block == other.block else 0
    return 0


def _at_home(one: Child, other: Child) -> bool:
    """Whether two layers are of one kind and stand in one level."""
    return (
        isinstance(one, Layer)
        and isinstance(other, Layer)
        and one.kind == other.kind
        and one.level.path == other.level.path
    )


def _enough(found: Sequence[Child], ours: Sequence[Layer], theirs: Sequence[Layer]) -> bool:
    """Whether what is found is half of the layers with weights on both sides: else it is something else."""
    weighted = [sum(bool(layer.weights) for layer in layers) for layers in (ours, theirs)]
    paired = sum(isinstance(layer, Layer) and bool(layer.weights) for layer in found)
    return 2 * paired >= max(weighted)


def _left(group: Group, known: dict[int, int] | set[int], whole: bool) -> Iterator[Child]:
    """Levels of which nothing is known, the outermost of them, or the layers that are not known."""
    for child in group.children:
        if isinstance(child, Layer):
            if not whole and child.index not in known:
                yield child
        elif whole and all(layer.index not in known for layer in child.layers()):
            yield child
        else:
            yield from _left(child, known, whole)


def _once(children: Iterator[Child]) -> dict[object, Child]:
    found: dict[object, list[Child]] = {}
    for child in children:
        found.setdefault(child.content, []).append(child)
    return {content: several[0] for content, several in found.items() if len(several) == 1}
