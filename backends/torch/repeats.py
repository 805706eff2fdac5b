"""Loops in the body of a class: written out, or kept in ``__init__`` and in ``forward``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cnndsl.backends.torch.code import Code, World, all_same, constant, name
from cnndsl.backends.torch.loops import (
    SHORT,
    Loop,
    Passes,
    carried,
    closed_form,
    count,
    header,
    unrolled,
    variables,
    written_out,
)
from cnndsl.backends.torch.places import (
    channels_after,
    channels_after_bodies,
    channels_before,
    channels_of,
    flow_shapes,
)
from cnndsl.backends.torch.statements import Assign, Nested, Statement, mentioned
from cnndsl.backends.torch.writing import Flow
from cnndsl.syntax import tree
from cnndsl.trace import Item, Trace

if TYPE_CHECKING:
    from cnndsl.backends.torch.body import Body


class Repeats:
    """Writes loops into a body."""

    def __init__(self, body: Body) -> None:
        self.body = body

    def loop(self, step: Loop, worlds: Sequence[World], items: Sequence[Item], flow: Flow) -> Flow:
        """A loop, as it reads best."""
        loop = Passes(step, worlds, items, flow_shapes(worlds, items))
        if not any(loop.trips):
            return flow
        if written_out(self.body.context, loop, loop.trips[0] <= SHORT):
            return self._unrolled(loop, flow)
        return self._kept(loop, flow)

    def _unrolled(self, loop: Passes, flow: Flow) -> Flow:
        def one(within: list[World]) -> Code | None:
            nonlocal flow
            flow = self.body.iteration(within, flow)
            return flow.channels

        unrolled(self.body.context, loop, one)
        return flow

    def _kept(self, loop: Passes, flow: Flow) -> Flow:
        body, context = self.body, self.body.context
        if flow.text != body.variable or body.held[body.variable]:
            flow = body.assign(flow)
        exits = channels_after(loop.worlds, loop.items)
        entries = channels_before(loop.inside())
        if carried(loop, entries, exits, flow.channels) is None:
            self._passes(loop, flow.channels, "")
            known = constant(exits[0], loop.worlds) if all_same(exits) and exits[0] is not None else flow.channels
            return Flow(body.variable, known)
        first = context.resolve(loop.worlds, channels_of(loop.shapes), [flow.channels], "in_channels")
        variable = context.carry_name(loop.shapes, first, self._alone)
        if first.text != variable:
            body.init.append(Assign(variable, first.text, number=True))
        end = self._passes(loop, name(variable, dict(zip(loop.inside(), entries, strict=True))), variable)
        trips = count(context, loop, context.composer(loop.worlds, loop.shapes), False)
        closed = closed_form(loop, first, end, variable, trips, exits)
        if closed is not None:
            context.closed[variable] = closed
        return Flow(body.variable, name(variable, dict(zip(loop.worlds, exits, strict=True))))

    def _passes(self, loop: Passes, start: Code | None, variable: str) -> Code | None:
        """Write the loop itself; ``variable`` carries the channels where it is not empty. Their code at its end."""
        body, context, within = self.body, self.body.context, loop.inside()
        frame = variables(context, loop, within)
        context.frames.append(frame)
        context.loops.append(loop.step)
        context.counters.append("")
        outer, held, place = (body.init, body.forward), body.held.copy(), body.variable
        context.passes.update(dict.fromkeys(within, loop.step))
        init: list[Statement] = []
        forward: list[Statement] = []
        body.init, body.forward, body.child = init, forward, self._only_child(loop)
        end = body.iteration(within, Flow(place, start))
        child, body.child = body.child, ""
        body.variable, body.held = place, held
        if end.text != place:
            forward.append(Assign(place, end.text))
        if variable:
            after = context.resolve(within, channels_after_bodies(within), [end.channels], "in_channels").text
            if after != variable:
                init.append(Assign(variable, after, number=True))
        body.init, body.forward = outer
        context.loops.pop()
        counter = context.counters.pop()
        body.init.append(Nested(header(context, loop, mentioned(init), frame, False, counter), init))
        head = f"for {child} in {body.target}.children()" if child else ""
        head = head or header(context, loop, mentioned(forward), frame, True, counter)
        body.forward.append(Nested(head, forward))
        context.frames.pop()
        return end.channels

    @property
    def _alone(self) -> bool:
        """Whether the class is nothing but one loop."""
        return all(graph.trace is not None and lonely(graph.trace) for graph in self.body.context.owner.graphs)

    def _only_child(self, loop: Passes) -> str:
        """A name for the modules that a loop registers, where they are all that the class has."""
        bodies = [world.trace for world in loop.inside()]
        if not self._alone or self.body.target != "self" or self.body.context.loops[:-1]:
            return ""
        one = all(len(b.lines) == 1 and len(b.lines[0]) == 1 for b in bodies)
        step = bodies[0].lines[0][0].step if one else None
        return "layer" if isinstance(step, tree.Apply) and step.branches is None else ""


def lonely(trace: Trace) -> bool:
    """Whether a body is nothing but one loop, perhaps in ``dense`` or ``with``."""
    quiet = (tree.Let, tree.Expect, tree.Require, tree.Init)
    moving = [item for line in trace.lines for item in line if not isinstance(item.step, quiet)]
    if len(moving) != 1:
        return False
    step = moving[0].step
    if isinstance(step, (tree.Dense, tree.With)):
        return lonely(moving[0].bodies[0])
    return isinstance(step, (tree.For, tree.Repeat))
