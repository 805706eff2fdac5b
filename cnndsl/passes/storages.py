"""A flat run of a network, storage by storage: every value is freed after its last use.

A block is run once for all instances that are given alike: the same graph on the same layouts, with the same of its
operands read by nobody afterwards, and the same of its results read at all. What that does to memory is an ``Effect``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from cnndsl.graph import Graph, Node
from cnndsl.ops.tensors import Array, Storage, Tape
from cnndsl.passes.inference import training_only
from cnndsl.passes.inplace import may_overwrite
from cnndsl.source import Span
from cnndsl.trace import Value


class Live(NamedTuple):
    """A storage: the step that made it, and its bytes."""

    name: str
    bytes: int


class Moment(NamedTuple):
    """When most is alive in a run: the step, all bytes, and the storages that the run itself has made.

    ``gone`` are the storages, by their number among the operands', that were freed before.
    """

    step: str
    bytes: int
    live: tuple[Live, ...]
    gone: frozenset[int]


class Layout(NamedTuple):
    """A tensor that is given or given back. ``storage`` is a number: of those of the operands, then of new ones."""

    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    storage: int
    learning: bool


class Held(NamedTuple):
    """A storage that is given: its bytes, whether somebody outside or the backward pass needs it afterwards."""

    bytes: int
    outside: bool
    kept: bool


class Given(NamedTuple):
    """What a run is given: its operands (None: it does not read this one), their storages, which results are read."""

    operands: tuple[Layout | None, ...]
    storages: tuple[Held, ...]
    wanted: frozenset[str]


class Effect(NamedTuple):
    """What a run does to memory, beside what it is given.

    ``peak`` are the most bytes alive at once, and ``moment`` says when (in inference; None where nothing is made).
    ``made`` are the new storages of its results, each with whether the backward pass needs it; ``kept`` the numbers of
    the operands' storages that it needs; ``saved`` the bytes of those that it needs and nobody outside sees: ``hidden``
    are those of its own level, ``inner`` the effects of the blocks in it.
    """

    moment: Moment | None
    peak: int
    results: dict[str, Layout]
    made: tuple[tuple[Live, bool], ...]
    kept: tuple[int, ...]
    saved: int
    hidden: tuple[Live, ...]
    inner: tuple[tuple[str, Effect], ...]

    def savings(self, prefix: str = "") -> Iterator[Live]:
        """The storages of ``saved``, each with the dotted name of the step that made it."""
        yield from (Live(prefix + live.name, live.bytes) for live in self.hidden)
        for name, effect in self.inner:
            yield from effect.savings(f"{prefix}{name}.")


class Runs:
    """Runs graphs, each once for what it is given; the steps ``overwriting`` work in place."""

    def __init__(self, overwriting: frozenset[Span], width: int, training: bool, fused: bool) -> None:
        self.overwriting = overwriting
        self.width = width
        self.training = training
        self.fused = fused
        self._effects: dict[tuple[Graph, Given], Effect] = {}
        self._nodes: dict[Graph, list[Node]] = {}
        self._read: dict[Graph, frozenset[str]] = {}

    def effect(self, graph: Graph, given: Given) -> Effect:
        """What a run of ``graph`` does."""
        key = (graph, given)
        if key not in self._effects:
            self._effects[key] = _Run(self, graph, given).effect()
        return self._effects[key]

    def nodes(self, graph: Graph) -> list[Node]:
        """What is run of it: in inference not the chains of training-only outputs."""
        if graph not in self._nodes:
            hidden = set() if self.training else training_only(graph)
            self._nodes[graph] = [node for node in graph if node.name not in hidden]
        return self._nodes[graph]

    def operands(self, node: Node) -> list[tuple[int, Value]]:
        """The operands that somebody reads, by slot: a block may leave one alone."""
        if node.graph is None:
            return list(enumerate(node.operands))
        read = self._read_inputs(node.graph)
        named = zip(node.graph.inputs, node.operands, strict=True)
        return [(slot, value) for slot, (name, value) in enumerate(named) if name in read]

    def _read_inputs(self, graph: Graph) -> frozenset[str]:
        if graph not in self._read:
            read = {value for node in self.nodes(graph) for _, value in self.operands(node)}
            read |= {output.value for output in graph.outputs}
            read |= {end for end in (graph.result(),) if end is not None}
            self._read[graph] = frozenset(name for name in graph.inputs if Value(name) in read)
        return self._read[graph]


class _Run:
    """One run: the values that are alive, and when each is read for the last time."""

    def __init__(self, runs: Runs, graph: Graph, given: Given) -> None:
        self.runs = runs
        self.graph = graph
        self.nodes = runs.nodes(graph)
        self.tape = Tape(runs.width, runs.training, runs.fused)
        if not runs.training:
            self.tape.peaked = self._peaked
        self.values: dict[Value, Array] = {}
        self.moment: Moment | None = None
        self.saved = 0
        self.inner: list[tuple[str, Effect]] = []
        self.wanted = {name: value for name in given.wanted if (value := graph.result(name)) is not None}
        self.last = {value: place for place, node in enumerate(self.nodes) for _, value in runs.operands(node)}
        self.last |= {value: len(self.nodes) for value in self.wanted.values()}
        self.outputs: dict[str, set[str]] = {}
        for value in self.last:
            self.outputs.setdefault(value.node, set()).add(value.output)
        self.given = [Storage(one.bytes, "") for one in given.storages]
        self._receive(given)

    def _receive(self, given: Given) -> None:
        for storage, held in zip(self.given, given.storages, strict=True):
            storage.held, storage.kept = int(held.outside), held.kept
            self.tape.alive[storage] = None
        for name, layout in zip(self.graph.inputs, given.operands, strict=True):
            if layout is not None:
                storage = self.given[layout.storage]
                storage.held += 1
                self.values[Value(name)] = Array(layout.sizes, layout.strides, storage, layout.learning)

    def effect(self) -> Effect:
        """Run all of it."""
        for value in [value for value in self.values if value not in self.last]:
            self.tape.release(self.values.pop(value))
        for place, node in enumerate(self.nodes):
            if node.operation is None and node.graph is None:
                continue
            arrays = [(slot, self.values[value]) for slot, value in self.runs.operands(node)]
            dying = {value: None for _, value in self.runs.operands(node) if self.last[value] == place}
            self.tape.maker = node.name
            self.tape.lend([array for _, array in arrays], [self.values.pop(value) for value in dying])
            if node.graph is not None:
                made = self._apply(node, node.graph, dict(arrays))
            else:
                made = {Value(node.name): self._operate(node, [array for _, array in arrays])}
            self.tape.settle()
            for value, array in made.items():
                if value in self.last:
                    self.values[value] = array
                else:
                    self.tape.release(array)
        return self._effect()

    def _operate(self, node: Node, operands: list[Array]) -> Array:
        """An operation."""
        operation, shapes = node.operation, self.graph.operand_shapes(node)
        if operation is None or shapes is None:
            raise TypeError(node.name)
        learned = any(not weight.buffer for weight in operation.weights(*shapes))
        self.tape.shapes = shapes
        self.tape.learning = self.runs.training and (learned or any(operand.learning for operand in operands))
        self.tape.overwrites = node.span in self.runs.overwriting and may_overwrite(node)
        return operation.allocate(self.tape, tuple(operands), self.graph.shapes[Value(node.name)])

    def _apply(self, node: Node, block: Graph, operands: dict[int, Array]) -> dict[Value, Array]:
        """A block: what its effect says."""
        storages = list(dict.fromkeys(array.storage for array in operands.values()))
        dying = Counter(array.storage for array in self.tape.dying)
        given = Given(
            tuple(_layout(operands[slot], storages) if slot in operands else None for slot in range(len(block.inputs))),
            tuple(Held(one.bytes, one.held > dying[one], one.kept) for one in storages),
            frozenset(self.outputs.get(node.name, ())),
        )
        effect = self.runs.effect(block, given)
        if self.tape.bytes + effect.peak > self.tape.peak:
            self.tape.peak = self.tape.bytes + effect.peak
            if (moment := effect.moment) is not None:
                freed = {storages[number] for number in moment.gone}
                self.moment = self._moment(f"{node.name}.{moment.step}", freed, _within(node.name, moment.live))
        for live, kept in effect.made:
            made = Storage(live.bytes, f"{node.name}.{live.name}")
            made.held, made.kept = 0, kept
            self.tape.bytes += made.bytes
            self.tape.alive[made] = None
            storages.append(made)
        for number in effect.kept:
            storages[number].kept = True
        self.tape.bytes += effect.saved
        self.saved += effect.saved
        self.inner.append((node.name, effect))
        for layout in effect.results.values():
            storages[layout.storage].held += 1
        return {
            Value(node.name, name): Array(one.sizes, one.strides, storages[one.storage], one.learning)
            for name, one in effect.results.items()
        }

    def _peaked(self) -> None:
        self.moment = self._moment(self.tape.maker, set(), ())

    def _moment(self, step: str, freed: set[Storage], within: Sequence[Live]) -> Moment:
        """Now, but for what a block has freed and made."""
        alive = [one for one in self.tape.alive if one not in freed]
        own = [Live(one.maker, one.bytes) for one in alive if one.bytes and one not in self.given]
        gone = frozenset(number for number, one in enumerate(self.given) if one not in alive)
        return Moment(step, self.tape.peak, (*own, *within), gone)

    def _effect(self) -> Effect:
        """What is left at the end."""
        storages = list(self.given)
        results: dict[str, Layout] = {}
        for name, value in self.wanted.items():
            array = self.values[value]
            if array.storage not in storages:
                storages.append(array.storage)
            results[name] = _layout(array, storages)
        hidden = [Live(one.maker, one.bytes) for one in self.tape.alive if one.kept and one not in storages]
        return Effect(
            self.moment,
            self.tape.peak,
            results,
            tuple((Live(one.maker, one.bytes), one.kept) for one in storages[len(self.given) :]),
            tuple(number for number, one in enumerate(self.given) if one.kept),
            self.saved + sum(one.bytes for one in hidden),
            tuple(hidden),
            tuple(self.inner),
        )


def _layout(array: Array, storages: Sequence[Storage]) -> Layout:
    return Layout(array.sizes, array.strides, storages.index(array.storage), array.learning)


def _within(block: str, storages: Iterable[Live]) -> list[Live]:
    return [Live(f"{block}.{one.name}", one.bytes) for one in storages]
