"""Folding: a graph as a person would describe it, by levels and with equal things in sequence told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from cnndsl.graph import Graph, Node
from cnndsl.passes.notation import kind_of
from cnndsl.shape import Shape
from cnndsl.trace import Value

PERIOD = 24
"""How many parts, at most, are looked at as what is repeated: ``repeat 3 { conv(64, 3x3) -> bn -> relu }`` has 3."""

_HEADS = frozenset({"convolution", "transposed", "linear", "block"})

Sign = Callable[[str], object]
"""What a dotted name has in common with those that it may be folded with."""

Role = Literal["input", "operation", "block", "group", "period"]


class Part(NamedTuple):
    """An input, an operation, an applied block, a group, or a period of several of them; ``times`` in sequence.

    A group is a level of the dotted names (``layer1``), and holds what was run inside its body. Of several in sequence
    each reads the one before, nobody else reads what is inside them, and all are equal: blocks are the same graph,
    operations have the same arguments and shapes. ``graph`` is where it stands, ``nodes`` are the nodes of the first,
    in text order, ``runs`` those of each one. ``prefix`` is the dotted name of the applied block around it, with a dot
    at its end.
    """

    role: Role
    graph: Graph
    runs: tuple[tuple[Node, ...], ...]
    first: str
    end: str
    members: tuple[Part, ...] = ()
    prefix: str = ""
    sign: Sign | None = None

    @property
    def name(self) -> str:
        """Its dotted name in the network; of several, that of the first."""
        return self.prefix + self.first

    @property
    def last(self) -> str:
        """The dotted name of the last of several."""
        return self.prefix + self.end

    @property
    def label(self) -> str:
        """The last word of its name."""
        return self.first.rpartition(".")[2]

    @property
    def times(self) -> int:
        """How many there are in sequence."""
        return len(self.runs)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """What is in it at its level: one node for an input, an operation or a block."""
        return self.runs[0]

    @property
    def every(self) -> tuple[Node, ...]:
        """The nodes of all of them."""
        return tuple(node for run in self.runs for node in run)

    @property
    def block(self) -> Graph | None:
        """What is inside of an applied block."""
        return self.nodes[0].graph if self.role == "block" else None

    @property
    def kind(self) -> str:
        """The name of the operation or block; ``group``, ``period`` or ``input``."""
        return self.nodes[0].kind if self.role in ("operation", "block") else self.role

    @property
    def shape(self) -> Shape | None:
        """The shape of what the last one gives to the flow; None where it is unknown."""
        return self.graph.shapes.get(Value(self.runs[-1][-1].name))

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is inside the first: of a block its own parts, inputs included; of an operation nothing."""
        if self.block is not None:
            return fold(self.block, self.sign, f"{self.name}.")
        return self.members


def fold(graph: Graph, sign: Sign | None = None, prefix: str = "") -> tuple[Part, ...]:
    """The parts of ``graph`` in text order, its inputs too; blocks are folded when their ``parts`` are asked for.

    With ``sign``, only what has the same sign in the same places is equal. ``prefix`` stands before dotted names.
    """
    reader = _Reader(graph, sign, prefix)
    return reader.folded(0, len(reader.nodes), ())


class _Sibling(NamedTuple):
    """One of the things side by side on a level: nodes ``start`` to ``stop`` (excluded); equal ones share ``key``."""

    start: int
    stop: int
    group: str
    key: int


