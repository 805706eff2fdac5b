"""What differs between a layer and the same layer of another network."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from cnndsl.passes.difference.layers import Layer, Layers, shape_text
from cnndsl.passes.difference.matching import Matching
from cnndsl.passes.difference.writing import argument, written

_NUMBER = re.compile(r"_\d+$")
_COMMUTATIVE = frozenset({"add", "mul", "maximum"})


PYTORCH = "PyTorch's"
"""How a weight starts of which nothing is said."""


class Detail(NamedTuple):
    """One thing that is otherwise: an argument, the ``shape`` of an input, how a weight starts, what is read."""

    what: str
    before: str
    after: str


class Compared:
    """Two networks and which layers are the same; ``to`` and ``back`` lead from one to the other."""

    def __init__(self, before: Layers, after: Layers, matching: Matching) -> None:
        self.before = before
        self.after = after
        self.matching = matching
        self.to = dict(matching.pairs)
        self.back = {right: left for left, right in matching.pairs}
        self._told: dict[int, tuple[tuple[Detail, ...], tuple[Detail, ...], tuple[Detail, ...]]] = {}

    def details(self, left: int, right: int) -> tuple[Detail, ...]:
        """What differs in a pair, apart from its place and from how its weights start."""
        one, other = self.before.flat[left], self.after.flat[right]
        found: list[Detail] = []
        if one.kind != other.kind:
            found.append(Detail("operation", written(one), written(other)))
        elif one.step.node.operation is None:
            shapes = (shape_text(one.shape), shape_text(other.shape))
            found += [Detail("shape", *shapes)] if shapes[0] != shapes[1] else []
        else:
            found += [
                Detail(name, argument(one, name, value), argument(other, name, new))
                for (name, value), (_, new) in zip(one.arguments, other.arguments, strict=True)
                if value != new
            ]
        if one.inference != other.inference:
            words = ("in training only", "always")
            found.append(Detail("computed", words[one.inference], words[other.inference]))
        return tuple(found)

    def starts(self, left: int, right: int) -> tuple[Detail, ...]:
        """Weights of both that begin otherwise."""
        one, other = self.before.flat[left], self.after.flat[right]
        before, after = dict(one.starts), dict(other.starts)
        ours = {weight.name or "weight" for weight in one.weights.values()}
        names = [weight.name or "weight" for weight in other.weights.values() if (weight.name or "weight") in ours]
        return tuple(
            Detail(f"initial {name}", before.get(name, PYTORCH), after.get(name, PYTORCH))
            for name in names
            if before.get(name) != after.get(name)
        )

    def told(self, left: int, right: int) -> tuple[tuple[Detail, ...], tuple[Detail, ...], tuple[Detail, ...]]:
        """``details``, ``starts`` and ``reads``, made once."""
        if left not in self._told:
            self._told[left] = (self.details(left, right), self.starts(left, right), self.reads(left, right))
        return self._told[left]

    def reads(self, left: int, right: int) -> tuple[Detail, ...]:
        """What a layer reads, where that is other layers or where the layer has moved.

        An operand that is new, gone or moved itself is told of there.
        """
        one, other = self.before.flat[left], self.after.flat[right]
        if (left, right) not in self.matching.moved and not self._reads_others(one, other):
            return ()
        return (Detail("reads", self._names(self.before, one), self._names(self.after, other)),)

    def _reads_others(self, one: Layer, other: Layer) -> bool:
        ours = [self.to[place] if self.firm(place) else None for place in one.operands]
        theirs = [place if place in self.back and self.firm(self.back[place]) else None for place in other.operands]
        if len(ours) == len(theirs) and _COMMUTATIVE.isdisjoint((one.kind, other.kind)):
            return any(None not in slots and slots[0] != slots[1] for slots in zip(ours, theirs, strict=True))
        mine, yours = (Counter(place for place in slots if place is not None) for slots in (ours, theirs))
        lost, gained = (mine - yours).total(), (yours - mine).total()
        open_left, open_right = ours.count(None), theirs.count(None)
        return lost > open_right or gained > open_left

    def firm(self, place: int) -> bool:
        """Whether a layer before is there after, and has not moved."""
        return place in self.to and (place, self.to[place]) not in self.matching.moved

    @staticmethod
    def _names(network: Layers, layer: Layer) -> str:
        return ", ".join(network.flat[place].name for place in layer.operands)


def renamed(one: Layer, other: Layer) -> bool:
    """Whether a layer has another key, and weights or a label that say it; or an input another name."""
    if one.kind == other.kind == "input":
        return one.name != other.name
    told = bool(one.weights or other.weights) or (one.label or other.label) is not None
    return told and one.key != other.key


def renumbered(before: str, after: str) -> bool:
    """Whether two parts of paths are numbers, or names such as ``conv`` and ``conv_2``, which nobody chose."""
    if before.isdecimal() and after.isdecimal():
        return True
    return _NUMBER.sub("", before) == _NUMBER.sub("", after)
