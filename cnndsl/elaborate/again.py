"""A program whose text is edited here and there, elaborated again: what an edit does not reach is not done again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cnndsl.diagnostics.diagnostic import Diagnostic, Edit
from cnndsl.diagnostics.patch import apply
from cnndsl.elaborate.budget import NODES, STEPS
from cnndsl.elaborate.home import Home, Read
from cnndsl.elaborate.instance import Size
from cnndsl.elaborate.program import Program
from cnndsl.elaborate.values import BlockValue
from cnndsl.graph import Graph
from cnndsl.source import Source
from cnndsl.syntax import tree
from cnndsl.syntax.rereading import reread

_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_NODE = 6
"""Steps that a node costs, roughly."""
_CHARACTERS = 3
"""Steps that a character costs to read, roughly."""


class Again:
    """A program, and what of its elaboration holds for other texts of its file.

    Block instances are kept whose definitions an edit does not touch, nor anything that they name. So are the files
    that it imports, where they are free of findings.
    """

    def __init__(self, program: Program, read: Read) -> None:
        self.program = program
        self.file = program.file
        self._sources: dict[tuple[str, str], Source | Diagnostic | None] = {}
        self._read_from = read
        self._whole = not program.slips
        self._graphs: dict[object, tuple[Graph, Size]] = {}
        self._texts = {id(item): _names(item) for item in self.file.items}
        self._alive: list[tree.File] = [self.file]  # the memory goes by the identity of definitions
        self._keep(program, frozenset())

    def __call__(self, edits: Sequence[Edit]) -> Trial:
        """The program after ``edits`` of its text."""
        source = Source(self.file.source.name, apply(self.file.source.text, list(edits)))
        if self._whole:
            file, findings, read = reread(self.file, source, edits)
        else:
            from cnndsl.syntax.parser import parse

            file, findings = parse(source)
            read = len(source.text)
        self._alive.append(file)
        touched = self._touched(file)
        program = Program(file, findings, self._read, self._imported(), self._reusable(touched))
        return Trial(self, program, touched, read)

    def _read(self, module: str, importer: Source) -> Source | Diagnostic | None:
        key = (module, importer.name)
        if key not in self._sources:
            self._sources[key] = self._read_from(module, importer)
        return self._sources[key]

    def _imported(self) -> dict[str, Home]:
        """The files that are imported, unless something is wrong with one."""
        homes = self.program.loader.homes[1:]
        wrong = {finding.span.source.name for finding in self.program.sink.findings}
        return {} if any(home.file.source.name in wrong for home in homes) else {h.file.source.name: h for h in homes}

    def _touched(self, file: tree.File) -> frozenset[str]:
        """The names of what changed, and of what names them in turn."""
        kept = {id(item) for item in self.file.items}
        fresh = {id(item) for item in file.items}
        touched = {name for item in self.file.items if id(item) not in fresh for name in _defined(item)}
        touched |= {name for item in file.items if id(item) not in kept for name in _defined(item)}
        size = -1
        while len(touched) != size:
            size = len(touched)
            for item in self.file.items:
                if "*" in touched or not touched.isdisjoint(self._texts[id(item)]):
                    touched.update(_defined(item))
        return frozenset(touched)

    def _reusable(self, touched: frozenset[str]) -> dict[object, tuple[Graph, Size]]:
        return {key: one for key, one in self._graphs.items() if self._holds(one[0], touched)}

    def _holds(self, graph: Graph, touched: frozenset[str]) -> bool:
        used = [one for one in (graph.definition, graph.alias) if one is not None]
        used += [one for value in graph.arguments.values() for one in _blocks(value)]
        own = [one for one in used if one.span.source.name == self.file.source.name]
        return not any(one.name.id in touched for one in own) and ("*" not in touched or not own)

    def _keep(self, program: Program, touched: frozenset[str]) -> None:
        """Remember the sound instances of what was not touched."""
        sizes = program.session.sizes
        for key, graph in program.session.memo.items():
            size = sizes.get(graph)
            if size is not None and size.sound and graph.trace is not None and self._is_original(graph, touched):
                self._graphs[key] = (graph, size)

    def _is_original(self, graph: Graph, touched: frozenset[str]) -> bool:
        return not touched or self._holds(graph, touched)


class Trial:
    """A program after an edit. ``touched`` are the names that mean something else now."""

    def __init__(self, again: Again, program: Program, touched: frozenset[str], read: int) -> None:
        self.program = program
        self.touched = touched
        self._again = again
        self._read = read

    def is_touched(self, network: str) -> bool:
        """Whether a network may be another now."""
        return "*" in self.touched or network in self.touched

    @property
    def work(self) -> int:
        """What it has cost so far, in steps."""
        budget = self.program.budget
        return STEPS - budget.steps + _NODE * (NODES - budget.nodes) + _CHARACTERS * self._read

    def close(self) -> None:
        """Keep what is of use for the next."""
        self._again._keep(self.program, self.touched)


def _defined(item: tree.Item) -> tuple[str, ...]:
    if isinstance(item, tree.Import):
        return ("*",)
    if isinstance(item, tree.WithDefinitions):
        return tuple(name for one in item.items for name in _defined(one))
    return (item.name.id,)


def _blocks(value: object) -> Iterator[tree.Definition]:
    """The blocks in an argument, those that are bound in others too."""
    if isinstance(value, BlockValue):
        if value.definition is not None:
            yield value.definition
        for bound in value.bound.values():
            yield from _blocks(bound)
    elif isinstance(value, tuple):
        for part in value:
            yield from _blocks(part)


def _names(item: tree.Item) -> frozenset[str]:
    """All words in an item: more than it names, never less."""
    return frozenset(_NAME.findall(item.span.text))
