"""What a box says when the pointer is on it, and where its link leads."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from cnndsl.backends.graphviz.picture import Box, Cluster
from cnndsl.graph import Graph
from cnndsl.ops.operation import Operation
from cnndsl.passes.folding import Part
from cnndsl.source import Span

Locate = Callable[[str], str]
"""From the name of a source to its address, which stands before ``#L12``."""

_MOST = 8


def locate(name: str) -> str:
    """The name of the file itself."""
    return quote(name)


def tip(thing: Box | Cluster) -> str:
    """Full names, arguments, shapes and counts, a line each."""
    steps = _steps(thing)
    lines = [line for step in steps[:_MOST] for line in _told(step)]
    if isinstance(thing, Box):
        if not steps:
            lines = [f"output {thing.name}", *(["only in training"] if thing.training else [])]
        if thing.before is not None and thing.shape is not None and steps:
            lines.append(f"{thing.before} to {thing.shape}")
        elif thing.shape is not None:
            lines.append(str(thing.shape))
    if not isinstance(thing, Box) and not steps:
        lines = [f"maps of {thing.title}"]
    counts = ((thing.params, "parameters"), (thing.macs, "MACs"))
    lines.append(", ".join(f"{number:,} {words}" for number, words in counts if number))
    return "\n".join(filter(None, lines))


def link(thing: Box | Cluster, place: Locate) -> str:
    """``resnet.cnn#L34``: where it is written; nothing for an output."""
    steps = _steps(thing)
    if not steps:
        return ""
    span: Span = (thing.part or steps[0] if isinstance(thing, Box) else steps[0]).nodes[0].span
    line, _ = span.source.position(span.start)
    return f"{place(span.source.name)}#L{line}"


def _steps(thing: Box | Cluster) -> tuple[Part, ...]:
    if isinstance(thing, Box):
        return thing.steps
    return (thing.part,) if thing.part is not None else ()


def _told(part: Part) -> list[str]:
    name = part.name if part.times == 1 else f"{part.name} .. {part.last}"
    node = part.nodes[0]
    if part.role == "operation" and node.operation is not None:
        return [f"{name}: {_call(node.operation)}"]
    if part.role == "block" and node.graph is not None:
        return [f"{name}: {_applied(node.graph)}", *_first_line(node.graph.doc)]
    return [name] if part.role != "input" else [f"input {name}"]


def _call(operation: Operation) -> str:
    """``conv(64, 3x3, padding=1)``: what differs from the defaults, and what has none."""
    words = []
    for name, parameter in operation.signature.items():
        value = vars(operation)[name]
        if parameter.required:
            words.append(_value(value))
        elif value != parameter.default and isinstance(value, bool | int | float | str | tuple):
            words.append(f"{name}={_value(value)}")
    return f"{operation.name}({', '.join(words)})" if words else operation.name


def _applied(graph: Graph) -> str:
    words = [
        f"{name}={_value(value)}"
        for name, value in graph.arguments.items()
        if isinstance(value, bool | int | float | str) or (isinstance(value, tuple) and len(value) <= _MOST)
    ]
    return f"{graph.name}({', '.join(words)})"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple) and value and all(isinstance(one, int) for one in value) and len(value) <= _MOST:
        return "x".join(map(str, value))
    return f'"{value}"' if isinstance(value, str) else str(value)


def _first_line(doc: str | None) -> list[str]:
    return [doc.strip().partition("\n")[0]] if doc and doc.strip() else []
