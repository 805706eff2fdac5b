"""The trace: every step of every body has one item, where it stands in the text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from cnndsl.compiler import check
from cnndsl.elaborate.evaluate import evaluate
from cnndsl.graph import Graph
from cnndsl.source import Source
from cnndsl.syntax import tree
from cnndsl.trace import Item, Trace, Value

LIBRARY = Path(__file__).parents[2] / "architectures"


def read(name: str, importer: Source) -> Source | None:
    path = LIBRARY / f"{name}.cnn"
    return Source(path.name, path.read_text("utf-8")) if path.exists() else None


def graphs(graph: Graph, seen: set[int]) -> Iterator[Graph]:
    if id(graph) not in seen:
        seen.add(id(graph))
        yield graph
        for node in graph:
            if node.graph is not None:
                yield from graphs(node.graph, seen)


def bodies(item: Item) -> list[tree.Body]:
    step = item.step
    if isinstance(step, tree.Group | tree.With | tree.Dense):
        return [step.body]
    if isinstance(step, tree.For | tree.Repeat):
        return [step.body] * len(item.bodies)
    if isinstance(step, tree.If):
        if item.arm is None:
            return []
        arms = [*(body for _, body in step.arms), step.otherwise]
        chosen = arms[item.arm]
        assert chosen is not None
        return [chosen]
    if isinstance(step, tree.Residual):
        return [step.body] if step.shortcut is None else [step.body, step.shortcut]
    if isinstance(step, tree.Apply) and step.branches is not None:
        return [step.branches]
    return []


def verify(graph: Graph, trace: Trace, made: list[str]) -> None:
    assert len(trace.lines) == len(trace.body.lines)
    for line, items in zip(trace.body.lines, trace.lines, strict=True):
        assert [id(item.step) for item in items] == [id(step) for step in line.steps]
        for before, after in pairwise(items):
            assert before.after == after.before
        for item in items:
            if isinstance(item.step, tree.Output):
                assert len(item.bodies) == (item.step.chain is not None)
            else:
                assert [inner.body for inner in item.bodies] == bodies(item)
            for inner in item.bodies:
                verify(graph, inner, made)
            made.extend([item.node] if item.node is not None else item.joins)
            if isinstance(item.step, tree.Apply) and item.node is not None and item.step.branches is None:
                assert graph[item.node].module == item.key
                check_arguments(graph, item, trace)


def check_arguments(graph: Graph, item: Item, trace: Trace) -> None:
    """Expressions at the call still have the value that was bound."""
    assert item.node is not None
    it = graph.shapes.get(item.before) if item.before is not None else None
    for argument in graph[item.node].arguments.values():
        if argument.expression is not None and not isinstance(argument.value, Value):
            assert evaluate(argument.expression, trace.scope, it) == argument.value


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.cnn")), ids=lambda path: path.stem)
def test_trace(path: Path) -> None:
    checked = check(Source(path.name, path.read_text("utf-8")), read)
    assert [finding for finding in checked.findings if finding.severity == "error"] == []
    seen: set[int] = set()
    for network in checked.networks.values():
        for graph in graphs(network, seen):
            made: list[str] = [] if graph.definition.keyword == "network" else list(graph.inputs)
            assert graph.trace is not None
            verify(graph, graph.trace, made)
            assert sorted(made) == sorted(graph.nodes)


def test_what_a_loop_binds() -> None:
    text = "network n { input x: [4, H=8, W=8] \n for i, w in enumerate([2, 3]) { let v = w + i \n conv(v, 1) } }"
    checked = check(Source("n.cnn", text), read)
    trace = checked.networks["n"].trace
    assert trace is not None
    loop = trace.lines[1][0]
    for index, inner in enumerate(loop.bodies):
        binding = inner.scope.find("w")
        assert binding is not None
        assert (binding.kind, binding.value) == ("loop", 2 + index)
        assert binding.expression is loop.step.iterable  # type: ignore[union-attr]
        made = inner.scope.find("v")
        assert made is not None
        assert (made.kind, made.value) == ("let", 2 + 2 * index)


def test_the_networkx_graph_has_operand_slots() -> None:
    text = "network n { input x: [4, H=8, W=8] \n add { identity \n identity } -> relu: relu }"
    network = check(Source("n.cnn", text), read).networks["n"].network
    assert list(network.nodes) == ["x", "add", "relu"]
    assert sorted(network.edges(keys=True)) == [("add", "relu", 0), ("x", "add", 0), ("x", "add", 1)]
    assert network.nodes["relu"]["node"].kind == "relu"
