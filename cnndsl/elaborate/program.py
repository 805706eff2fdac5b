"""A file and its networks: what the compiler asks of elaboration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.elaborate import network as networks
from cnndsl.elaborate.budget import Budget
from cnndsl.elaborate.evaluate import Context
from cnndsl.elaborate.facts import Measure, check_facts
from cnndsl.elaborate.fault import Exhausted, Fault, did_you_mean
from cnndsl.elaborate.home import Home, Loader, Read
from cnndsl.elaborate.instance import Size
from cnndsl.elaborate.instances import Arguments
from cnndsl.elaborate.sink import Sink
from cnndsl.elaborate.values import UNKNOWN, BlockValue
from cnndsl.graph import Graph
from cnndsl.site import Site
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Argument


class Program:
    """A parsed file with its imports; all its networks share one budget and one memory of equal blocks.

    ``imported`` are files that were read before, ``known`` block instances that hold still.
    """

    def __init__(
        self,
        file: tree.File,
        findings: Sequence[Diagnostic],
        read: Read,
        imported: Mapping[str, Home] | None = None,
        known: Mapping[object, tuple[Graph, Size]] | None = None,
    ) -> None:
        self.file = file
        self.slips = tuple(findings)
        self.sink = Sink()
        self.sink.findings.extend(findings)
        self.budget = Budget()
        self.session = networks.session(self.budget, self.sink)
        for key, (graph, size) in (known or {}).items():
            self.session.memo[key], self.session.sizes[graph] = graph, size
        self.loader = Loader(read, self.budget, self.sink, imported or {})
        self.home: Home | None = None
        self._networks: dict[str, BlockValue] = {}
        self.exhausted = False
        try:
            self.home = self.loader.load(file, not any(finding.severity == "error" for finding in findings))
            self._networks = self.home.networks()
        except Exhausted as fault:
            self._stop(fault)

    def names(self) -> tuple[str, ...]:
        """The networks of the file, in its order."""
        return tuple(self._networks)

    def elaborate(
        self, name: str, arguments: Mapping[str, Any], sizes: Mapping[str, int], measure: Measure, asked: bool
    ) -> Graph | None:
        """The graph of a network, its facts checked; None where it needs arguments or has none for a mistake."""
        if self.home is None or self.exhausted:
            return None
        network = self._networks.get(name)
        if network is None:
            self._no_network(name)
            return None
        try:
            given = self._given(arguments, self.home)
            built = networks.elaborate(self.session, network, given, dict(sizes), asked)
            if built is None:
                return None
            check_facts(self.session, built, measure)
            built.graph.rebuild = lambda others: self._again(network, {**given, **_arguments(others)}, dict(sizes))
            return built.graph
        except Exhausted as fault:
            self._stop(fault)
            return None

    def _again(self, network: BlockValue, given: Arguments, sizes: dict[str, int]) -> Graph | None:
        """A network with other arguments, apart from this check: its findings and its budget do not count."""
        sink = Sink()
        try:
            built = networks.elaborate(networks.session(Budget(), sink), network, given, sizes, True)
        except Exhausted:
            return None
        return built.graph if built is not None and not sink.findings else None

    def findings(self) -> list[Diagnostic]:
        """Everything found, file by file, sorted by place."""
        order = {id(home.file.source): index for index, home in enumerate(self.loader.homes)}

        def place(finding: Diagnostic) -> tuple[int, str, int, int, str]:
            span = finding.span
            return (order.get(id(span.source), 0), span.source.name, span.start, span.end, finding.code)

        return sorted(self.sink.findings, key=place)

    def sites(self, finding: Diagnostic) -> tuple[Site, ...]:
        """Where the fault of a finding was met, the first place first; none for a fault that is not of shapes."""
        return self.sink.sites(finding)

    def _given(self, arguments: Mapping[str, Any], home: Home) -> Arguments:
        context = Context(home.scope, None, self.budget)
        given: Arguments = {}
        for name, value in arguments.items():
            if isinstance(value, _EXPRESSIONS):
                try:
                    given[name] = Argument(context.value(value), value)
                except Exhausted:
                    raise
                except Fault as fault:
                    self.sink.report(fault)
                    given[name] = Argument(UNKNOWN, value)
            else:
                given[name] = Argument(value)
        return given

    def _no_network(self, name: str) -> None:
        names = self.names()
        help = did_you_mean(name, names) or ((f"it has {', '.join(names)}",) if names else ())
        place = Span(self.file.source, 0, 0)
        self.sink.report(Fault("E0201", f"there is no network {name} in {self.file.source.name}", place, help=help))

    def _stop(self, fault: Exhausted) -> None:
        self.exhausted = True
        self.session.report(fault)
        self.session.chain.clear()


def _arguments(values: Mapping[str, object]) -> Arguments:
    return {name: Argument(value) for name, value in values.items()}


_EXPRESSIONS = (
    tree.Literal | tree.Size | tree.Template | tree.Name | tree.Attribute | tree.Index | tree.List | tree.Comprehension
) | (tree.Unary | tree.Binary | tree.Conditional | tree.Call)
