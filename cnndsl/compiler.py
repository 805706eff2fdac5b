"""The whole pipeline: from a source to graphs and findings. No I/O: a ``read`` function is handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.source import Source
from cnndsl.syntax import tree
from cnndsl.syntax.parser import parse

if TYPE_CHECKING:
    from cnndsl.graph import Graph

Read = Callable[[str, Source], Source | Diagnostic | None]
"""The file that ``import NAME`` means, seen from the source that imports it; None where there is none; or why not."""


class Checked(NamedTuple):
    """What a check found: the tree, the graphs of the networks by name, and the findings sorted by place."""

    file: tree.File
    networks: dict[str, Graph]
    findings: list[Diagnostic]


def check(
    source: Source,
    read: Read,
    network: str | None = None,
    arguments: Mapping[str, object] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Checked:
    """Elaborate every network of a file, or the named one with other arguments and sizes, and check its facts.

    ``arguments`` are values of the language or expressions of its tree, which are read in the scope of the file.
    """
    file, findings = parse(source)
    if not file.items:
        return Checked(file, {}, findings)
    from cnndsl.elaborate.program import Program  # networkx comes with it; a file without definitions needs none

    program = Program(file, findings, read)
    networks: dict[str, Graph] = {}
    for name in program.names() if network is None else (network,):
        graph = program.elaborate(name, arguments or {}, sizes or {}, _measure, asked=network is not None)
        if graph is not None:
            networks[name] = graph
    return Checked(file, networks, program.findings())


def _measure(graph: Graph, name: str) -> int:
    """A number that facts can name."""
    from cnndsl.passes.costs import totals

    if name == "depth":
        from cnndsl.passes.depth import depth

        return depth(graph)
    number: int = getattr(totals(graph), name)
    return number
