"""What runs in inference."""

from __future__ import annotations

from cnndsl.graph import Graph
from cnndsl.syntax import tree
from cnndsl.trace import Trace


def training_only(graph: Graph) -> set[str]:
    """The nodes of the chains of its training-only outputs: they are not run in inference. All others are.

    What is written runs as it does in PyTorch, also where nobody reads it.
    """
    found: set[str] = set()
    if graph.trace is not None and any(output.training for output in graph.outputs):
        _visit(graph.trace, False, found)
    return found


def _visit(trace: Trace, hidden: bool, found: set[str]) -> None:
    for line in trace.lines:
        for item in line:
            if hidden:
                found.update(item.joins if item.node is None else (item.node, *item.joins))
            within = hidden or (isinstance(item.step, tree.Output) and item.step.training)
            for body in item.bodies:
                _visit(body, within, found)
