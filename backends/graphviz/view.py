"""From a graph to a picture: what is open, what is closed, and which box reads which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from cnndsl.backends.graphviz.abreast import abreast
from cnndsl.backends.graphviz.chains import Unit, readers, units
from cnndsl.backends.graphviz.expansion import Expansion
from cnndsl.backends.graphviz.picture import Arrow, Box, Cluster, DrawError, Picture
from cnndsl.backends.graphviz.skips import skips
from cnndsl.backends.graphviz.stages import stages
from cnndsl.backends.graphviz.turn import turn
from cnndsl.graph import Graph, Node
from cnndsl.passes.costs import Row, Table, count, totals
from cnndsl.passes.folding import Part, Sign, fold
from cnndsl.passes.notation import kind_of
from cnndsl.trace import Value

MOST = 600
ARROWS = 1_600
"""Boxes and arrows that are laid out in a few seconds; nobody looks at more."""

_STEPS = 400_000
"""Steps of opened blocks that are looked through; far more than boxes, where they repeat."""

_PEELED = 12
"""Steps that may be in a block that looks like one box."""

_FRAMED = 3
"""Boxes of a group in a block that need no frame."""


class View(NamedTuple):
    """How much is shown: blocks ``depth - 1`` levels deep, at 0 no groups either; ``expand`` are opened besides.

    ``sign`` says of a dotted name what sets it apart: what differs in it is never folded.
    """

    depth: int = 1
    expand: tuple[str, ...] = ()
    sign: Sign | None = None


def picture(graph: Graph, view: View | None = None) -> Picture:
    """The picture of a network; raises ``DrawError`` where it is too large or ``expand`` names nothing."""
    view = view or View()
    table = count(graph)
    walk = _Walk(table, view)
    frame = _Frame(graph)
    members = tuple(walk.level(fold(graph, view.sign), frame, view.depth))
    walk.expansion.check()
    whole = totals(graph, table)
    made = Picture(graph.name, (*members, *walk.results(frame)), tuple(walk.arrows.values()), whole.params, whole.macs)
    made = skips(abreast(_sized(made)))
    made = made if turn(made).levels else stages(made)
    if len(made.arrows) > ARROWS:
        raise _too_large(f"more than {ARROWS:,} arrows", view)
    return made


def _sized(picture: Picture) -> Picture:
    """Nobody draws that only a size was asked for, unless it is all that is asked of a box."""
    read = {arrow.tail for arrow in picture.arrows if not arrow.sized}
    return picture._replace(arrows=tuple(one for one in picture.arrows if not (one.sized and one.tail in read)))


def _too_large(what: str, view: View) -> DrawError:
    """The refusal of a picture that no page holds."""
    if view.depth > 1 or view.expand:
        return DrawError(f"the picture would have {what}", "open less: a smaller --depth, or fewer --expand")
    groups = ", or --depth 0, which closes groups" if view.depth else ""
    return DrawError(f"the picture would have {what}", f"put steps into blocks, which are one box each{groups}")


def key_of(name: str) -> str:
    """A dotted name as a key: other characters than letters, digits, ``_``, ``-``, dots are written in hexadecimal."""
    return "".join(one if one.isascii() and (one.isalnum() or one in "_.-") else f"%{ord(one):X};" for one in name)


class _Frame:
    """A graph that is drawn: the box that makes each of its values; ``training``: it is run in training only."""

    def __init__(self, graph: Graph, known: dict[Value, str] | None = None, training: bool = False) -> None:
        self.graph = graph
        self.known: dict[Value, str] = known or {}
        self.training = training
        self.read = readers(graph)
        self.uses = Counter(node.module for node in graph if node.module is not None)


class _Walk:
    """Makes boxes and clusters of the parts of one network, level by level."""

    def __init__(self, table: Table, view: View) -> None:
        self.table = table
        self.view = view
        self.expansion = Expansion(view.expand)
        self.arrows: dict[tuple[str, str], Arrow] = {}
        self.made = 0
        self.steps = 0

    def level(
        self, parts: tuple[Part, ...], frame: _Frame, depth: int, inside: bool = False
    ) -> Iterator[Box | Cluster]:
        """What stands on a level; ``inside`` of a block its inputs are boxes outside."""
        for unit in units(parts, frame.read):
            part = unit.parts[unit.main]
            if part.role == "input" and inside:
                continue
            if part.role == "period":
                yield self.period(part, frame, depth)
            elif part.role in ("block", "group") and self.expansion.opens(part, depth):
                yield from _framed(self.opened(part, frame, depth), inside)
            else:
                yield _peeled(self.box(unit, frame))

    def box(self, unit: Unit, frame: _Frame) -> Box:
        """A closed part, or operations that share a box."""
        self.made += 1
        if self.made > MOST:
            raise _too_large(f"more than {MOST:,} boxes", self.view)
        part, first, last = unit.parts[unit.main], unit.parts[0], unit.parts[-1]
        rows = self.rows(unit.parts, frame)
        shapes = frame.graph.operand_shapes(first.nodes[0])
        modules = [node.module for one in unit.parts for node in one.nodes if node.module is not None]
        box = Box(
            key=key_of(first.name),
            name=part.name,
            part=part,
            kind="block" if part.role == "group" else kind_of(part.nodes[0]),
            steps=unit.parts,
            main=unit.main,
            before=shapes[0] if shapes else None,
            shape=last.shape,
            params=sum(row.params for row in rows),
            macs=sum(row.costs.macs for row in rows),
            times=part.times,
            training=frame.training or not any(row.inference for row in rows),
            shared=next((module for module in modules if frame.uses[module] > 1 and part.role != "group"), ""),
        )
        for node in (node for one in unit.parts for node in one.every):
            self.read(node, box.key, frame)
            frame.known.update((value, box.key) for value in _values(node))
        return box

    def read(self, node: Node, head: str, frame: _Frame) -> None:
        """Arrows from what ``node`` reads."""
        training = frame.training or not self.table[frame.graph][node.name].inference
        for slot, value in enumerate(node.operands):
            tail = frame.known.get(value)
            if tail is not None and tail != head:
                sized = slot > 0 and node.operation is not None and "like" in node.operation.signature
                arrow = Arrow(tail, head, frame.graph.shapes.get(value), sized=sized, training=training)
                known = self.arrows.setdefault((tail, head), arrow)
                if known.sized and not sized:
                    self.arrows[tail, head] = arrow

    def opened(self, part: Part, frame: _Frame, depth: int) -> Cluster:
        """A block or group whose parts are shown; of several, those of the first."""
        rows = self.rows((part,), frame)
        training = frame.training or not any(row.inference for row in rows)
        if part.block is None:
            members = tuple(self.level(part.parts, frame, depth))
        else:
            (node,) = part.nodes
            self.steps += len(part.block)
            if self.steps > _STEPS:
                raise _too_large(f"more than {_STEPS:,} steps to look through", self.view)
            known = {
                Value(name): frame.known[value]
                for name, value in zip(part.block.inputs, node.operands, strict=False)
                if value in frame.known
            }
            inner = _Frame(part.block, known, training)
            members = tuple(self.level(part.parts, inner, max(1, depth - 1), inside=True))
            for value in _values(node):
                result = part.block.result(value.output)
                if result in inner.known:
                    frame.known[value] = inner.known[result]
        _repeat(part, frame)
        params, macs = sum(row.params for row in rows), sum(row.costs.macs for row in rows)
        return Cluster(key_of(part.name), part, members, params, macs, training)

    def period(self, part: Part, frame: _Frame, depth: int) -> Box | Cluster:
        """A repetition of several parts: one box where they share one."""
        members = tuple(self.level(part.parts, frame, depth))
        _repeat(part, frame)
        rows = self.rows((part,), frame)
        params, macs = sum(row.params for row in rows), sum(row.costs.macs for row in rows)
        if len(members) == 1 and isinstance(members[0], Box) and members[0].times == 1:
            return members[0]._replace(times=part.times, params=params, macs=macs, period=part)
        training = frame.training or not any(row.inference for row in rows)
        return Cluster(f"{key_of(part.name)}/{part.times}", part, members, params, macs, training)

    def rows(self, parts: tuple[Part, ...], frame: _Frame) -> list[Row]:
        """The counts of all nodes of these parts."""
        return [self.table[frame.graph][node.name] for part in parts for node in part.every]

    def results(self, frame: _Frame) -> Iterator[Box]:
        """A box for each output, and its arrow."""
        for output in frame.graph.outputs:
            shape = frame.graph.shapes.get(output.value)
            key = f"output/{key_of(output.name)}"
            tail = frame.known.get(output.value)
            if tail is not None:
                self.arrows[tail, key] = Arrow(tail, key, shape, training=output.training)
            yield Box(key, output.name, None, "output", (), 0, shape, shape, training=output.training)


def _framed(cluster: Cluster, inside: bool) -> tuple[Box | Cluster, ...]:
    """A group of operations in one box is that box, and branches of a block, being small, have no frame."""
    part, members = cluster.part, cluster.members
    if part is None or part.role != "group" or part.times > 1 or not all(isinstance(member, Box) for member in members):
        return (cluster,)
    if len(members) == 1 and isinstance(members[0], Box) and members[0].kind not in ("block", "input"):
        return (members[0]._replace(name=part.name, part=part),)
    return members if inside and len(members) <= _FRAMED else (cluster,)


def _peeled(box: Box) -> Box:
    """A block whose operations share one box looks as that box does; the name stays the block's."""
    part = box.part
    while part is not None and part.block is not None and len(part.block) <= _PEELED:
        inner = units(tuple(one for one in part.parts if one.role != "input"), readers(part.block))
        if len(inner) != 1 or inner[0].parts[inner[0].main].role not in ("operation", "block"):
            break
        (unit,) = inner
        part = unit.parts[unit.main]
        if part.times > 1:
            break
        if part.role == "operation":
            return box._replace(kind=kind_of(part.nodes[0]), steps=unit.parts, main=unit.main)
    return box


def _values(node: Node) -> Iterator[Value]:
    yield Value(node.name)
    if node.graph is not None:
        yield from (Value(node.name, output.name) for output in node.graph.outputs)


def _repeat(part: Part, frame: _Frame) -> None:
    """What each further one makes comes from the boxes of the first."""
    for run in part.runs[1:]:
        for first, node in zip(part.runs[0], run, strict=True):
            for value, again in zip(_values(first), _values(node), strict=True):
                if value in frame.known:
                    frame.known[again] = frame.known[value]
