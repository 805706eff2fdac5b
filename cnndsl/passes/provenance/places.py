"""Values of a network by the names that the text gives them, and the steps that stand on a line of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cnndsl.graph import Graph, Node, instances
from cnndsl.site import Around
from cnndsl.source import Source, Span
from cnndsl.syntax import tree
from cnndsl.trace import Trace, Value


class Where(NamedTuple):
    """A value somewhere in a network, and the dotted name by which it is known."""

    name: str
    graph: Graph
    value: Value
    around: tuple[Around, ...] = ()


class Unknown(Exception):
    """No value has this name: after ``known``, which leads somewhere, comes no ``word``, but there are ``others``."""

    def __init__(self, known: str, word: str, others: tuple[str, ...]) -> None:
        super().__init__(f"{known}.{word}".lstrip("."))
        self.known = known
        self.word = word
        self.others = others


def find(graph: Graph, name: str) -> Where:
    """The value of a step, a block, a group or an output by its dotted name; raises ``Unknown``."""
    here, rest, prefix = graph, name, ""
    around: tuple[Around, ...] = ()
    while True:
        found = _named(here, rest)
        if found is not None:
            return Where(name, here, found, around)
        node = max(
            (node for node in here if node.graph is not None and rest.startswith(f"{node.name}.")),
            key=lambda node: len(node.name),
            default=None,
        )
        if node is None or node.graph is None:
            raise _unknown(here, rest, prefix)
        rest = rest[len(node.name) + 1 :]
        if any(output.name == rest for output in node.graph.outputs):
            return Where(name, here, Value(node.name, rest), around)
        prefix += f"{node.name}."
        around = (Around(here, node.operands, node.span, node.name), *around)
        here = node.graph


def _named(graph: Graph, name: str) -> Value | None:
    if name in graph:
        return Value(name)
    output = next((output.value for output in graph.outputs if output.name == name), None)
    if output is not None:
        return output
    return next((after for label, after in _labels(graph.trace) if label == name), None)


def _labels(trace: Trace | None, prefix: str = "") -> Iterator[tuple[str, Value | None]]:
    """The path of each group, and of each step with a label that is no node by itself; and what it gives."""
    for line in trace.lines if trace is not None else ():
        for item in line:
            inner = prefix
            if isinstance(item.step, tree.Group) and item.key is not None:
                inner = f"{item.key}."
                yield item.key, item.after
            elif isinstance(item.step, tree.Apply) and item.step.label is not None:
                yield prefix + "".join(map(str, item.step.label.parts)), item.after
            for body in item.bodies:
                yield from _labels(body, inner)


def _unknown(graph: Graph, rest: str, prefix: str) -> Unknown:
    """With the longest part of the name that leads somewhere, and the words that may follow it."""
    names = [*(node.name for node in graph), *(output.name for output in graph.outputs)]
    words = rest.split(".")
    for count in reversed(range(len(words))):
        start = "".join(f"{word}." for word in words[:count])
        others = dict.fromkeys(one[len(start) :].partition(".")[0] for one in names if one.startswith(start))
        if others or start.rstrip(".") in names:
            return Unknown(f"{prefix}{start}".rstrip("."), words[count], tuple(others))
    return Unknown(prefix.rstrip("."), rest, ())


class Use(NamedTuple):
    """A step of the text: where it is first used, and how often in all."""

    first: Where
    times: int


def on_line(graph: Graph, source: Source, line: int) -> list[Use]:
    """The steps of a network that begin on a line of a file, in the order of the text; else those that reach over it.

    Applied blocks are steps too.
    """
    spans = {node.span for one in instances(graph) for node in one if _is_step(one, node, graph)}
    lines = {span: _lines(span) for span in spans if span.source is source}
    chosen = [span for span, (first, _) in lines.items() if first == line]
    if not chosen:
        over = [span for span, (first, last) in lines.items() if first <= line <= last]
        chosen = [span for span in over if lines[span][0] == max(lines[one][0] for one in over)]
    uses = _uses(graph, frozenset(chosen))
    return [uses[span] for span in sorted(chosen, key=lambda span: (span.start, -span.end)) if span in uses]


def lines_of_steps(graph: Graph, source: Source) -> set[int]:
    """The lines of a file on which steps of a network begin."""
    spans = {node.span for one in instances(graph) for node in one if _is_step(one, node, graph)}
    return {_lines(span)[0] for span in spans if span.source is source}


def _is_step(graph: Graph, node: Node, network: Graph) -> bool:
    """The flow of a block is no step."""
    return node.operation is not None or node.graph is not None or graph is network


def _lines(span: Span) -> tuple[int, int]:
    return span.source.position(span.start)[0], span.source.position(max(span.start, span.end - 1))[0]


def _uses(network: Graph, spans: frozenset[Span]) -> dict[Span, Use]:
    """The first use of each step and the number of its uses, blocks counted out."""
    counts: dict[Graph, dict[Span, int]] = {}
    for graph in instances(network):
        own = counts[graph] = {}
        for node in graph:
            inner = counts[node.graph] if node.graph is not None else {}
            for span, count in (*inner.items(), *(((node.span, 1),) if _is_step(graph, node, network) else ())):
                if span in spans:
                    own[span] = own.get(span, 0) + count
    return {span: Use(_first(network, span, counts), count) for span, count in counts[network].items()}


def _first(network: Graph, span: Span, counts: dict[Graph, dict[Span, int]]) -> Where:
    graph, prefix = network, ""
    around: tuple[Around, ...] = ()
    while True:
        for node in graph:
            if node.span == span and _is_step(graph, node, network):
                return Where(prefix + node.name, graph, Value(node.name), around)
            if node.graph is not None and span in counts[node.graph]:
                around = (Around(graph, node.operands, node.span, node.name), *around)
                graph, prefix = node.graph, f"{prefix}{node.name}."
                break
        else:
            raise LookupError(span)
