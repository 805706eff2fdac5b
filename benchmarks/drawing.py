"""What a folded picture costs against a flat one, which every other tool draws: a box for each operation."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import graphviz

from cnndsl.backends.graphviz import draw
from cnndsl.graph import Graph, steps
from cnndsl.workspace.engine import render
from cnndsl.workspace.library import catalogue
from cnndsl.workspace.network import load
from measure import CNN, seconds


def rows() -> list[tuple[str, str, str]]:
    """Lines of the table: what, figure, limit."""
    graphs = {name: load(name)[name].ir for name, _ in catalogue()}
    folded = {name: _spent(draw, graph) for name, graph in graphs.items()}
    plain = sum(_spent(flat, graph) for graph in graphs.values())
    slowest = max(folded, key=folded.__getitem__)
    whole = seconds({"draw": (*CNN, "draw", slowest)}, rounds=5)["draw"] + folded[slowest]
    total = sum(folded.values())
    return [
        (
            f"`cnn draw {slowest}`, the slowest of {len(graphs)} bundled networks, and its layout",
            f"{whole:.2f} s",
            "under 1 s",
        ),
        (
            f"layout of all as torchviz draws, a box for each operation ({plain:.1f} s) : folded ({total:.1f} s)",
            f"{plain / total:.1f}",
            "at least 2",
        ),
    ]


def flat(graph: Graph) -> str:
    """A box for each operation, blocks opened."""
    made = graphviz.Digraph(graph.name)
    for step in steps(graph):
        made.node(step.name, label=f"{step.name}\n{step.node.kind}", shape="box")
        for operand in step.operands:
            made.edge(operand, step.name)
    return str(made.source)


def _spent(written: Callable[[Graph], str], graph: Graph) -> float:
    """CPU of writing a picture and of laying it out, in this process."""
    start = process_time()
    render(written(graph), "svg")
    return process_time() - start
