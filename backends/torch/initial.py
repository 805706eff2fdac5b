"""Initial weights: loops over the modules, as torchvision writes them."""

from __future__ import annotations

from collections.abc import Sequence

from cnndsl.backends.torch.context import CannotShare, Context
from cnndsl.backends.torch.expressions import quote
from cnndsl.backends.torch.keys import access
from cnndsl.backends.torch.plan import ModuleClass
from cnndsl.backends.torch.spelling import literal
from cnndsl.backends.torch.statements import Nested, Statement
from cnndsl.graph import Graph, Initializer, Node

Weights = tuple[tuple[str, Initializer], ...]


def initialize(context: Context, kinds: dict[str, set[str]], classes: dict[Graph, ModuleClass]) -> list[Statement]:
    """What ``__init__`` does at its end.

    ``kinds`` maps an operation to the PyTorch classes that it became in this module. An ``init`` statement is a loop;
    an ``init=`` on a call inside a block that such a loop reaches comes after it, as it wins.
    """
    graphs = context.owner.graphs
    out: list[Statement] = []
    if any(graph.inits != graphs[0].inits for graph in graphs):
        raise CannotShare(None)
    loop = _loop(graphs, kinds)
    if loop:
        out.append(Nested("for module in self.modules()", loop))
        out += _overrides(graphs, classes)
    reached = {name for name, _ in graphs[0].inits}
    return [*out, *_own(context, reached if loop else set())]


def _loop(graphs: Sequence[Graph], kinds: dict[str, set[str]]) -> list[Statement]:
    cases: list[tuple[list[str], list[Statement]]] = []
    for name, weights in graphs[0].inits:
        body = [line for weight in weights for line in _statement("module", weight, _absent(graphs, name))]
        found = sorted(kinds.get(name, ())) if body else []
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


def _statement(module: str, weight: tuple[str, Initializer], absent: set[str]) -> list[Statement]:
    name, initializer = weight
    target = f"{module}.{name}" if name else module
    line = f"nn.init.{spelled(initializer, target)}"
    return [Nested(f"if {target} is not None", [line])] if name in absent else [line]


def spelled(initializer: Initializer, target: str) -> str:
    """``kaiming_normal_(module.weight, mode="fan_out")``."""
    arguments = dict(initializer.arguments)
    if initializer.name == "constant" and arguments["val"] in (0, 1):
        return f"{'ones_' if arguments['val'] else 'zeros_'}({target})"
    if initializer.name == "constant":
        return f"constant_({target}, {arguments['val']!r})"
    texts = [f"{key}={quote(value) if isinstance(value, str) else literal(value)}" for key, value in arguments.items()]
    return f"{initializer.name}_({', '.join([target, *texts])})"


def _absent(graphs: Sequence[Graph], operation: str) -> set[str]:
    """Weights that some but not all modules of an operation have."""
    having: dict[str, int] = {}
    total = 0
    for node, graph in _nodes(graphs):
        if node.operation is not None and node.operation.name == operation and node.operation is not None:
            total += 1
            for weight in node.operation.weights(*(graph.operand_shapes(node) or ())):
                having[weight.name] = having.get(weight.name, 0) + 1
    return {name for name in ("weight", "bias") if having.get(name, 0) < total}


def _nodes(graphs: Sequence[Graph]) -> list[tuple[Node, Graph]]:
    from cnndsl.backends.torch.plan import reachable

    return [(node, graph) for graph in reachable(graphs) for node in graph]


def _overrides(graphs: Sequence[Graph], classes: dict[Graph, ModuleClass]) -> list[Statement]:
    """A second loop for blocks whose calls say ``init=`` themselves, against an ``init`` statement around them."""
    from cnndsl.backends.torch.plan import reachable

    reached = {name for name, _ in graphs[0].inits}
    out: dict[str, list[Statement]] = {}
    for graph in reachable(graphs):
        if graph in graphs:
            continue
        own = [line for node in graph for line in _call("module", graph, node) if node.kind in reached]
        known = classes[graph].name
        if own and known not in out:
            out[known] = list(own)
    return [
        Nested("for module in self.modules()", [Nested(f"if isinstance(module, {name})", lines)])
        for name, lines in out.items()
    ]


def _own(context: Context, after: set[str]) -> list[Statement]:
    """``init=`` of this class's own calls that no loop around it would undo."""
    graph = context.owner.graphs[0]
    outer = {name for root in context.around for name, _ in root.inits}
    out: list[Statement] = []
    for node in graph:
        if node.kind not in outer or node.kind in after:
            out += _call("self", graph, node)
    return out


def _call(owner: str, graph: Graph, node: Node) -> list[Statement]:
    if not node.inits or node.module is None:
        return []
    if node.kind in ("scale", "shift") and node.inits[0][1].name == "constant":
        return []
    place = owner
    for part in node.module.split("."):
        place = f"{place}[{part}]" if part.isdigit() and place != owner else access(place, quote(part))
    weights = node.operation.weights(*(graph.operand_shapes(node) or ())) if node.operation is not None else ()
    itself = [weight.name for weight in weights] == [""]
    return [line for name, how in node.inits for line in _statement(place, ("" if itself else name, how), set())]
