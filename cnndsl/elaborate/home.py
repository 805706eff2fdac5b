"""A file as a scope: its definitions and constants, and what it imports."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.elaborate.arguments import with_defaults
from cnndsl.elaborate.budget import NESTING, Budget
from cnndsl.elaborate.evaluate import Context
from cnndsl.elaborate.fault import Exhausted, Fault, did_you_mean
from cnndsl.elaborate.names import check_names, taken, too_deep
from cnndsl.elaborate.signatures import ANYTHING, find_block
from cnndsl.elaborate.sink import Sink
from cnndsl.elaborate.values import UNKNOWN, BlockValue
from cnndsl.source import Source
from cnndsl.syntax import tree
from cnndsl.syntax.parser import parse
from cnndsl.trace import Binding, Scope

Read = Callable[[str, Source], Source | Diagnostic | None]
"""The file that a module name means, seen from the file that imports it; or why it cannot be read."""


class Home:
    """A loaded file; ``exports`` are its own names, without what it imports."""

    def __init__(self, file: tree.File, sound: bool) -> None:
        self.file = file
        self.sound = sound
        self.scope = Scope()
        self.exports: dict[str, Binding] = {}
        self.definitions: list[BlockValue] = []
        if not sound:
            self.scope.names[ANYTHING] = Binding("let", UNKNOWN)

    def networks(self) -> dict[str, BlockValue]:
        """The networks that the file defines."""
        found: dict[str, BlockValue] = {}
        for value in self.definitions:
            binding = self.exports.get(value.name)
            is_network = value.definition is not None and value.definition.keyword == "network"
            if is_network and binding is not None and binding.value is value:
                found[value.name] = value
        return found


class Loader:
    """Reads files and those that they import, each once."""

    def __init__(self, read: Read, budget: Budget, sink: Sink, loaded: Mapping[str, Home]) -> None:
        self.read = read
        self.budget = budget
        self.sink = sink
        self.homes: list[Home] = []
        self._loaded = dict(loaded)
        self._loading: list[str] = []

    def load(self, file: tree.File, sound: bool = True) -> Home:
        """The names of a parsed file; ``sound``: nothing of it was lost."""
        home = Home(file, sound)
        self.homes.append(home)
        self._loading.append(file.source.name)
        items = tuple(item for item in file.items if not self._refused(item))
        waiting: list[tuple[tree.Let | tree.WithDefinitions, Scope]] = []
        self._define(home, items, home.scope, waiting)
        for item, scope in waiting:
            try:
                self._evaluate(home, item, scope)
            except Exhausted:
                raise
            except Fault as fault:
                self.sink.report(fault)
        for name in check_names(items, home.scope, self.sink):
            home.scope.names[name] = home.exports[name] = Binding("definition", UNKNOWN)
        self._loading.pop()
        self._loaded[file.source.name] = home
        return home

    def _refused(self, item: tree.Item) -> bool:
        fault = too_deep(item)
        if fault is not None:
            self.sink.report(fault)
        return fault is not None

    def _define(
        self,
        home: Home,
        items: tuple[tree.Item, ...],
        scope: Scope,
        waiting: list[tuple[tree.Let | tree.WithDefinitions, Scope]],
    ) -> None:
        """Bind definitions and imports; constants and defaults wait until all names are there."""
        for item in items:
            if isinstance(item, tree.Definition):
                value = BlockValue(item.name.id, definition=item, home=scope)
                home.definitions.append(value)
                self._bind(home, item.name, Binding("definition", value), home.scope)
            elif isinstance(item, tree.Import):
                self._import(home, item)
            elif isinstance(item, tree.WithDefinitions):
                inner = Scope(scope)
                waiting.append((item, inner))
                self._define(home, item.items, inner, waiting)
            else:
                waiting.append((item, scope))

    def _evaluate(self, home: Home, item: tree.Let | tree.WithDefinitions, scope: Scope) -> None:
        context = Context(scope, None, self.budget)
        if isinstance(item, tree.WithDefinitions):
            scope.defaults = scope.parent.defaults if scope.parent is not None else {}
            with_defaults(item.defaults, lambda name: find_block(name, scope), context)
            return
        value: object = UNKNOWN
        try:
            value = context.value(item.value)
        finally:
            self._bind(home, item.name, Binding("let", value, item.value, scope), scope)

    def _bind(self, home: Home, name: tree.Name, binding: Binding, scope: Scope) -> None:
        if name.id in scope.names:
            self.sink.report(taken(name, f"{name.id} is defined twice"))
            return
        scope.names[name.id] = binding
        if scope is home.scope:
            home.exports[name.id] = binding

    def _import(self, home: Home, item: tree.Import) -> None:
        try:
            other = self._other(item)
        except Exhausted:
            raise
        except Fault as fault:
            self.sink.report(fault)
            other = None
        exports = other.exports if other is not None else {}
        sound = other is not None and ANYTHING not in other.scope.names
        if not sound and not item.names:
            home.scope.names[ANYTHING] = Binding("let", UNKNOWN)
        for name in item.names:
            if name.id not in exports and sound:
                help = did_you_mean(name.id, tuple(exports))
                self.sink.report(Fault("E0603", f"{item.module.id} has no {name.id}", name.span, help=help))
        wanted = {name.id: name for name in item.names} or dict.fromkeys(exports, item.module)
        for key, place in wanted.items():
            binding = exports.get(key, Binding("let", UNKNOWN))
            if key in home.scope.names:
                self.sink.report(taken(place, f"{item.module.id} brings {key}, which is defined here too"))
            else:
                home.scope.names[key] = binding

    def _other(self, item: tree.Import) -> Home | None:
        """The imported file."""
        source = self.read(item.module.id, item.span.source)
        if source is None:
            why = f"there is no {item.module.id}.cnn beside this file or in the library"
            raise Fault("E0603", why, item.module.span)
        if isinstance(source, Diagnostic):
            raise Fault(source.code, source.message, item.module.span, help=source.help)
        if source.name in self._loading:
            round = [*self._loading[self._loading.index(source.name) :], source.name]
            raise Fault("E0602", f"files import each other: {' -> '.join(round)}", item.span)
        if source.name in self._loaded:
            return self._loaded[source.name]
        if len(self._loading) >= NESTING:
            raise Exhausted(f"files import one another more than {NESTING} deep", item.span)
        file, findings = parse(source)
        for finding in findings:
            self.sink.add(finding)
        return self.load(file, not any(finding.severity == "error" for finding in findings))
