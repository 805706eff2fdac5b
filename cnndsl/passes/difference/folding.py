"""Changes to read: a block that comes or goes whole is one, and so is the same change of many layers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from cnndsl.passes.difference.layers import Group, Layer, Layers, shape_text
from cnndsl.passes.difference.pairs import Compared, Detail, renamed, renumbered
from cnndsl.passes.difference.writing import written

Kind = Literal["added", "removed", "changed", "moved", "renamed"]


class Figures(NamedTuple):
    """Parameters, MACs and bytes of results in float32, at batch 1."""

    params: int = 0
    macs: int = 0
    memory: int = 0

    def __add__(self, other: object) -> Figures:
        return Figures(*map(sum, zip(self, other, strict=True))) if isinstance(other, Figures) else NotImplemented

    def __neg__(self) -> Figures:
        return Figures(*(-number for number in self))


class Place(NamedTuple):
    """Where a change is: dotted names and shapes of results in both networks, None on the side that has none."""

    before: str | None
    after: str | None
    shape_before: str | None = None
    shape_after: str | None = None


class Change(NamedTuple):
    """One change, in one or several places.

    ``what`` is the layer as the language writes it, or its operation, or the name of a block, ``group``, ``input`` or
    ``output``; of what is renamed ``layers``, or ``numbers`` where nobody chose the names.
    ``layers`` counts operations, ``keys`` those keys of weights that are others. ``delta`` is what it adds in all.
    """

    kind: Kind
    what: str
    places: tuple[Place, ...]
    details: tuple[Detail, ...] = ()
    layers: int = 1
    keys: int = 0
    delta: Figures = Figures()

    @property
    def before(self) -> str | None:
        """The first name in the network before."""
        return self.places[0].before

    @property
    def after(self) -> str | None:
        """The first name in the network after."""
        return self.places[0].after


class Found(NamedTuple):
    """A change before it is folded: ``fold`` tells which others it is one with, ``order`` where it is read."""

    fold: object
    order: tuple[float, int]
    change: Change


def figures(layer: Layer) -> Figures:
    """What a layer has."""
    return Figures(layer.params, layer.macs, layer.memory)


def folded(found: Iterable[Found]) -> tuple[Change, ...]:
    """Changes that are one, joined; in the order of the network."""
    joined: dict[object, list[Found]] = {}
    for one in sorted(found, key=lambda one: one.order):
        joined.setdefault((one.change.kind, one.fold), []).append(one)
    changes = []
    for several in joined.values():
        first = several[0].change
        total = sum((one.change.delta for one in several), Figures())
        places = tuple(dict.fromkeys(place for one in several for place in one.change.places))
        layers, keys = sum(one.change.layers for one in several), sum(one.change.keys for one in several)
        changes.append(first._replace(places=places, layers=layers, keys=keys, delta=total))
    return tuple(changes)


def one_sided(compared: Compared, kind: Kind) -> Iterator[Found]:
    """What only the network before has (``removed``), or only the one after (``added``)."""
    network, known = (
        (compared.before, compared.to.keys()) if kind == "removed" else (compared.after, compared.back.keys())
    )
    places = _orders(compared, network)
    for child in _unknown(network.root, known):
        layers = [child] if isinstance(child, Layer) else list(child.layers())
        name, shape = ".".join(child.path) if isinstance(child, Group) else child.name, shape_text(layers[-1].shape)
        place = Place(name, None, shape, None) if kind == "removed" else Place(None, name, None, shape)
        total = sum(map(figures, layers), Figures())
        what = written(child) if isinstance(child, Layer) else child.block or "group"
        fold = what if isinstance(child, Layer) else (what, tuple(sorted(child.kinds.items())))
        order = (places[layers[0].index], 0 if kind == "removed" else 1)
        delta = total if kind == "added" else -total
        yield Found(fold, order, Change(kind, what, (place,), layers=len(layers), delta=delta))


def _unknown(group: Group, known: Iterable[int]) -> Iterator[Group | Layer]:
    """The outermost levels of which nothing is known, and layers by themselves."""
    for child in group.children:
        if isinstance(child, Layer):
            if child.index not in known:
                yield child
        elif all(layer.index not in known for layer in child.layers()):
            yield child
        else:
            yield from _unknown(child, known)


def _orders(compared: Compared, network: Layers) -> list[float]:
    """Where a layer is read: at its place after, or behind what stood before it."""
    if network is compared.after:
        return [float(layer.index) for layer in network.flat]
    orders, last = [], -1.0
    for layer in network.flat:
        last = float(compared.to[layer.index]) if layer.index in compared.to else last
        orders.append(last if layer.index in compared.to else last + 0.5)
    return orders


def paired(compared: Compared) -> Iterator[Found]:
    """Changed, moved and renamed layers."""
    for left, right in compared.matching.pairs:
        one, other = compared.before.flat[left], compared.after.flat[right]
        details, starts, reads = compared.told(left, right)
        place = Place(one.name, other.name, shape_text(one.shape), shape_text(other.shape))
        keys = sum(key not in other.weights for key in one.weights)
        base = Change("changed", one.kind, (place,), keys=keys, delta=figures(other) + -figures(one))
        order = (float(right), 2)
        if details:
            yield Found((one.kind, details), order, base._replace(details=details + reads))
        elif reads:
            yield Found((left, right), order, base._replace(kind="moved", what=written(other), details=reads))
        if starts:
            fresh = Change("changed", one.kind, (Place(one.name, other.name),), starts)
            yield Found((one.kind, starts), order, fresh)
        if renamed(one, other) and not details and not reads:
            yield _renamed(one, other, order, keys)


def _renamed(one: Layer, other: Layer, order: tuple[float, int], keys: int) -> Found:
    """The part of the path that is another; those of one level that come into one level are one change."""
    before, after = one.path, other.path
    if one.kind != "input":
        while len(before) > 1 and len(after) > 1 and before[-1] == after[-1]:
            before, after = before[:-1], after[:-1]
    numbered = before[:-1] == after[:-1] and renumbered(before[-1], after[-1])
    what = "input" if one.kind == "input" else "numbers" if numbered else "layers"
    place = Place(".".join(before), ".".join(after))
    fold = (before, after) if what == "input" else (what, before[:-1], after[:-1])
    return Found(fold, order, Change("renamed", what, (place,), keys=keys))
