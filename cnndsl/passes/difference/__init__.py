"""The semantic difference of two networks: what was added, removed, changed, moved and renamed, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cnndsl.graph import Graph
from cnndsl.passes.costs import totals
from cnndsl.passes.depth import depth
from cnndsl.passes.difference.folding import (
    Change,
    Figures,
    Found,
    Kind,
    Place,
    figures,
    folded,
    one_sided,
    paired,
)
from cnndsl.passes.difference.layers import Layers, shape_text
from cnndsl.passes.difference.matching import match
from cnndsl.passes.difference.pairs import Compared, Detail, renamed
from cnndsl.passes.difference.weights import Loading, loading
from cnndsl.passes.memory import memory
from cnndsl.passes.receptive import Field, network_field

__all__ = ["Change", "Consequence", "Detail", "Difference", "Figures", "Kind", "Mark", "Place", "Total", "difference"]


class Mark(NamedTuple):
    """One step of the networks by its dotted names, and everything that happened to it; nothing: ``kinds`` is empty."""

    before: str | None
    after: str | None
    kinds: tuple[Kind, ...]
    details: tuple[Detail, ...]


class Consequence(NamedTuple):
    """Layers that are as they were, but for what they read; ``weights`` counts those whose weights have other sizes."""

    shapes: tuple[Place, ...]
    weights: int
    delta: Figures


class Total(NamedTuple):
    """A figure of the whole network; None where it has none. ``alike``: the two can be compared."""

    name: str
    before: int | None
    after: int | None
    alike: bool = True


class Difference(NamedTuple):
    """What differs between ``before`` and ``after``, which are the names of networks.

    ``changes`` are folded and in the order of the network. ``marks`` hold every step of both networks once.
    """

    before: str
    after: str
    changes: tuple[Change, ...]
    consequence: Consequence
    weights: Loading
    totals: tuple[Total, ...]
    marks: tuple[Mark, ...]

    @property
    def same(self) -> bool:
        """Whether there is none: names of networks, and what only the text shows, are not looked at."""
        return not self.changes and not self.consequence.shapes


def difference(before: Graph, after: Graph) -> Difference:
    """Compare two networks; near-linear in the operations of both, blocks opened."""
    ours, theirs = Layers(before), Layers(after)
    compared = Compared(ours, theirs, match(ours, theirs))
    found = [*one_sided(compared, "removed"), *one_sided(compared, "added"), *paired(compared), *_outputs(compared)]
    return Difference(
        before=before.name,
        after=after.name,
        changes=folded(found),
        consequence=_consequence(compared),
        weights=loading(ours, theirs, compared.matching),
        totals=tuple(_totals(before, after)),
        marks=tuple(_marks(compared)),
    )


def _outputs(compared: Compared) -> Iterator[Found]:
    ours, theirs = compared.before.outputs, compared.after.outputs
    end = float(len(compared.after.flat))
    alone = [name for name in ours if name not in theirs], [name for name in theirs if name not in ours]
    pairs = [(name, name) for name in theirs if name in ours]
    for name in alone[0]:
        given = [other for other in alone[1] if compared.to.get(ours[name].layer, -1) == theirs[other].layer]
        if given:
            pairs.append((name, given[0]))
            alone[1].remove(given[0])
        else:
            yield Found(("output", name), (end, 0), Change("removed", "output", (Place(name, None),), layers=0))
    for name in alone[1]:
        yield Found(("output", name), (end, 1), Change("added", "output", (Place(None, name),), layers=0))
    for name, other in pairs:
        one, two = ours[name], theirs[other]
        shapes, words = (shape_text(one.shape), shape_text(two.shape)), ("always", "in training only")
        details = [Detail("shape", *shapes)] if shapes[0] != shapes[1] else []
        if one.training != two.training:
            details.append(Detail("there", words[one.training], words[two.training]))
        firm = compared.firm(one.layer) and compared.firm(compared.back.get(two.layer, -1))
        if firm and compared.to[one.layer] != two.layer:
            details.append(Detail("from", compared.before.flat[one.layer].name, compared.after.flat[two.layer].name))
        place = Place(name, other, *shapes)
        if details:
            yield Found(("output", name), (end, 2), Change("changed", "output", (place,), tuple(details), layers=0))
        elif name != other:
            yield Found(("output", name), (end, 2), Change("renamed", "output", (place,), layers=0))


def _consequence(compared: Compared) -> Consequence:
    shapes: list[Place] = []
    weights, delta = 0, Figures()
    for left, right in compared.matching.pairs:
        one, other = compared.before.flat[left], compared.after.flat[right]
        details, _, reads = compared.told(left, right)
        if details or reads:
            continue
        delta += figures(other) + -figures(one)
        if one.shape != other.shape:
            shapes.append(Place(one.name, other.name, shape_text(one.shape), shape_text(other.shape)))
        weights += [weight.sizes for weight in one.weights.values()] != [
            weight.sizes for weight in other.weights.values()
        ]
    return Consequence(tuple(shapes), weights, delta)


def _marks(compared: Compared) -> Iterator[Mark]:
    for layer in compared.before.flat:
        if layer.index not in compared.to:
            yield Mark(layer.name, None, ("removed",), ())
    for other in compared.after.flat:
        left = compared.back.get(other.index)
        if left is None:
            yield Mark(None, other.name, ("added",), ())
            continue
        one = compared.before.flat[left]
        details, starts, reads = compared.told(left, other.index)
        kinds: list[Kind] = ["changed"] if details or starts else []
        kinds += ["moved"] if reads else []
        kinds += ["renamed"] if renamed(one, other) else []
        yield Mark(one.name, other.name, tuple(kinds), details + starts + reads)


def _totals(before: Graph, after: Graph) -> Iterator[Total]:
    ours, theirs = totals(before), totals(after)
    yield Total("params", ours.params, theirs.params)
    yield Total("macs", ours.macs, theirs.macs)
    one, other = memory(before), memory(after)
    yield Total("inference_peak", one.inference_peak, other.inference_peak)
    yield Total("saved_for_backward", one.saved_for_backward, other.saved_for_backward)
    yield Total("depth", depth(before), depth(after))
    first, second = network_field(before), network_field(after)
    # A gate sees the input and ends there; what convolutions see goes on beyond it.
    alike = (first is not None and first.whole) == (second is not None and second.whole)
    yield Total("receptive_field", _most(first), _most(second), alike)


def _most(field: Field | None) -> int | None:
    """The receptive field along the axis where it is largest."""
    return max((field[axis].largest.size for axis in field.axes), default=None) if field is not None else None