class _Reader:
    """A graph by the indices of its nodes."""

    def __init__(self, graph: Graph, sign: Sign | None, prefix: str) -> None:
        self.graph = graph
        self.sign = sign
        self.prefix = prefix
        self.nodes = tuple(graph)
        self.index = {node.name: index for index, node in enumerate(self.nodes)}
        self.words = [tuple(node.name.split(".")) for node in self.nodes]
        self.ends = {words[:depth]: i + 1 for i, words in enumerate(self.words) for depth in range(1, len(words))}
        self.reads = [tuple((self.index[value.node], value.output) for value in node.operands) for node in self.nodes]
        self.reach = self._reach()
        self.uses = Counter(node.module for node in self.nodes if node.module is not None)
        self.keys: dict[object, int] = {}

    def folded(self, start: int, stop: int, level: tuple[str, ...]) -> tuple[Part, ...]:
        """The parts among the nodes ``start`` to ``stop`` of the group ``level``."""
        return self._runs(list(self._siblings(start, stop, level)), level)

    def _reach(self) -> list[int]:
        """The last node that reads each node; beyond all of them for a result."""
        reach = list(range(len(self.nodes)))
        for reader, reads in enumerate(self.reads):
            for index, _ in reads:
                reach[index] = reader
        results = [self.graph.result(), *(output.value for output in self.graph.outputs)]
        for value in results:
            if value is not None:
                reach[self.index[value.node]] = len(self.nodes)
        return reach

    def _siblings(self, start: int, stop: int, level: tuple[str, ...]) -> Iterator[_Sibling]:
        """A group reaches from its first node to its last; a shared module that runs between them is in it too."""
        depth = len(level)
        while start < stop:
            words = self.words[start]
            inside = len(words) > depth + 1 and words[:depth] == level
            end = min(self.ends[words[: depth + 1]], stop) if inside else start + 1
            key = self._intern(tuple(self._key(index, start, depth) for index in range(start, end)))
            yield _Sibling(start, end, ".".join(words[: depth + 1]) if inside else "", key)
            start = end

    def _key(self, index: int, start: int, depth: int) -> int:
        """What a node is, apart from its names and from what it reads outside."""
        node = self.nodes[index]
        if node.operation is None and node.graph is None:
            return self._intern(node.name)
        again = node.module if node.module is not None and self.uses[node.module] > 1 else ""
        inner = tuple((read - start, output) if read >= start else None for read, output in self.reads[index])
        shapes = (self.graph.operand_shapes(node), self.graph.shapes.get(Value(node.name)))
        sign = self.sign(self.prefix + node.name) if self.sign is not None else None
        return self._intern((node.operation, node.graph, again, inner, shapes, len(self.words[index]) - depth, sign))

    def _intern(self, key: object) -> int:
        return self.keys.setdefault(key, len(self.keys))

    def _runs(self, siblings: list[_Sibling], level: tuple[str, ...]) -> tuple[Part, ...]:
        """The longest repetition at each place, of the shortest period."""
        matches = [_matches(siblings, period) for period in range(1, min(PERIOD, len(siblings) // 2) + 1)]
        made: list[Part] = []
        place = 0
        while place < len(siblings):
            times, period = self._longest(siblings, place, matches)
            shift = self._shift(siblings, place, period, times, matches) if times > 1 else 0
            made.extend(self._part([one], 1, level) for one in siblings[place : place + shift])
            place += shift
            made.append(self._part(siblings[place : place + times * period], period, level))
            place += times * period
        return tuple(made)

    def _longest(self, siblings: list[_Sibling], place: int, matches: list[list[int]]) -> tuple[int, int]:
        """How often something is repeated from ``place`` on, and how many siblings it has."""
        times, period = 1, 1
        for candidate, equal in enumerate(matches, 1):
            if equal[place] >= candidate and candidate + equal[place] > times * period:
                found = self._times(siblings, place, candidate, 1 + equal[place] // candidate)
                if found > 1 and found * candidate > times * period:
                    times, period = found, candidate
        return times, period

    def _shift(self, siblings: list[_Sibling], place: int, period: int, times: int, matches: list[list[int]]) -> int:
        """Where the same repetition begins as it was written: with an iteration of a loop, else with a layer."""
        equal = matches[period - 1]
        best, chosen = self._begins(siblings[place]), 0
        for shift in range(1, period):
            start = place + shift
            rank = self._begins(siblings[start])
            if rank > best and equal[start] >= (times - 1) * period:
                best, chosen = (rank, shift) if self._times(siblings, start, period, times) == times else (best, chosen)
        return chosen

    def _begins(self, sibling: _Sibling) -> int:
        """How much a sibling looks like the first of something."""
        node = self.nodes[sibling.start]
        before = self.nodes[sibling.start - 1].stack if sibling.start else ()
        looped = bool(node.stack) and before[: len(node.stack)] != node.stack
        return 2 * looped + (sibling.stop - sibling.start > 1 or kind_of(node) in _HEADS)

    def _times(self, siblings: list[_Sibling], place: int, period: int, most: int) -> int:
        """How often what stands at ``place`` comes in sequence, each fed by the one before and read by the next."""
        for times in range(1, most):
            here = siblings[place + (times - 1) * period : place + times * period]
            after = siblings[place + times * period : place + (times + 1) * period]
            if not (self._closed(here, after[-1].stop) and self._closed(after) and self._alike(here, after)):
                return times
        return most

    def _closed(self, run: list[_Sibling], limit: int | None = None) -> bool:
        """Whether nobody outside reads what is inside; and nobody from ``limit`` on the last."""
        stop = run[-1].stop
        inside = all(self.reach[index] < stop for index in range(run[0].start, stop - 1))
        return inside and (limit is None or self.reach[stop - 1] < limit)

    def _alike(self, before: list[_Sibling], after: list[_Sibling]) -> bool:
        """Whether ``after`` reads as ``before`` does, with the result of ``before`` in place of the flow."""
        start, distance = before[0].start, after[0].start - before[0].start
        outside: dict[tuple[int, str], tuple[int, str]] = {}
        for index in range(start, before[-1].stop):
            for read, moved in zip(self.reads[index], self.reads[index + distance], strict=True):
                if read[0] >= start:
                    if (read[0] + distance, read[1]) != moved:
                        return False
                elif outside.setdefault(read, moved) != moved:
                    return False
        changed = [moved for read, moved in outside.items() if moved != read]
        return changed == [(after[0].start - 1, "")]

    def _part(self, run: list[_Sibling], period: int, level: tuple[str, ...]) -> Part:
        """``period`` siblings, as often as they are in ``run``."""
        rows = [run[start : start + period] for start in range(0, len(run), period)]
        nodes = tuple(self.nodes[row[0].start : row[-1].stop] for row in rows)
        first, end = self._called(run[0]), self._called(run[-1])
        node = nodes[0][0]
        members: tuple[Part, ...] = ()
        if period > 1:
            role: Role = "period"
            members = self._runs(rows[0], level)
        elif run[0].group:
            role = "group"
            members = self.folded(run[0].start, run[0].stop, self.words[run[0].start][: len(level) + 1])
        else:
            role = "operation" if node.operation is not None else "block" if node.graph is not None else "input"
        return Part(role, self.graph, nodes, first, end, members, self.prefix, self.sign)

    def _called(self, sibling: _Sibling) -> str:
        return sibling.group or self.nodes[sibling.start].name


def _matches(siblings: list[_Sibling], period: int) -> list[int]:
    """For each place, how many siblings from there on are of the kind of the one ``period`` places later."""
    found = [0] * len(siblings)
    for place in range(len(siblings) - period - 1, -1, -1):
        if siblings[place].key == siblings[place + period].key:
            found[place] = found[place + 1] + 1
    return found
