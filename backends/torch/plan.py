"""Which instances share a class.

Instances of a block share one when they differ only in numbers, or in modules that an ``if`` leaves out: every step
that both execute must make the same kind of module. Inner blocks are decided first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from cnndsl.backends.torch.code import Code
from cnndsl.graph import Graph, Node
from cnndsl.syntax import tree
from cnndsl.trace import Item, Trace

Site = tuple[str, int, int]


class Parameter:
    """A constructor argument: its value for each instance, and where a caller finds it.

    ``source`` is ``channels`` (those of the flow at the call), the name of a parameter of the block, or empty for a
    number that had to be handed in. ``size``: it goes where PyTorch takes a number or a pair, so that a square is one
    number.
    """

    def __init__(self, name: str, source: str, values: dict[Graph, Any], default: Any = None) -> None:
        self.name = name
        self.source = source
        self.values = values
        self.default = default
        self.size = False


class ModuleClass:
    """A class to be written and, once it is, what a caller must know of it."""

    def __init__(self, graphs: list[Graph], targets: dict[Site, object]) -> None:
        self.graphs = graphs
        self.targets = targets
        self.name = ""
        self.parameters: list[Parameter] = []
        self.channels: Code | None = None
        self.lines: list[str] = []

    @property
    def definition(self) -> tree.Definition:
        """The block or network that it writes."""
        return self.graphs[0].definition


def reachable(roots: Sequence[Graph]) -> list[Graph]:
    """All graphs under ``roots``, inner ones first, each once."""
    order: dict[Graph, None] = {}
    for root in roots:
        stack: list[tuple[Graph, Iterator[Node]]] = [(root, iter(root))]
        while stack:
            graph, nodes = stack[-1]
            inner = next((node.graph for node in nodes if node.graph is not None and node.graph not in order), None)
            if inner is None:
                order[graph] = None
                stack.pop()
            else:
                stack.append((inner, iter(inner)))
    return list(order)


def group(roots: Sequence[Graph], apart: Collection[tree.Definition], kin: Mapping[Graph, Graph]) -> list[ModuleClass]:
    """The classes of a module, inner ones first; those of the definitions in ``apart`` serve one instance each.

    ``kin`` maps a network with another value of a free parameter to the network itself: it is no other instance.
    """
    classes: list[ModuleClass] = []
    of: dict[Graph, ModuleClass] = {}
    for graph in reachable(roots):
        found = targets(graph, of)
        alone = graph.definition in apart
        near = [one for one in classes if not alone or kin.get(graph, graph) in one.graphs]
        shared = next((one for one in near if _fits(one, graph, found)), None)
        if shared is None:
            shared = ModuleClass([], {})
            classes.append(shared)
        shared.graphs.append(graph)
        shared.targets.update(found)
        of[graph] = shared
    return sorted(classes, key=_depth(classes, of))


def _depth(classes: Sequence[ModuleClass], of: dict[Graph, ModuleClass]) -> Any:
    """Key that puts a class after every class that it uses, and otherwise keeps the order."""
    ranks: dict[int, tuple[int, int]] = {}

    def rank(one: ModuleClass) -> tuple[int, int]:
        if id(one) not in ranks:
            inner = {id(of[n.graph]): of[n.graph] for g in one.graphs for n in g if n.graph is not None}
            ranks[id(one)] = (1 + max((rank(other)[0] for other in inner.values()), default=0), classes.index(one))
        return ranks[id(one)]

    return rank


def _fits(one: ModuleClass, graph: Graph, found: dict[Site, object]) -> bool:
    if one.definition is not graph.definition:
        return False
    return all(one.targets.get(site, target) == target for site, target in found.items())


def targets(graph: Graph, of: dict[Graph, ModuleClass]) -> dict[Site, object]:
    """What kind of module each executed step makes, and which arm an ``if`` takes where that changes ``forward``."""
    found: dict[Site, object] = {}
    if graph.trace is not None:
        _visit(graph, graph.trace, of, found, False)
    return found


def _visit(graph: Graph, trace: Trace, of: dict[Graph, ModuleClass], found: dict[Site, object], grouped: bool) -> None:
    for line in trace.lines:
        for item in line:
            start = item.step.span.start
            if item.node is not None and isinstance(item.step, tree.Apply):
                target = _target(graph[item.node], graph, of)
                site = ("call", start, 0)
                for number in range(len(found) + 1):
                    site = ("call", start, number)
                    if found.get(site, target) == target:
                        break
                found[site] = target
            if isinstance(item.step, tree.If) and not grouped and not optional(item):
                found["if", start, 0] = item.arm
            for body in item.bodies:
                _visit(graph, body, of, found, grouped or isinstance(item.step, tree.Group))


def optional(item: Item) -> bool:
    """Whether an ``if`` only decides if one labelled module is there: ``if c { downsample: { ... } }``."""
    step = item.step
    if not isinstance(step, tree.If) or len(step.arms) > 1 or step.otherwise is not None:
        return False
    lines = step.arms[0][1].lines
    steps = [inner for line in lines for inner in line.steps]
    return len(steps) == 1 and isinstance(steps[0], (tree.Apply, tree.Group)) and steps[0].label is not None


def _target(node: Node, graph: Graph, of: dict[Graph, ModuleClass]) -> object:
    if node.graph is not None:
        return id(of[node.graph])
    starts = () if node.kind in ("scale", "shift") else node.inits
    shapes = graph.operand_shapes(node) or ()
    words = tuple(value for value in vars(node.operation).values() if isinstance(value, str))
    lengths = tuple(len(value) for value in vars(node.operation).values() if isinstance(value, tuple))
    return (node.kind, tuple(shape.axes for shape in shapes), words, starts, lengths, reduced(node))


def reduced(node: Node) -> dict[str, object]:
    """The arguments that PyTorch takes with fewer numbers than the text gives: [3, 3, 1, 1] is the pair (1, 3).

    A parameter of the block that holds the list cannot stand there.
    """
    found: dict[str, object] = {}
    for field, value in vars(node.operation).items() if node.operation is not None else ():
        given = node.arguments.get(field)
        raw = given.value if given is not None else None
        if isinstance(value, tuple) and isinstance(raw, tuple) and len(raw) != len(value):
            found[field] = value
    return found
