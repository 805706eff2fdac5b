"""One fault with what is known of it, and the plans that may mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from cnndsl.blame import Fit
from cnndsl.diagnostics.diagnostic import Diagnostic, Edit
from cnndsl.graph import Node
from cnndsl.ops.operation import Operation
from cnndsl.repairs.edits import with_arguments
from cnndsl.repairs.levers import Caller, Lever, callers, is_plain, levers
from cnndsl.repairs.patches import NONE, Patches
from cnndsl.repairs.places import Place, Places, inner
from cnndsl.repairs.rehearsal import Miss, Rehearsal
from cnndsl.shape import Shape
from cnndsl.site import Site
from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.trace import Argument

Change = tuple[Place, tuple[tuple[tree.Argument | str, str | None], ...]]
"""Arguments of a call, or names of further ones, and what is written there; None: they go."""
Changes = tuple[Change, ...]


class Plan(NamedTuple):
    """What may mend a fault.

    ``calls`` are arguments of calls that get another value (None: they go), ``edits`` what else changes in the text.
    ``patches`` say what that does to the shapes; empty: only the compiler knows. ``level`` is that of the lever that is
    moved; None: it is far from the fault. ``local``: the patches are true of one instance of a block alone. A smaller
    ``rank`` is proposed first. Of several with one ``idea`` the first that works is shown. ``solve`` makes plans when
    it is this one's turn.
    """

    title: str
    idea: str
    rank: float
    calls: Changes = ()
    edits: tuple[Edit, ...] = ()
    patches: Patches = NONE
    safe: bool = False
    level: int | None = None
    local: bool = False
    solve: Callable[[], Iterator[Plan]] | None = None

    def text_edits(self) -> tuple[Edit, ...]:
        """All that changes in the text."""
        by_call: dict[int, tuple[tree.Call, dict[tree.Argument | str, str | None]]] = {}
        for place, values in self.calls:
            if place.call is not None:
                _, known = by_call.setdefault(place.call.span.start, (place.call, {}))
                known.update(values)
        edits = [edit for call, values in by_call.values() for edit in with_arguments(call, values)]
        return (*edits, *self.edits)


class Case:
    """A finding, the first site where it was met, and the file that may be edited.

    With the inputs of ``fit`` it would be gone.
    """

    def __init__(self, finding: Diagnostic, site: Site, rehearsal: Rehearsal, places: Places, fit: Fit | None) -> None:
        self.finding = finding
        self.fit = fit
        self.site = site
        self.places = places
        self.rehearsal = rehearsal

    @cached_property
    def inputs(self) -> tuple[Shape | None, ...]:
        """The shapes of the operands."""
        return tuple(self.site.graph.shapes.get(value) if value else None for value in self.site.operands)

    @cached_property
    def levers(self) -> list[Lever]:
        """The steps before the fault, nearest first."""
        return levers(self.site)

    @cached_property
    def place(self) -> Place | None:
        """The step at fault; None where it is in another file."""
        return self.places.find(self.site.span)

    @cached_property
    def lines(self) -> dict[Span, tree.Line]:
        """The lines inside the step at fault."""
        found: dict[Span, tree.Line] = {}
        pending = inner(self.place.step) if self.place is not None else []
        while pending:
            for line in pending.pop().lines:
                found[line.span] = line
                pending += [body for step in line.steps for body in inner(step)]
        return found

    @cached_property
    def operation(self) -> Operation | None:
        """The operation at fault with its fields."""
        node = self.node
        return node.operation if node is not None else None

    @cached_property
    def node(self) -> Node | None:
        """The node at fault, which has no shape."""
        start = self.site.span.start
        found = [node for node in self.site.graph if node.span.start == start and node.operation is not None]
        return next((node for node in found if node.operands == self.site.operands), found[0] if found else None)

    @property
    def calls(self) -> tuple[Caller, ...]:
        """The blocks around the fault."""
        return callers(self.site)

    def setting(
        self, span: Span, given: Mapping[str, Argument], field: str, text: str | None, calls: tuple[Caller, ...] = ()
    ) -> Changes | None:
        """The change that gives ``field`` of the call at ``span`` another value; None where it cannot be written.

        A number that is handed through parameters changes where it is written; a name stands in its place at once.
        """
        place = self.places.find(span)
        if place is None or place.call is None:
            return None
        argument = given.get(field)
        expression = argument.expression if argument is not None else None
        if expression is None:
            return ((place, ((field, text),)),) if text is not None else None
        here = next((one for one in place.call.arguments if one.value.span == expression.span), None)
        if here is None:
            return None
        if text is None:
            return ((place, ((here, None),)),) if here.name is not None else None
        if is_plain(expression) or text[:1].isalpha():
            return ((place, ((here, text),)),)
        return self._through(expression, text, calls)

    def _through(self, expression: tree.Expression, text: str, calls: tuple[Caller, ...]) -> Changes | None:
        if not isinstance(expression, tree.Name) or not calls:
            return None
        caller = calls[0]
        known = self.places.find(caller.span)
        if known is None or known.call is None:
            return None
        if not any(one.name.id == expression.id for one in caller.inner.definition.parameters):
            return None
        return self.setting(known.call.span, caller.arguments, expression.id, text, calls[1:])

    def of(self, node: Node) -> str:
        """`` in conv2``, where the author has a name for a step; and where there is none, nothing."""
        place = self.places.find(node.span)
        return f" in {place.label}" if place is not None and place.label else ""

    def is_direct(self, given: Mapping[str, Argument], field: str) -> bool:
        """Whether a change of ``field`` concerns this call alone, so that a rehearsal shows what it does."""
        argument = given.get(field)
        return argument is None or argument.expression is None or is_plain(argument.expression)

    def dropped(self, misses: Iterable[Miss]) -> Changes | None:
        """The changes that leave out what is written and no longer true; None where that is not possible."""
        changes: list[Change] = []
        for miss in misses:
            if miss.field is None:
                return None
            change = self.setting(miss.node.span, miss.node.arguments, miss.field, None)
            if change is None:
                return None
            changes += change
        return tuple(changes)
