"""The whole pipeline: from a source to graphs and findings. No I/O: a ``read`` function is handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cnndsl.diagnostics.diagnostic import Diagnostic, Edit
from cnndsl.source import Source
from cnndsl.syntax import tree
from cnndsl.syntax.parser import parse

if TYPE_CHECKING:
    from cnndsl.elaborate.again import Again
    from cnndsl.elaborate.program import Program
    from cnndsl.graph import Graph
    from cnndsl.lints import Selection
    from cnndsl.repairs import Outcome

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
    lint: Selection | None = None,
    fixes: bool = False,
) -> Checked:
    """Elaborate every network of a file, or the named one with other arguments and sizes, and check its facts.

    ``arguments`` are values of the language or expressions of its tree, which are read in the scope of the file.
    ``lint`` says which rules are looked at where there are no errors but broken contracts, which leave networks whole;
    with ``fixes`` findings come with edits that were tried.
    """
    request = Request(read, network, arguments or {}, sizes or {})
    file, networks, findings, program = _elaborated(source, request)
    findings = [*findings, *_refused(file, networks, findings, request)]
    warnings = _linted(file, networks, findings, request, lint, fixes) if lint is not None else []
    if program is not None and any(finding.severity == "error" for finding in findings):
        findings = _explained(program, networks, findings, request, fixes)
    return Checked(file, networks, [*findings, *warnings])


def _explained(
    program: Program, networks: Mapping[str, Graph], findings: Sequence[Diagnostic], request: Request, fixes: bool
) -> list[Diagnostic]:
    """The findings with their reasons, those of one cause as one; with ``fixes``, edits that were compiled."""
    from cnndsl.blame import explained, single, together

    sites = program.sites
    groups = single(findings, sites)
    reasons = [explained(one, sites(one), networks, fits) for one, _, fits in groups]
    told = [together(why.finding, group.others) for why, group in zip(reasons, groups, strict=True)]
    if not fixes:
        return told
    from cnndsl.elaborate.again import Again
    from cnndsl.repairs import Suspected, repaired

    again = Again(program, request.read)
    suspected = [
        Suspected(one, group.finding, group.others, why.fit)
        for one, group, why in zip(told, groups, reasons, strict=True)
    ]
    return repaired(
        suspected, sites, program.file, lambda edits, first, holds: _again(again, request, edits, first, holds)
    )


class Request(NamedTuple):
    """What a check is asked for beside its source."""

    read: Read
    network: str | None
    arguments: Mapping[str, object]
    sizes: Mapping[str, int]


Elaborated = tuple[tree.File, dict[str, "Graph"], list[Diagnostic], "Program | None"]


def _elaborated(source: Source, request: Request) -> Elaborated:
    """The tree, the networks, the plain findings, and the program that knows where each was met."""
    file, findings = parse(source)
    if not file.items:
        return file, {}, findings, None
    from cnndsl.elaborate.program import Program  # a file without definitions needs none of it

    program = Program(file, findings, request.read)
    networks: dict[str, Graph] = {}
    asked = request.network is not None
    for name in program.names() if request.network is None else (request.network,):
        graph = program.elaborate(name, request.arguments, request.sizes, _measure, asked)
        if graph is not None:
            networks[name] = graph
    return file, networks, program.findings(), program


def _refused(
    file: tree.File, networks: Mapping[str, Graph], findings: Sequence[Diagnostic], request: Request
) -> Iterator[Diagnostic]:
    """Sizes that a network without mistakes declares legal and does not take."""
    declaring = {name: graph for name, graph in networks.items() if graph.symbols and graph.conditions}
    if not declaring or any(finding.severity == "error" for finding in findings):
        return
    from cnndsl.blame.requirements import declares, refused
    from cnndsl.elaborate.program import Program

    def at(name: str, sizes: Mapping[str, int]) -> list[Diagnostic]:
        from cnndsl.blame import explained

        program = Program(file, (), request.read)
        graph = program.elaborate(name, request.arguments, {**request.sizes, **sizes}, _measure, True)
        found, known = program.findings(), {name: graph} if graph is not None else {}
        return [explained(one, program.sites(one), known).finding for one in found]

    for name, graph in declaring.items():
        found = refused(name, graph, at) if declares(graph) else None
        if found is not None:
            yield found


def _again(
    again: Again,
    request: Request,
    edits: Sequence[Edit],
    first: str,
    holds: Callable[[Sequence[Diagnostic]], bool],
) -> Outcome:
    """What a check finds after ``edits``: of the network ``first``, and while it holds of all others they may concern.

    What is found is what those networks have that an edit reaches: the others are as they were.
    """
    from cnndsl.repairs import Outcome

    trial = again(edits)
    program = trial.program
    networks: dict[str, Graph] = {}
    asked = request.network is not None
    names = program.names() if request.network is None else (request.network,)
    for name in sorted(names, key=lambda name: name != first):
        if not holds(program.sink.findings):
            break
        graph = (
            program.elaborate(name, request.arguments, request.sizes, _measure, asked)
            if name == first or trial.is_touched(name)
            else None
        )
        if graph is not None:
            networks[name] = graph
    trial.close()
    return Outcome(networks, program.findings(), program.sites, trial.work)


def _linted(
    file: tree.File,
    networks: Mapping[str, Graph],
    findings: list[Diagnostic],
    request: Request,
    lint: Selection,
    fixes: bool,
) -> list[Diagnostic]:
    """Warnings; of a file with broken promises alone, those of its networks, without fixes.

    Behind a precondition that does not hold nothing is elaborated, so there its network is not whole.
    """
    errors = [finding.code for finding in findings if finding.severity == "error"]
    if any(not code.startswith("E05") or code == "E0502" for code in errors):
        return []
    from cnndsl.lints import linted

    warnings = linted(file, networks, lint, request.network is None and not errors)
    if not fixes or errors or not any(warning.fixes for warning in warnings):
        return [warning._replace(fixes=()) for warning in warnings]
    from cnndsl.lints.verification import Outcome, verified

    def recheck(text: str) -> Outcome:
        edited, others, found, _ = _elaborated(Source(file.source.name, text), request)
        return Outcome(others, [*found, *_linted(edited, others, found, request, lint, False)])

    return verified(warnings, networks, recheck)


def _measure(graph: Graph, name: str) -> int:
    """A number that facts can name."""
    from cnndsl.passes.costs import totals

    if name == "depth":
        from cnndsl.passes.depth import depth

        return depth(graph)
    number: int = getattr(totals(graph), name)
    return number
