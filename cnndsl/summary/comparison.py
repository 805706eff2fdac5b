"""Several networks, a line each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cnndsl.graph import Graph
from cnndsl.passes.conventions import CONVENTIONS, Convention, total
from cnndsl.passes.depth import depth
from cnndsl.summary.facts import Facts
from cnndsl.summary.notes import MEMORY
from cnndsl.summary.table import Column, Table, choose, find, line, order
from cnndsl.trace import Value


class Compared(NamedTuple):
    """A network under the name that tells it apart, and what is known of it."""

    name: str
    facts: Facts

    @property
    def graph(self) -> Graph:
        """Its graph."""
        return self.facts.graph

    @property
    def outputs(self) -> str:
        """The shapes of what it gives at inference."""
        declared = [output.value for output in self.graph.outputs if not output.training]
        values = declared or [value for value in (self.graph.result(),) if value is not None]
        shapes = (self.graph.shapes.get(value) for value in values)
        return ", ".join(str(shape) for shape in shapes if shape is not None)

    @property
    def inputs(self) -> str:
        """The shapes of what it reads."""
        shapes = (self.graph.shapes.get(Value(name)) for name in self.graph.inputs)
        return ", ".join(str(shape) for shape in shapes if shape is not None)

    def operations(self, convention: Convention) -> int:
        """At batch 1."""
        return total(self.graph, convention, self.facts.counts)


_DECLARED: tuple[Column[Compared], ...] = (
    Column("network", "network", "its name", lambda c: c.name, "text"),
    Column("input", "input", "shapes of what it reads, without the batch", lambda c: c.inputs, "text"),
    Column("output", "output", "shapes of what it gives at inference", lambda c: c.outputs, "text"),
    Column("params", "parameters", "what is learned, heads for training included", lambda c: c.facts.totals.params),
    Column(
        "params_without_biases",
        "without biases",
        "parameters whose key does not end in bias",
        lambda c: c.facts.totals.params_without_biases,
    ),
    Column("buffers", "buffers", "what is saved and not learned", lambda c: c.facts.totals.buffers),
    Column("macs", "MACs", CONVENTIONS["macs"], lambda c: c.operations("macs")),
    Column("flops", "FLOPs", "floating-point operations, 2 a multiply-add", lambda c: c.operations("flops")),
    Column("fvcore", "fvcore", "what fvcore counts", lambda c: c.operations("fvcore")),
    Column("values", "values", "numbers in the outputs of all layers", lambda c: c.facts.values),
    Column(
        "inference_peak",
        "peak",
        "MiB of activations alive at once at inference; in csv and json bytes",
        lambda c: c.facts.memory.inference_peak,
        "memory",
        "MiB",
    ),
    Column(
        "saved_for_backward",
        "saved",
        "MiB that the backward pass needs; in csv and json bytes",
        lambda c: c.facts.memory.saved_for_backward,
        "memory",
        "MiB",
    ),
    Column(
        "receptive_field",
        "field",
        "receptive field of the last map before global pooling or flatten",
        lambda c: c.facts.field.largest if c.facts.field is not None else None,
    ),
    Column("depth", "depth", "layers with weights on the longest path", lambda c: depth(c.graph)),
)

NETWORKS: dict[str, Column[Compared]] = {column.name: column for column in _DECLARED}

NETWORK_DEFAULT = (
    "network",
    "input",
    "params",
    "macs",
    "flops",
    "inference_peak",
    "saved_for_backward",
    "depth",
    "receptive_field",
)

_STATED: tuple[tuple[str, str, Convention], ...] = (
    ("macs", "MACs", "macs"),
    ("flops", "FLOPs", "flops"),
    ("fvcore", "fvcore", "fvcore"),
)


def compare(
    networks: Mapping[str, Graph], columns: str | Iterable[str] | None = None, sort: str | None = None
) -> Table:
    """A line for each network, by the names that tell them apart. Raises ``UnknownColumn``."""
    found = compared(networks)
    chosen = choose(NETWORKS, _default(found) if columns is None else columns)
    key = find(NETWORKS, sort) if sort is not None else None
    if key is not None:
        found = order(key, found)
    names = {column.name for column in chosen}
    notes = [f"{title}: {CONVENTIONS[name]}" for column, title, name in _STATED if column in names]
    if names & {"inference_peak", "saved_for_backward"}:
        notes.append(MEMORY)
    if "input" not in names:
        notes.append(f"input: {', '.join(dict.fromkeys(one.inputs for one in found))}")
    return Table("", chosen, tuple(line(chosen, one) for one in found), None, tuple(notes))


def _default(found: list[Compared]) -> list[str]:
    """An input that all of them have is told once, below."""
    alike = len({one.inputs for one in found}) == 1
    return [name for name in NETWORK_DEFAULT if name != "input" or not alike]


def compared(networks: Mapping[str, Graph]) -> list[Compared]:
    """The networks with what is known of them."""
    return [Compared(name, Facts(graph)) for name, graph in networks.items()]
