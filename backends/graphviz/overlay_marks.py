"""What the difference of two networks says of a box: its mark, and lines that say what is otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cnndsl.backends.graphviz.picture import Box
from cnndsl.backends.graphviz.theme import SIGNS
from cnndsl.passes.difference import Difference, Mark
from cnndsl.passes.difference.pairs import renumbered
from cnndsl.passes.folding import Sign

_NOTES = 3
"""Lines that a box may have more, and the characters of one."""
_WIDE = 46
_ARROW = "\N{RIGHTWARDS ARROW}"


class State(NamedTuple):
    """What happened to a box: a style of ``theme.MARKS``, and the lines."""

    mark: str
    notes: tuple[str, ...] = ()


class Side:
    """The marks of one network by the dotted names of steps, and by those of everything that they stand in.

    ``cuts`` are steps before which something is gone: they do not share a box with what stands before them now.
    ``lost`` are the names of what is gone inside, by the name of a block.
    """

    def __init__(self, found: Difference, after: bool, cuts: frozenset[str] = frozenset()) -> None:
        self.after = after
        self.cuts = cuts
        self.lost = lost(found) if after else {}
        self.gone = "added" if after else "removed"
        self.under: dict[str, list[Mark]] = {}
        self._whole: dict[str, bool] = {}
        for mark in found.marks:
            parts = self.name(mark).split(".") if self.name(mark) else []
            for end in range(1, len(parts) + 1):
                self.under.setdefault(".".join(parts[:end]), []).append(mark)

    def name(self, mark: Mark) -> str:
        """The dotted name of a step in this network; empty where it is only in the other."""
        return (mark.after if self.after else mark.before) or ""

    @property
    def sign(self) -> Sign:
        """What sets a dotted name apart, so that only what changed in the same way is folded."""
        return lambda name: (
            *((told(mark), self.name(mark) in self.cuts) for mark in self.under.get(name, ())),
            *self.lost.get(name, ()),
        )

    def marks(self, box: Box) -> list[tuple[str, Mark]]:
        """The marks of all that a box stands for, in the order of the text, with the names inside of a block."""
        parts = [part for part in (*box.steps, box.part, box.period) if part is not None]
        names = dict.fromkeys(part.prefix + node.name for part in parts for node in part.every)
        found = ((name, mark) for name in names for mark in self.under.get(name, ()))
        return list({id(mark): (self._inside(name, mark), mark) for name, mark in found}.values())

    def _inside(self, around: str, mark: Mark) -> str:
        return self.name(mark)[len(around) + 1 :]

    def state(self, box: Box) -> State:
        """What is to be drawn of a box."""
        marks = self.marks(box)
        if marks and all(mark.kinds == (self.gone,) for _, mark in marks):
            return State(self.gone)
        news = [(inside, mark) for inside, mark in marks if told(mark)]
        if not news:
            return State("same")
        lines = shortened([line for inside, mark in news for line in self._lines(inside, mark)])
        calm = all(set(mark.kinds) <= {"moved", "renamed"} for _, mark in news)
        return State("moved" if calm else "changed", tuple(lines))

    def alone(self, inside: str, mark: Mark) -> Line:
        """A step of this network only, or the outermost level in a box of which all is."""
        name = self.name(mark)
        parts, around = inside.split("."), name[: len(name) - len(inside)]
        for end in range(1, len(parts)):
            path = around + ".".join(parts[:end])
            if path not in self._whole:
                self._whole[path] = all(one.kinds == (self.gone,) for one in self.under[path])
            if self._whole[path]:
                inside = path[len(around) :]
                break
        last = (inside or name).rpartition(".")[2]
        return Line(inside, inside if last.isdecimal() else re.sub(r"_?\d+$", "", last) or last, SIGNS[self.gone])

    def _lines(self, inside: str, mark: Mark) -> Iterator[Line]:
        if mark.kinds == (self.gone,):
            yield self.alone(inside, mark)
        words = [
            f"{one.what} {one.before or 'nothing'} {_ARROW} {one.after or 'nothing'}".removeprefix("operation ")
            for one in mark.details
        ]
        line = ", ".join(words)
        yield from (Line(inside, one) for one in ([line] if words and len(line) <= _WIDE else words))
        if "renamed" in mark.kinds and _labelled(mark):
            before, after = mark.before or "", mark.after or ""
            while before.rpartition(".")[2] == after.rpartition(".")[2] and "." in before and "." in after:
                before, after = before.rpartition(".")[0], after.rpartition(".")[0]
            yield Line("", f"{before} {_ARROW} {after}")


class Line(NamedTuple):
    """What is said of a step ``inside`` of a block: with a sign, that it came or went; ``words`` are its last name."""

    inside: str
    words: str
    sign: str = ""


def shortened(lines: Sequence[Line]) -> list[str]:
    """A few lines: what is the same of several steps in a block once, with their number."""
    names: dict[tuple[str, str], list[str]] = {}
    for inside, words, sign in dict.fromkeys(lines):
        names.setdefault((sign, words), []).append(inside)
    made = []
    for (sign, words), several in names.items():
        if len(several) > 1:
            line = f"{len(several)} \N{MULTIPLICATION SIGN} {words}"
        else:
            line = (several[0] or words) if sign else f"{several[0]}: {words}".removeprefix(": ")
        made.append(f"{sign} {line}".strip())
    return made if len(made) <= _NOTES else [*made[: _NOTES - 1], f"and {len(made) - _NOTES + 1} more"]


def lost(found: Difference) -> dict[str, list[str]]:
    """Names of steps that are gone, inside of the levels that stood around them, by what these are called now."""
    first: dict[str, str] = {}
    for mark in found.marks:
        if mark.before is not None and mark.after is not None:
            before, after = mark.before.split("."), mark.after.split(".")
            for end in range(1, min(len(before), len(after))):
                first.setdefault(".".join(before[:-end]), ".".join(after[:-end]))
    inside: dict[str, list[str]] = {}
    for mark in found.marks:
        parts = mark.before.split(".") if mark.before is not None and mark.after is None else []
        for end in range(1, len(parts)):
            name = first.get(".".join(parts[:end]))
            if name is not None:
                inside.setdefault(name, []).append(".".join(parts[end:]))
    return inside


def told(mark: Mark) -> tuple[object, ...]:
    """What a picture tells of a step; numbers that are others because of what stands before are no news."""
    kinds = tuple(kind for kind in mark.kinds if kind != "renamed" or _labelled(mark))
    return (kinds, mark.details) if kinds else ()


def _labelled(mark: Mark) -> bool:
    before, after = ((name or "").split(".") for name in (mark.before, mark.after))
    return len(before) != len(after) or not all(map(renumbered, before, after))
