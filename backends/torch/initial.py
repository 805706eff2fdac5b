"""Initial weights: loops over the modules, as torchvision writes them.

An ``init`` statement is a loop over all modules of the class where it stands; inner blocks have their say after it. A
block with a statement of its own says it in ``init_weights``, so that it can be said again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cnndsl.backends.torch.context import CannotShare, Context
from cnndsl.backends.torch.plan import ModuleClass, reachable
from cnndsl.backends.torch.starts import FACTORS, Row, absent, rows_of, statement, statements
from cnndsl.backends.torch.statements import Nested, Statement
from cnndsl.graph import Graph, Initializer

AGAIN = "init_weights"
"""The method that says again how the weights of a block start."""


class Initial(NamedTuple):
    """What ``__init__`` does at its end, and the body of the method that a class around calls."""

    init: list[Statement]
    method: list[Statement]


def initialize(
    context: Context, kinds: dict[str, set[str]], classes: dict[Graph, ModuleClass], places: set[str]
) -> Initial:
    """How the weights of a class start.

    ``kinds`` maps an operation to the PyTorch classes that it became in this module; ``places`` are the containers
    whose parts have indices.
    """
    graphs = context.owner.graphs
    said = merged(graphs[0])
    if any(merged(graph) != said for graph in graphs):
        raise CannotShare(None)
    some, every = _around(context)
    again = bool(said.keys() & some)
    out: list[Statement] = []
    loop = _loop(graphs, kinds)
    if loop:
        out.append(Nested("for module in self.modules()", loop))
    if said:
        out += statements("self", _same([list(_factors(graph, said, "")) for graph in graphs]), places)
        out += _overrides(context.owner, said, classes)
    rows = _same([list(rows_of(graph)) for graph in graphs])
    undone = set() if again else every - said.keys()
    out += statements("self", [row for row in rows if row.kind not in undone], places)
    if not again:
        return Initial(out, [])
    return Initial([] if {*said, *(row.kind for row in rows)} <= every else [f"self.{AGAIN}()"], out)


def merged(graph: Graph) -> dict[str, dict[str, Initializer]]:
    """What the statements of a block say of each weight of an operation; the last one wins."""
    out: dict[str, dict[str, Initializer]] = {}
    for name, weights in graph.inits:
        out.setdefault(name, {}).update(weights)
    return out


def _same(rows: Sequence[list[Row]]) -> list[Row]:
    """What all instances of a class say."""
    if any(other != rows[0] for other in rows):
        raise CannotShare(None)
    return rows[0]


def _around(context: Context) -> tuple[set[str], set[str]]:
    """Operations that statements around the class reach: in some network, in every one."""
    own = set(context.owner.graphs)
    found = []
    for root in context.around:
        inside = reachable([root])
        if own.isdisjoint(inside):
            continue
        above = [graph for graph in inside if graph.inits and graph not in own]
        found.append({kind for graph in above if not own.isdisjoint(reachable([graph])) for kind in merged(graph)})
    return set().union(*found), set.intersection(*found) if found else set()


def _loop(graphs: Sequence[Graph], kinds: dict[str, set[str]]) -> list[Statement]:
    cases: list[tuple[list[str], list[Statement]]] = []
    for name, weights in merged(graphs[0]).items():
        missing = absent(graphs, name)
        body = [line for weight in weights.items() for line in statement("module", weight, missing)]
        found = sorted(kinds.get(name, ())) if body and name not in FACTORS else []
        same = next((known for known, lines in cases if lines == body), None)
        if same is not None:
            same += found
        elif found:
            cases.append((found, body))
    out: list[Statement] = []
    for found, body in cases:
        kind = found[0] if len(found) == 1 else f"({', '.join(found)})"
        out.append(Nested(f"{'elif' if out else 'if'} isinstance(module, {kind})", body))
    return out


def _factors(graph: Graph, said: dict[str, dict[str, Initializer]], prefix: str) -> Iterator[Row]:
    """Learned factors are parameters, not modules: a statement reaches each by its name."""
    for node in graph:
        if node.module is None:
            continue
        path = prefix + node.module
        if node.graph is not None:
            inner = {name: how for name, how in said.items() if name not in merged(node.graph)}
            yield from _factors(node.graph, inner, f"{path}.")
        elif node.kind in FACTORS and not node.inits:
            yield from (Row(path, node.kind, "", how) for how in said.get(node.kind, {}).values())


def _overrides(
    owner: ModuleClass, said: dict[str, dict[str, Initializer]], classes: dict[Graph, ModuleClass]
) -> list[Statement]:
    """A second loop for blocks that say otherwise than a statement around them: outer ones first, as inner ones win."""
    out: dict[str, list[Statement]] = {}
    for graph in reversed(reachable(owner.graphs)):
        known = classes[graph].name
        if graph in owner.graphs or known in out:
            continue
        if merged(graph).keys() & said.keys():
            out[known] = [f"module.{AGAIN}()"]
        elif own := [row for row in rows_of(graph) if row.kind in said]:
            out[known] = statements("module", own, set())
    return [
        Nested("for module in self.modules()", [Nested(f"if isinstance(module, {name})", lines)])
        for name, lines in out.items()
    ]
