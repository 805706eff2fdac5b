"""The input sizes that a compiled network takes, and its shapes as formulas of them.

With ``input image: [3, H=224, W=224]`` a network is compiled at its defaults; its weights and arguments stay what they
are there. Which other sizes does that very module take? Exactly those of ``valid_sizes``, in inference. What PyTorch
would broadcast without a word the language does not allow, and neither is it counted here.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from cnndsl.graph import Graph
from cnndsl.passes.sizes.forms import MIRRORED, Demand, Form, Tracer, number, symbol
from cnndsl.passes.sizes.growth import Horizon
from cnndsl.passes.sizes.limits import Limit, limits
from cnndsl.passes.sizes.run import Fault, Outcome, Run, acts_in_training
from cnndsl.passes.sizes.sections import Section, run_at, section
from cnndsl.passes.sizes.sets import Sizes
from cnndsl.passes.sizes.traced import Order, Traced, Untraceable
from cnndsl.passes.sizes.writing import Writer, enclosed, reduced
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.trace import Value


class Symbol(NamedTuple):
    """A symbol of an input: the sizes that fit with the other symbols at their defaults, and what limits them."""

    name: str
    default: int
    sizes: Sizes
    limits: tuple[Limit, ...]

    @property
    def text(self) -> str:
        """``H >= 63``."""
        return self.sizes.text(self.name)


class Tie(NamedTuple):
    """A step that ties symbols together: its dotted name and place, and what must hold of them."""

    step: str
    span: Span
    symbols: tuple[str, ...]
    text: str


class Together(NamedTuple):
    """Symbols that are tied: the sizes that fit when all of them are equal (a square input).

    ``apart`` is, for each, what all other steps need of it.
    """

    symbols: tuple[str, ...]
    sizes: Sizes
    limits: tuple[Limit, ...]
    apart: tuple[Sizes, ...]


class ValidSizes(NamedTuple):
    """What input sizes a compiled network takes.

    ``training``: those of training mode, where they are others. ``single``: the batch norm that needs the largest
    input to be trained on one image at a time, having more than one value to take a mean of; its ``text`` is empty
    where no input is large enough.
    """

    graph: Graph
    symbols: tuple[Symbol, ...]
    ties: tuple[Tie, ...]
    together: tuple[Together, ...]
    training: tuple[Symbol, ...]
    single: Tie | None

    def of(self, name: str) -> Symbol:
        """The symbol of this name; raises ``KeyError``."""
        return {symbol.name: symbol for symbol in self.symbols}[name]

    def refusal(self, sizes: Mapping[str, int], training: bool = False) -> Fault | None:
        """The first step that does not take these sizes, the other symbols at their defaults; None: they fit."""
        faults = run_at(self.graph, Run(Horizon(), training), dict(sizes)).faults
        return faults[0] if faults else None


def valid_sizes(graph: Graph) -> ValidSizes:
    """The sizes of each symbol of a network without mistakes, with the steps that impose the conditions."""
    sections = {name: section(graph, (name,)) for name in graph.symbols}
    symbols = tuple(_symbol(found, graph.symbols[name]) for name, found in sections.items())
    tracer, _ = _traced(graph)
    apart = {name: section(graph, (name,), apart=True) for name in graph.symbols if tracer.demands}
    ties = tuple(_ties(tracer.demands, apart))
    together = tuple(_together(graph, names, ties, apart) for names in _groups(ties))
    training = _in_training(graph, symbols)
    least = {symbol.name: symbol.sizes.least for symbol in (training or symbols)}
    writer = _writer({symbol.name: symbol.sizes for symbol in symbols})
    return ValidSizes(graph, symbols, ties, together, training, _single(graph, least, writer))


def _writer(fitting: Mapping[str, Sizes]) -> Writer:
    """What is right for the sizes that were looked at may be wrong beyond."""
    return Writer({name: sizes for name, sizes in fitting.items() if sizes.known is None}, {})


def _symbol(found: Section, default: int) -> Symbol:
    (name,) = found.symbols
    return Symbol(name, default, found.sizes(), limits(found, name, default))


def _in_training(graph: Graph, symbols: tuple[Symbol, ...]) -> tuple[Symbol, ...]:
    """The sizes in training mode, where they are not those of inference."""
    if not acts_in_training(graph):
        return ()
    sections = [section(graph, (symbol.name,), True) for symbol in symbols]
    if [found.sizes() for found in sections] == [symbol.sizes for symbol in symbols]:
        return ()
    return tuple(_symbol(found, graph.symbols[found.symbols[0]]) for found in sections)


def _single(graph: Graph, least: Mapping[str, int], writer: Writer) -> Tie | None:
    """The batch norm with the fewest values, where it can have a single one."""
    tracer = Tracer()
    run = Run(tracer, training=True)
    _trace(graph, tracer, run)
    found: Tie | None = None
    largest = 0
    for mean in run.means:
        if not isinstance(mean.values, Traced):
            if mean.values == 1:
                return Tie(mean.step, mean.span, (), "")
            continue
        form: Form = mean.values.law
        if form.symbols - least.keys() or form.at(least) > 1:
            continue
        sizes = range(1, max(graph.symbols.values()) + 1)
        fails = next((size for size in sizes if form.at(dict.fromkeys(least, size)) > 1), 0)
        if fails > largest:
            largest = fails
            found = Tie(mean.step, mean.span, tuple(sorted(form.symbols)), f"{writer.text(form)} > 1")
    return found


def _traced(graph: Graph, training: bool = False) -> tuple[Tracer, Outcome]:
    """The formulas of all values."""
    tracer = Tracer()
    return tracer, _trace(graph, tracer, Run(tracer, training))


def _trace(graph: Graph, tracer: Tracer, run: Run) -> Outcome:
    """A run on symbols; an axis whose size is no formula of them is a symbol of its own."""
    try:
        return run_at(graph, run, {name: tracer.symbol(name, size) for name, size in graph.symbols.items()})
    except Untraceable:
        names = {place: name for name, place in graph.axes.items()}
        shapes = []
        for source in graph.inputs:
            shape = graph.shapes[Value(source)]
            letters = [names.get((source, axis), f"{source}.{letter}") for axis, letter in enumerate(shape.axes)]
            sizes = [
                size if name.endswith(".C") else tracer.symbol(name, size)
                for name, size in zip(letters, shape.sizes, strict=True)
            ]
            shapes.append(shape.resized(*sizes))
        return run(graph, tuple(shapes))


def _ties(demands: list[Demand], sections: Mapping[str, Section]) -> Iterator[Tie]:
    """What ties symbols together: each step once, and not where the other steps see to it.

    It holds for all sizes that the other steps take, not just for those that fit while other symbols have defaults.
    """
    seen: set[tuple[str, Span, frozenset[str]]] = set()
    places = {(demand.step, demand.span) for demand in demands if demand.span is not None}
    apart = {name: found.sizes(places) for name, found in sections.items()} if demands else {}
    least = {name: sizes.least for name, sizes in apart.items()}
    writer = _writer(apart)
    for demand in demands:
        declared = demand.step.rpartition(".")[2] == "require"
        if demand.span is None or (demand.step, demand.span, demand.symbols) in seen or demand.symbols - least.keys():
            continue
        if not declared and demand.settled(least):
            continue
        seen.add((demand.step, demand.span, demand.symbols))
        yield Tie(
            demand.step,
            demand.span,
            tuple(sorted(demand.symbols)),
            demand.span.text if declared else _said(demand, writer),
        )


def _said(demand: Demand, writer: Writer) -> str:
    order = demand.order if demand.held else _OPPOSITES[demand.order]
    left, right = demand.left.plus(demand.right.by(-1)).sides()
    if not left.symbols:
        left, right, order = right, left, MIRRORED.get(order, order)
    value = right.fixed()
    if left in map(symbol, left.symbols) and right in map(symbol, right.symbols):
        left, right, order = min((left, right, order), (right, left, MIRRORED.get(order, order)), key=repr)
    if value and order in (operator.eq, operator.ne):
        left, value = reduced(left, value)
        right = number(value)
    return f"{writer.text(left)} {_SIGNS[order]} {writer.text(right)}"


_SIGNS: dict[Order, str] = {
    operator.eq: "=",
    operator.ne: "!=",
    operator.lt: "<",
    operator.le: "<=",
    operator.gt: ">",
    operator.ge: ">=",
}
_OPPOSITES: dict[Order, Order] = {
    operator.eq: operator.ne,
    operator.ne: operator.eq,
    operator.lt: operator.ge,
    operator.ge: operator.lt,
    operator.gt: operator.le,
    operator.le: operator.gt,
}


def _groups(ties: Iterable[Tie]) -> list[tuple[str, ...]]:
    """The symbols that are tied, directly or through others."""
    groups: list[set[str]] = []
    for tie in ties:
        joined = set(tie.symbols).union(*(group for group in groups if group & set(tie.symbols)))
        groups = [*(group for group in groups if not group & joined), joined]
    return [tuple(sorted(group)) for group in groups]


def _together(graph: Graph, names: tuple[str, ...], ties: tuple[Tie, ...], sections: Mapping[str, Section]) -> Together:
    square = section(graph, names)
    steps = {(tie.step, tie.span) for tie in ties}
    text = " = ".join(names)
    apart = tuple(sections[name].sizes(steps) for name in names)
    return Together(names, square.sizes(), limits(square, text, graph.symbols[names[0]]), apart)


def formulas(graph: Graph, valid: ValidSizes | None = None) -> dict[str, str]:
    """The shape of every value as a formula of the symbols, by the dotted name of its step or applied block.

    ``64 x ceil(H/2) x ceil(W/2)``; a size that is the same for all inputs that fit is a number. ``valid`` where it is
    known already.
    """
    found: dict[str, str] = {}
    for outcome, writer in _runs(graph, valid):
        _collect(outcome, "", writer, found)
    return found


def output_formulas(graph: Graph, valid: ValidSizes | None = None) -> dict[str, str]:
    """The same of the outputs, by their names."""
    found: dict[str, str] = {}
    for outcome, writer in _runs(graph, valid):
        values = outcome.values
        found.update(
            (output.name, _shape(values[output.value], writer)) for output in graph.outputs if output.value in values
        )
    return {output.name: found[output.name] for output in graph.outputs}


def _runs(graph: Graph, valid: ValidSizes | None) -> Iterator[tuple[Outcome, Writer]]:
    """All values in training, then those of inference, which may have more sizes."""
    if valid is not None:
        fitting = {symbol.name: symbol.sizes for symbol in valid.symbols}
    else:
        fitting = {name: section(graph, (name,)).sizes() for name in graph.symbols}
    for training in (True, False) if acts_in_training(graph) else (False,):
        tracer, outcome = _traced(graph, training)
        tied = {name for demand in tracer.demands for name in demand.symbols}
        certain = {name: sizes for name, sizes in fitting.items() if name not in tied and sizes.known is None}
        yield outcome, Writer(certain, tracer.pinned)


def _collect(outcome: Outcome, prefix: str, writer: Writer, found: dict[str, str]) -> None:
    for value, shape in outcome.values.items():
        if value.output:
            continue
        found[prefix + value.node] = _shape(shape, writer)
        if value.node in outcome.inner:
            _collect(outcome.inner[value.node], f"{prefix}{value.node}.", writer, found)


def _shape(shape: Shape, writer: Writer) -> str:
    axes = [writer.text(size.law) if isinstance(size, Traced) else str(size) for size in shape.sizes]
    return axes[0] if len(axes) == 1 else " x ".join(enclosed(axis, "/") for axis in axes)
