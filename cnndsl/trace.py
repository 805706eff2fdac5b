"""What elaboration did, statement by statement: the bridge between the text and the graph.

A graph says what is computed. The trace says which step of which body made each node, how often a loop ran and which
arm of an ``if`` was taken: with it a backend keeps names, blocks and loops.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from cnndsl.source import Span
from cnndsl.syntax import tree


class Value(NamedTuple):
    """A tensor: the result of a node of the same graph; ``output`` picks one that an applied block declares."""

    node: str
    output: str = ""


class Argument(NamedTuple):
    """A value given to a call, and the expression at the call that gave it; None: a default, ``with``, a bound one.

    ``written`` is the place of a ``with`` default, and of what a renaming gives.
    """

    value: object
    expression: tree.Expression | None = None
    written: Span | None = None


class Binding(NamedTuple):
    """What a name stands for.

    ``expression`` is a let's value or a loop's iterable, to be read in ``scope``; ``flow`` is the flow at a let.
    """

    kind: Literal["parameter", "let", "loop", "definition", "symbol", "in", "tensor", "shared"]
    value: object
    expression: tree.Expression | None = None
    scope: Scope | None = None
    flow: Value | None = None


class Scope:
    """Names in force at a place, and those around it; ``defaults`` are those of ``with``, by written name."""

    __slots__ = ("defaults", "names", "parent")

    def __init__(
        self,
        parent: Scope | None = None,
        names: dict[str, Binding] | None = None,
        defaults: dict[str, dict[str, Argument]] | None = None,
    ) -> None:
        self.parent = parent
        self.names = names if names is not None else {}
        self.defaults: dict[str, dict[str, Argument]] = (
            defaults if defaults is not None else parent.defaults if parent is not None else {}
        )

    def find(self, name: str) -> Binding | None:
        """The innermost binding of ``name``."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None


class Item(NamedTuple):
    """One step of a body as it was executed.

    ``before`` and ``after`` are the flow around it. ``node`` is the node that it made (an operation, an applied block,
    a join). ``key`` is the dotted weights path, from the graph's root, of the group, operation or block.
    ``bodies`` holds, for a group or ``with``: its body; a loop: one trace an iteration; an ``if``: the arm taken, if
    any; a join: the body whose lines are the branches; ``residual``: the body and, where written, the shortcut;
    ``dense``: its body, with the concatenation after each line in ``joins``; ``output``: its chain, a body of one line.
    """

    step: tree.Step
    before: Value | None
    after: Value | None
    node: str | None = None
    key: str | None = None
    bodies: tuple[Trace, ...] = ()
    arm: int | None = None
    joins: tuple[str, ...] = ()


class Trace(NamedTuple):
    """One execution of a body: items stand where their steps stand in ``body.lines``."""

    body: tree.Body
    scope: Scope
    lines: tuple[tuple[Item, ...], ...]
    before: Value | None
    after: Value | None
