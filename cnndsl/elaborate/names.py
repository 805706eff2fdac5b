"""What can be said of a file without executing it: names that nothing has, names that are taken, recursion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cnndsl import ops
from cnndsl.diagnostics.diagnostic import Label as Because
from cnndsl.elaborate.arguments import known_type, type_fault
from cnndsl.elaborate.bodies import check_body
from cnndsl.elaborate.budget import DEPTH, NESTING
from cnndsl.elaborate.fault import Exhausted, Fault
from cnndsl.elaborate.functions import FUNCTIONS
from cnndsl.elaborate.levels import lay_out
from cnndsl.elaborate.signatures import ANYTHING, find_block, is_circle, pair, signature, unknown_name
from cnndsl.elaborate.sink import Sink
from cnndsl.elaborate.values import UNKNOWN, BlockValue
from cnndsl.ops.initializers import INITIALIZERS
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Binding, Scope

_SOMETHING = Binding("parameter", UNKNOWN)


def taken(name: tree.Name, why: str, first: Span | None = None) -> Fault:
    """The fault of a name that cannot be given again."""
    labels = (Because(first, "first here"),) if first is not None else ()
    return Fault("E0203", why, name.span, labels=labels)


def too_deep(item: tree.Item) -> Fault | None:
    """The fault of an item that is nested beyond the limits; finds it without recursion."""
    pending: list[tuple[Any, int, int]] = [(item, 0, 0)]
    while pending:
        node, braces, depth = pending.pop()
        kind = type(node)
        if kind is tree.Body or kind is tree.WithDefinitions:
            braces, depth = braces + 1, 0
        elif kind in _EXPRESSIONS:
            depth += 1
        if braces > NESTING:
            return Exhausted(f"braces are nested more than {NESTING} deep here", node.span)
        if depth > DEPTH:
            return Exhausted(f"this expression is nested more than {DEPTH} deep", node.span)
        for child in node:
            if isinstance(child, tuple) and type(child) is not Span:
                pending.append((child, braces, depth))
    return None


_EXPRESSIONS = frozenset(
    {
        *(tree.Template, tree.Attribute, tree.Index, tree.List, tree.Comprehension),
        *(tree.Unary, tree.Binary, tree.Conditional, tree.Call),
    }
)


def check_names(items: tuple[tree.Item, ...], scope: Scope, sink: Sink) -> list[str]:
    """Report what is wrong with the names of a file; returns the definitions that use themselves."""
    check = NameCheck(sink)
    check.items(items, scope)
    return check.recursive()


class NameCheck:
    """A walk over the definitions of a file."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.uses: dict[str, dict[str, Span]] = {}
        self.current: dict[str, Span] = {}
        self.own: dict[str, tree.Definition] = {}
        self.body: tree.Body | None = None

    def items(self, items: tuple[tree.Item, ...], scope: Scope) -> None:
        """Definitions, constants and defaults of a file."""
        for item in items:
            if isinstance(item, tree.Definition):
                self.free(item.name)
                self.own.setdefault(item.name.id, item)
                self.current = self.uses.setdefault(item.name.id, {})
                self.definition(item, scope)
            elif isinstance(item, tree.WithDefinitions):
                self.current = {}
                self.calls(item.defaults, scope)
                inner = Scope(scope, {let.name.id: _SOMETHING for let in item.items if isinstance(let, tree.Let)})
                self.items(item.items, inner)
            elif isinstance(item, tree.Let):
                self.free(item.name)
                self.current = {}
                self.expression(item.value, scope)

    def definition(self, definition: tree.Definition, scope: Scope) -> None:
        """A block or network."""
        inner = Scope(scope, {"in": _SOMETHING})
        for parameter in definition.parameters:
            if parameter.type is not None and not known_type(parameter.type.id):
                self.sink.report(type_fault(parameter.type))
            if parameter.default is not None:
                self.expression(parameter.default, inner)
            self.bind(parameter.name, inner)
        if definition.call is not None:
            self.expression(definition.call, inner)
        elif definition.body is not None:
            self.body = definition.body
            check_body(definition.body, inner, {}, self, own=True)
            self.body = None

    def bind(self, name: tree.Name, scope: Scope) -> None:
        """A name that a definition or a body gives."""
        self.free(name)
        if name.id in scope.names:
            self.sink.report(taken(name, f"{name.id} is defined twice"))
        scope.names[name.id] = _SOMETHING

    def free(self, name: tree.Name) -> None:
        """Operations and functions keep their names."""
        if name.id in ops.names():
            self.sink.report(taken(name, f"{name.id} is an operation: nothing else can have its name"))
        elif name.id in FUNCTIONS:
            self.sink.report(taken(name, f"{name.id} is a function: nothing else can have its name"))

    def calls(self, calls: Iterable[tree.Call], scope: Scope) -> None:
        """Several calls."""
        for call in calls:
            self.expression(call, scope)

    def expression(self, expression: tree.Expression, scope: Scope) -> None:
        """Names in an expression."""
        if isinstance(expression, tree.Name):
            self.name(expression, scope)
        elif isinstance(expression, tree.Call):
            self.call(expression, scope)
        elif isinstance(expression, tree.Comprehension):
            self.expression(expression.iterable, scope)
            inner = Scope(scope)
            for target in expression.targets:
                self.bind(target, inner)
            self.expression(expression.element, inner)
            if expression.condition is not None:
                self.expression(expression.condition, inner)
        elif isinstance(expression, tree.Attribute):
            self.expression(expression.value, scope)
        elif isinstance(expression, tree.Template | tree.List):
            for part in expression.parts if isinstance(expression, tree.Template) else expression.items:
                if not isinstance(part, str):
                    self.expression(part, scope)
        elif not isinstance(expression, tree.Literal | tree.Size):
            for part in expression:
                if isinstance(part, tuple) and not isinstance(part, Span):
                    self.expression(part, scope)  # type: ignore[arg-type]

    def name(self, name: tree.Name, scope: Scope) -> None:
        """A name that must mean something."""
        binding = scope.find(name.id)
        if binding is not None:
            if binding.kind == "definition":
                self.current.setdefault(name.id, name.span)
        elif not (name.id in ("in", "it") or name.id in FUNCTIONS or name.id in ops.names() or scope.find(ANYTHING)):
            labels = lay_out(self.body).words if self.body is not None else {}
            self.sink.report(unknown_name(name, scope, labels))

    def call(self, call: tree.Call, scope: Scope) -> None:
        """A call, in the flow or in an expression."""
        callee: object = UNKNOWN
        if call.callee.id in FUNCTIONS and scope.find(call.callee.id) is None:
            for argument in call.arguments:
                self.expression(argument.value, scope)
            return
        self.name(call.callee, scope)
        try:
            callee = find_block(call.callee, scope)
        except Fault:
            callee = UNKNOWN
        if not isinstance(callee, BlockValue):
            for argument in call.arguments:
                if not isinstance(argument.value, tree.Name | tree.Attribute | tree.Template):
                    self.expression(argument.value, scope)
            return
        paired = pair(call, callee)
        if paired.faults and not is_circle(callee.definition, callee.home):
            for fault in paired.faults:
                self.sink.report(fault)
        kinds = signature(callee).by_name
        for name, argument in paired.found.items():
            if kinds[name].kind == "init":
                self.initial(argument.value, scope)
            elif kinds[name].kind != "tensor":
                self.expression(argument.value, scope)

    def initial(self, expression: tree.Expression, scope: Scope) -> None:
        """An initializer: its own names are not those of the language."""
        if isinstance(expression, tree.Call) and expression.callee.id in INITIALIZERS:
            for argument in expression.arguments:
                self.expression(argument.value, scope)
        elif not isinstance(expression, tree.Name | tree.Call):
            self.expression(expression, scope)

    def recursive(self) -> list[str]:
        """Definitions that use themselves, directly or through others; each circle is reported once."""
        found: list[str] = []
        for circle in circles(self.uses):
            found.extend(circle)
            name, span = circle[0], self.uses[circle[0]][circle[1 % len(circle)]]
            shown = circle if len(circle) < 8 else [*circle[:4], "...", circle[-1]]
            chain = f": {' -> '.join([*shown, name])}" if len(circle) > 1 else ""
            help = ("a loop or a list of blocks says how often something is repeated",)
            self.sink.report(Fault("E0601", f"{name} uses itself{chain}", span, help=help))
        return found


def circles(uses: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Ways from a name back to itself: one through every name from which there is a way back. Without recursion."""
    found: list[list[str]] = []
    done: set[str] = set()
    for start in uses:
        way: list[str] = []
        place: dict[str, int] = {}
        pending = [(start, iter(uses[start]))] if start not in done else []
        while pending:
            name, rest = pending[-1]
            if name not in place:
                place[name] = len(way)
                way.append(name)
            after = next((used for used in rest if used in uses and used not in done), None)
            if after is None:
                pending.pop()
                done.add(way.pop())
                del place[name]
            elif after in place:
                found.append(way[place[after] :])
            else:
                pending.append((after, iter(uses[after])))
    return found
