"""The difference of two networks as one picture: the network after, with what is gone put back where it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise

from cnndsl.backends.graphviz.overlay_homes import Homes
from cnndsl.backends.graphviz.overlay_marks import Side, shortened
from cnndsl.backends.graphviz.picture import Arrow, Box, Cluster, DrawError, Picture, boxes
from cnndsl.backends.graphviz.view import View, picture
from cnndsl.graph import Graph, steps
from cnndsl.passes.difference import Difference, difference
from cnndsl.passes.notation import kind_of

GONE = "before/"
"""Stands before the keys of boxes that only the network before has."""

_SMALL = frozenset({"normalization", "activation", "regularization", "shaping", "learned"})

Member = Box | Cluster


def overlay(before: Graph, after: Graph, view: View | None = None) -> Picture:
    """What was added, removed, changed, moved and renamed; raises ``DrawError`` as ``picture`` does."""
    found = difference(before, after)
    return _Overlay(found, before, after, view or View()).picture()


class _Overlay:
    """``drawn`` is the picture before, ``made`` the one after.

    ``ways`` lead from a box of the one to the boxes of the other that hold its steps now, ``keys`` to the last of them;
    empty where no box of its own shows them.
    """

    def __init__(self, found: Difference, before: Graph, after: Graph, view: View) -> None:
        self.name = f"{before.name} \N{RIGHTWARDS ARROW} {after.name}" if before.name != after.name else after.name
        self.old, self.new = Side(found, after=False), Side(found, after=True, cuts=_cuts(found, before))
        opened = [_opened(graph, view) for graph in (before, after)]
        if lost := [path for path in view.expand if path not in opened[0] and path not in opened[1]]:
            picture(after, View(view.depth, (lost[0],)))  # raises
        self.drawn = picture(before, view._replace(expand=opened[0], sign=self.old.sign))
        self.made = picture(after, view._replace(expand=opened[1], sign=self.new.sign))
        homes = Homes(self.made, self.new)
        self.ways: dict[str, list[str]] = {}
        there = {box.key for box in boxes(self.made.members) if not box.steps}
        for box in boxes(self.drawn.members):
            names = [mark.after for _, mark in self.old.marks(box) if mark.after is not None]
            known = [home for home in map(homes.of, names) if home]
            alone = "" if names else box.key if not box.steps and box.key in there else GONE + box.key
            self.ways[box.key] = list(dict.fromkeys(known)) or [alone]
        self.keys = {key: way[-1] for key, way in self.ways.items()}

    def picture(self) -> Picture:
        """The boxes after with their marks, those that are gone among them, and all arrows."""
        members = self._merged(self.drawn.members, self._marked(self.made.members))
        return self.made._replace(name=self.name, members=tuple(members), arrows=tuple(self._arrows()))

    def _marked(self, members: tuple[Member, ...]) -> list[Member]:
        made: list[Member] = []
        old = {box.key for box in boxes(self.drawn.members) if not box.steps}
        for member in members:
            if isinstance(member, Cluster):
                made.append(member._replace(members=tuple(self._marked(member.members))))
            elif not member.steps:
                made.append(member._replace(mark="same" if member.key in old else "added"))
            else:
                mark, notes = self.new.state(member)
                gone = self._lost(member)
                mark = "changed" if gone and mark == "same" else mark
                lines = (*self._renamed(member), *notes, *gone) if mark != "same" else ()
                made.append(member._replace(mark=mark, notes=lines))
        return made

    def _before(self, box: Box) -> list[Box]:
        """The boxes that are now this one."""
        return [other for other in boxes(self.drawn.members) if other.steps and self.keys[other.key] == box.key]

    def _renamed(self, box: Box) -> list[str]:
        """Another block that stands where one stood."""
        kinds = [one.part.kind if one.part is not None and one.part.block else "" for one in (box, *self._before(box))]
        other = next((kind for kind in kinds[1:] if kind and kinds[0] and kind != kinds[0]), "")
        return [f"{other} \N{RIGHTWARDS ARROW} {kinds[0]}"] if other else []

    def _lost(self, box: Box) -> list[str]:
        """What is gone from inside a box."""
        marks = (one for other in self._before(box) for one in self.old.marks(other))
        return shortened([self.old.alone(inside, mark) for inside, mark in marks if mark.kinds == ("removed",)])

    def _merged(self, old: tuple[Member, ...], new: list[Member]) -> list[Member]:
        """``new`` with the boxes of ``old`` that are gone, each behind what stood before it."""
        places = {key: place for place, member in enumerate(new) for key in _keys(member)}
        behind: dict[int, list[Member]] = {}
        inside: dict[int, list[Member]] = {}
        last = -1
        for member in old:
            known = [places[self.keys[key]] for key in _keys(member) if self.keys[key] in places]
            last = known[-1] if known else last
            if isinstance(member, Cluster) and known and isinstance(new[known[0]], Cluster):
                inside.setdefault(known[0], []).extend(member.members)
            elif lost := self._gone(member):
                behind.setdefault(last, []).append(lost)
        made = list(behind.get(-1, ()))
        for place, there in enumerate(new):
            if isinstance(there, Cluster) and place in inside:
                there = there._replace(members=tuple(self._merged(tuple(inside[place]), list(there.members))))
            made += [there, *behind.get(place, ())]
        return made

    def _gone(self, member: Member) -> Member | None:
        """What of a member is gone; None where all of it is still there."""
        if isinstance(member, Box):
            key = self.keys[member.key]
            return member._replace(key=key, mark="removed") if key.startswith(GONE) else None
        inner = tuple(kept for kept in map(self._gone, member.members) if kept is not None)
        return member._replace(key=GONE + member.key, members=inner) if inner else None

    def _arrows(self) -> Iterator[Arrow]:
        """An arrow past what was put in or taken out is no difference: the way it led is there."""
        marks = {box.key: box.mark for box in boxes(self._marked(self.made.members))}
        told = {(self.keys[one.tail], self.ways[one.head][0]) for one in self.drawn.arrows}
        told |= {ends for way in self.ways.values() for ends in pairwise(way)}
        ways, were = _Reach(self.made.arrows), _Reach(tuple(Arrow(*ends, None) for ends in told))
        moved = {key for key, mark in marks.items() if mark in ("moved", "changed")}
        fresh = {key for key, mark in marks.items() if mark == "added"} | moved
        lost = {key for key in self.keys.values() if key.startswith(GONE)} | moved
        for arrow in self.made.arrows:
            ends = (arrow.tail, arrow.head)
            new = "added" in (marks[arrow.tail], marks[arrow.head])
            same = ends in told or (not new and were.leads(*ends, lost))
            yield arrow._replace(mark="same" if same else "added")
        there = {(arrow.tail, arrow.head) for arrow in self.made.arrows}
        for arrow in self.drawn.arrows:
            tail, head = ends = self.keys[arrow.tail], self.ways[arrow.head][0]
            alone = tail.startswith(GONE) or head.startswith(GONE)
            if not (tail and head) or tail == head or ends in there or ways.leads(head, tail):
                continue
            if alone or not ways.leads(tail, head, fresh):
                there.add(ends)
                yield arrow._replace(tail=tail, head=head, mark="removed")


def _opened(graph: Graph, view: View) -> tuple[str, ...]:
    """The paths to expand that a network has."""
    found = []
    for path in view.expand:
        with suppress(DrawError):
            picture(graph, View(view.depth, (path,)))
            found.append(path)
    return tuple(found)


def _cuts(found: Difference, before: Graph) -> frozenset[str]:
    """Names after of steps that read what is gone, and that could share a box with what stood before it."""
    after = {mark.before: mark.after for mark in found.marks if mark.before is not None}
    reading = (
        step.name
        for step in steps(before)
        if kind_of(step.node) in _SMALL and any(after[name] is None for name in step.operands)
    )
    return frozenset(name for name in map(after.__getitem__, reading) if name is not None)


class _Reach:
    """Which boxes arrows lead to."""

    def __init__(self, arrows: tuple[Arrow, ...]) -> None:
        self.heads: dict[str, list[str]] = {}
        for arrow in arrows:
            self.heads.setdefault(arrow.tail, []).append(arrow.head)

    def leads(self, tail: str, head: str, through: set[str] | None = None) -> bool:
        """Whether there is a way; with ``through``, one on which nothing else stands."""
        pending, seen = [tail], {tail}
        while pending:
            for other in self.heads.get(pending.pop(), ()):
                if other == head:
                    return True
                if other not in seen and (through is None or other in through):
                    seen.add(other)
                    pending.append(other)
        return False


def _keys(member: Member) -> Iterator[str]:
    yield from (box.key for box in boxes((member,)))
