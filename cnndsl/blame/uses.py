"""How often a fault of a block is met: in how many of its uses, and in which first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cnndsl.graph import Graph
from cnndsl.site import Site
from cnndsl.trace import Value


def uses(code: str, sites: Sequence[Site], networks: Mapping[str, Graph]) -> str:
    """``in 3 of the 12 uses of cell, first in layer1.0``; empty where there is one use, or no block around."""
    if not sites[0].around:
        return ""
    here = {site.graph for site in sites}
    definition = sites[0].graph.definition
    faulty = _count(networks, lambda graph: graph in here)
    total = _count(networks, lambda graph: graph.definition is definition)
    if total < 2:
        return ""
    name = sites[0].graph.name
    if faulty < 1:
        return f"{name} is used {total} times"

    def is_dark(graph: Graph) -> bool:
        return graph.definition is definition and graph not in here and _is_dark(graph)

    unknown = code != "E0401" and _count(networks, is_dark)
    some = f"in {'at least ' if unknown else ''}{faulty} of the {total} uses of {name}"
    of = f"in all {total} uses of {name}" if faulty == total else some
    first = _first(networks, here)
    return f"{of}{', first in' if faulty > 1 else ':'} {first}" if first else of


def _is_dark(graph: Graph) -> bool:
    """Whether it is not known what flows in, for a fault before it."""
    return any(Value(name) not in graph.shapes for name in graph.inputs)


def _count(networks: Mapping[str, Graph], wanted: Callable[[Graph], bool]) -> int:
    known: dict[Graph, int] = {}

    def inside(graph: Graph) -> int:
        pending = [graph]
        while pending:
            current = pending[-1]
            inner = [node.graph for node in current if node.graph is not None]
            waiting = [one for one in inner if one not in known]
            if waiting:
                pending.extend(waiting)
                continue
            known[current] = sum(known[one] + wanted(one) for one in inner)
            pending.pop()
        return known[graph]

    return sum(inside(graph) for graph in networks.values())


def _first(networks: Mapping[str, Graph], here: set[Graph]) -> str:
    """The dotted name of the first use, with its network where there are several."""
    for name, root in networks.items():
        dead: set[Graph] = set()
        path = _path(root, here, dead)
        if path is not None:
            words = [path] if any(letter.isalpha() for letter in path) else []  # a number alone tells nobody where
            return " of ".join([*words, name] if len(networks) > 1 else words)
    return ""


def _path(root: Graph, here: set[Graph], dead: set[Graph]) -> str | None:
    pending = [(root, iter(root), "")]
    while pending:
        graph, nodes, prefix = pending[-1]
        node = next((node for node in nodes if node.graph is not None and node.graph not in dead), None)
        if node is None or node.graph is None:
            dead.add(graph)
            pending.pop()
        elif node.graph in here:
            return f"{prefix}{node.name}"
        else:
            pending.append((node.graph, iter(node.graph), f"{prefix}{node.name}."))
    return None
