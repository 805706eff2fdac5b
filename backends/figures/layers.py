"""What a figure shows of a network: its layers in text order, with what they read."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from cnndsl.backends.graphviz.expansion import Expansion
from cnndsl.graph import Graph, Node
from cnndsl.passes.costs import Table, count
from cnndsl.passes.folding import Part, fold
from cnndsl.passes.notation import kind_of
from cnndsl.shape import Shape
from cnndsl.trace import Value

ABSORBED = ("activation", "normalization", "regularization")
"""What is told with the layer before it, as papers do: the shape stays."""

_TAKING = ("convolution", "transposed", "linear", "join", "pooling")
_TERMS = ("scale", "shift")
_CHAIN = 3
_BRANCHES = 6
_ALL = 10**6


class Layer(NamedTuple):
    """One layer, closed block or closed group, ``times`` in sequence, and the layers that it reads.

    ``stage`` is the outermost group or block that was opened around it. ``told`` are the operations told with it.
    ``period`` numbers the repetition of several layers that it is a member of, and ``around`` is how often that is
    made. ``training``: no output of inference needs it.
    """

    part: Part
    kind: str
    times: int
    stage: str
    period: int
    around: int
    reads: tuple[int, ...]
    told: tuple[str, ...]
    training: bool

    @property
    def node(self) -> Node:
        """The input, operation or application; of a closed group, the last that is in it."""
        return self.part.nodes[-1]

    @property
    def shape(self) -> Shape | None:
        """Of the map that it makes; None where it is unknown."""
        return self.part.shape


class Reading(NamedTuple):
    """The layers of a network; ``results`` are those that its outputs are of."""

    layers: tuple[Layer, ...]
    results: tuple[int, ...]


def layers(graph: Graph, depth: int = 1, expand: tuple[str, ...] = (), most: int = 40) -> Reading:
    """The layers with blocks opened ``depth - 1`` levels deep, equal ones in sequence as one with ``times``.

    The blocks at the paths ``expand`` are opened too. At depth 0 groups are closed; at depth 1 they are opened as long
    as there are ``most`` layers at most, and then blocks that are a short chain; deeper, all of them. A block of one
    layer is never closed, a group of very many branches always. Raises ``DrawError`` for a path that is not there.
    """
    counts = count(graph)
    if depth > 1:
        return _merged(_read(graph, counts, depth, expand, _ALL, _CHAIN))
    best = _merged(_read(graph, counts, depth, expand, 0, 1))
    level = 1
    while depth > 0:
        deeper = _merged(_read(graph, counts, depth, expand, level, 1))
        if len(deeper.layers) > most or len(deeper.layers) == len(best.layers):
            break
        best, level = deeper, level + 1
    chains = _merged(_read(graph, counts, depth, expand, level - 1, _CHAIN))
    return chains if len(chains.layers) <= most else best


def _read(graph: Graph, counts: Table, depth: int, expand: tuple[str, ...], level: int, longest: int) -> Reading:
    expansion = Expansion(expand)
    reader = _Reader(counts, expansion, longest)
    known: dict[Value, int] = {}
    for part in fold(graph):
        reader.read(part, _Around(known, depth, level))
    expansion.check()
    values = [output.value for output in graph.outputs] or [value for value in (graph.result(),) if value is not None]
    results = tuple(dict.fromkeys(known[value] for value in values if value in known))
    return Reading(tuple(reader.layers), results)


def _merged(reading: Reading) -> Reading:
    """Equal operations of which each reads the one before, and nobody else does, are one layer."""
    layers, results = reading
    uses = Counter(read for layer in layers for read in layer.reads)
    uses.update(results)
    merged: list[Layer] = []
    places: list[int] = []
    for index, layer in enumerate(layers):
        before = layers[index - 1]
        if layer.reads == (index - 1,) and uses[index - 1] == 1 and _likeness(before) == _likeness(layer):
            merged[-1] = merged[-1]._replace(times=merged[-1].times + layer.times)
        else:
            merged.append(layer._replace(reads=tuple(dict.fromkeys(places[read] for read in layer.reads))))
        places.append(len(merged) - 1)
    return Reading(tuple(merged), tuple(dict.fromkeys(places[result] for result in results)))


def _likeness(layer: Layer) -> object:
    """What is equal of two layers that are one with ``x2``; no two closed blocks or groups are."""
    if layer.part.role != "operation":
        return layer
    node, graph = layer.node, layer.part.graph
    return (node.operation, graph.operand_shapes(node), layer.shape, layer.told, layer.stage, layer.period)


class _Around(NamedTuple):
    """Where a part stands: the layers of the values of its graph, and how much is still to be opened."""

    known: dict[Value, int]
    depth: int
    level: int
    stage: str = ""
    period: int = 0
    times: int = 1
    training: bool = False


class _Reader:
    """Blocks that are a chain of up to ``longest`` layers are opened at any depth."""

    def __init__(self, counts: Table, expansion: Expansion, longest: int) -> None:
        self.counts = counts
        self.expansion = expansion
        self.longest = longest
        self.layers: list[Layer] = []
        self.periods = 0

    def read(self, part: Part, around: _Around) -> None:
        """Add the layers of a part."""
        if _is_simple(part):
            for node in part.every:
                self._tell(Part("operation", part.graph, ((node,),), node.name, node.name, prefix=part.prefix), around)
            return
        wanted = part.role in ("block", "group") and self.expansion.opens(part, around.depth if part.block else 0)
        if part.role == "period" or (part.role == "group" and (wanted or (around.level > 0 and not _fans(part)))):
            self._open(part, around)
        elif part.block is not None and (wanted or 0 < _chain(part.block) <= self.longest):
            self._enter(part, part.block, around)
        else:
            self._tell(part, around)
        for run in part.runs[1:]:
            _alias(part.nodes, run, around.known)

    def _open(self, part: Part, around: _Around) -> None:
        inner = self._repeated(part, around)
        if part.role == "group":
            inner = inner._replace(level=around.level - 1, stage=around.stage or part.name)
        for member in part.parts:
            self.read(member, inner)

    def _enter(self, part: Part, block: Graph, around: _Around) -> None:
        node = part.nodes[0]
        given = zip(block.inputs, node.operands, strict=False)
        known = {Value(name): around.known[value] for name, value in given if value in around.known}
        inner = self._repeated(part, around)._replace(
            known=known,
            depth=around.depth - 1,
            level=around.level or 1,
            stage=around.stage or part.name,
            training=around.training or not self.counts[part.graph][node.name].inference,
        )
        for member in part.parts:
            if member.role != "input":
                self.read(member, inner)
        for name in _outputs(node):
            value = block.result(name)
            if value in known:
                around.known[Value(node.name, name)] = known[value]

    def _repeated(self, part: Part, around: _Around) -> _Around:
        if part.times == 1:
            return around
        self.periods += 1
        return around._replace(period=self.periods, times=around.times * part.times)

    def _tell(self, part: Part, around: _Around) -> None:
        if not self._absorb(part, around):
            self._close(part, around)

    def _absorb(self, part: Part, around: _Around) -> bool:
        """Tell an activation, and the like, with the layer that it follows."""
        node = part.nodes[0]
        if part.role != "operation" or len(node.operands) != 1 or node.operands[0] not in around.known:
            return False
        place = around.known[node.operands[0]]
        layer = self.layers[place]
        taking = layer.kind in _TAKING or (kind_of(node) in ("activation", "regularization") and layer.kind != "input")
        if not _is_absorbed(node) or not taking or layer.times != around.times:
            return False
        self.layers[place] = layer._replace(told=(*layer.told, node.kind))
        around.known[Value(node.name)] = place
        return True

    def _close(self, part: Part, around: _Around) -> None:
        inside = {node.name for node in part.nodes}
        reads = [around.known.get(value) for node in part.nodes for value in node.operands if value.node not in inside]
        rows = [self.counts[part.graph][node.name] for node in part.nodes]
        layer = Layer(
            part,
            "block" if part.role == "group" else kind_of(part.nodes[0]),
            around.times * part.times,
            around.stage,
            around.period,
            around.times,
            tuple(dict.fromkeys(place for place in reads if place is not None)),
            (),
            around.training or not any(row.inference for row in rows),
        )
        for node in part.nodes:
            around.known.update((Value(node.name, name), len(self.layers)) for name in _outputs(node))
        self.layers.append(layer)


def _is_simple(part: Part) -> bool:
    """Whether each repetition is one layer, so that equal ones are found again when it is told what follows them."""
    if part.role == "period" and all(one.role == "operation" for one in part.members):
        return sum(one.times for one in part.members if not _is_absorbed(one.nodes[0])) <= 1
    return part.role == "operation"


def _fans(part: Part) -> bool:
    """Whether so many branches begin at one map that a figure of them shows nothing else."""
    inside = {node.name for node in part.nodes}
    reads = Counter(value for node in part.nodes for value in node.operands if value.node not in inside)
    return max(reads.values(), default=0) > _BRANCHES


def _chain(block: Graph) -> int:
    """Of how many layers a block is a chain, one reading the other; 0 where it is none."""
    before, long = "in", 0
    for node in block:
        if node.operation is None and node.graph is None:
            continue
        if node.operation is None or [value.node for value in node.operands] != [before]:
            return 0
        before, long = node.name, long + (not _is_absorbed(node))
        if not long:
            return 0
    return long


def _is_absorbed(node: Node) -> bool:
    """Local response normalization is a layer of its own in the papers that have it."""
    return (kind_of(node) in ABSORBED and node.kind != "lrn") or node.kind in _TERMS


def _outputs(node: Node) -> tuple[str, ...]:
    """The names of what a node gives; that of the flow is empty."""
    return ("", *(output.name for output in node.graph.outputs)) if node.graph is not None else ("",)


def _alias(first: tuple[Node, ...], run: tuple[Node, ...], known: dict[Value, int]) -> None:
    """What a repetition gives is told with the first."""
    for one, like in zip(first, run, strict=True):
        for name in _outputs(one):
            if Value(one.name, name) in known:
                known[Value(like.name, name)] = known[Value(one.name, name)]
