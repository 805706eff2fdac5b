"""Groups that are chains of modules: ``nn.Sequential``."""

from __future__ import annotations

from collections.abc import Sequence, Set

from cnndsl.backends.torch.calls import call
from cnndsl.backends.torch.code import Code, World, all_same, constant, name
from cnndsl.backends.torch.context import CannotShare, Context
from cnndsl.backends.torch.elements import Carry, Chosen, Element, Inner, Module, Repeated
from cnndsl.backends.torch.expressions import quote
from cnndsl.backends.torch.fields import uses
from cnndsl.backends.torch.keys import segment
from cnndsl.backends.torch.loops import SHORT, Loop, Passes, carried, header, steps, unrolled, variables, written_out
from cnndsl.backends.torch.places import (
    channels_after,
    channels_after_bodies,
    channels_before,
    channels_of,
    flow_shapes,
    items_at,
)
from cnndsl.backends.torch.spelling import Constants, spell
from cnndsl.graph import Graph
from cnndsl.syntax import tree
from cnndsl.trace import Item, Trace, Value


def pure(worlds: Sequence[World], named: Set[tuple[Graph, Value]], top: bool = False) -> bool:
    """Whether the body is a chain of modules and nobody else reads what flows between them.

    It may begin with ``from``. ``top``: it is the body of a block or network, and its end is the result.
    """
    for world in worlds:
        trace = world.trace
        if trace.lines and trace.lines[0] and isinstance(trace.lines[0][0].step, tree.From):
            trace = trace._replace(lines=(trace.lines[0][1:], *trace.lines[1:]))
        if not _pure(world.graph, trace, named, trace.after, top):
            return False
    return True


def _pure(graph: Graph, trace: Trace, named: Set[tuple[Graph, Value]], last: Value | None, top: bool) -> bool:
    items = [item for line in trace.lines for item in line]
    return not any(_shared(item, trace) for item in items) and all(
        _chains(graph, item, named, last, top) for item in items
    )


def _shared(item: Item, trace: Trace) -> bool:
    """Whether it applies a module that stands elsewhere."""
    if not isinstance(item.step, tree.Apply):
        return False
    binding = trace.scope.find(item.step.call.callee.id)
    return binding is not None and binding.kind == "shared"


def _chains(graph: Graph, item: Item, named: Set[tuple[Graph, Value]], last: Value | None, top: bool) -> bool:
    if item.after is not None and item.after != item.before and item.after != last and (graph, item.after) in named:
        return False
    match item.step:
        case tree.Let() | tree.Expect() | tree.Require() | tree.Init():
            return True
        case tree.Input():
            return top
        case tree.Output(chain=None, training=False):
            return top and len(graph.outputs) == 1
        case tree.Apply(branches=None):
            return item.node is None or _is_module(graph, item.node)
        case tree.Group() | tree.Repeat() | tree.For() | tree.If() | tree.With():
            return all(_pure(graph, body, named, last, top) for body in item.bodies)
    return False


def _is_module(graph: Graph, node_name: str) -> bool:
    node = graph[node_name]
    if node.graph is not None:
        return len(node.operands) == 1 and not node.graph.several
    shapes = graph.operand_shapes(node)
    if node.operation is None or shapes is None or len(node.operands) != 1:
        return False
    spelling = spell(node.operation, Constants(node.operation, shapes))
    return spelling.module is not None and spelling.call is None


class Sequencer:
    """Writes the elements of a sequence."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def body(self, worlds: Sequence[World], flow: Code | None) -> tuple[list[Element], Code | None]:
        """The modules of a body, and what the channels after it are called."""
        out: list[Element] = []
        for row, line in enumerate(worlds[0].trace.lines):
            for column in range(len(line)):
                items = items_at(worlds, row, column)
                made, flow = self._step(items[0].step, worlds, items, flow)
                out.extend(made)
        return out, flow

    def _step(
        self, step: tree.Step, worlds: Sequence[World], items: Sequence[Item], flow: Code | None
    ) -> tuple[list[Element], Code | None]:
        match step:
            case tree.Let():
                self._let(step, worlds, items)
            case tree.Apply():
                found = uses(worlds, items)
                if found:
                    made = call(self.context, found, flow)
                    if made.module is None:
                        raise TypeError(found[0].node.name)
                    kind = found[0].node.kind
                    return [Module(made.module, *self._key(step.label, kind, items, worlds))], made.channels
            case tree.Group():
                inside = [w.inside(i.bodies[0]) for w, i in zip(worlds, items, strict=True)]
                body, flow = self.body(inside, flow)
                return [Inner(body, *self._key(step.label, "group", items, worlds))], flow
            case tree.With():
                return self.body([w.inside(i.bodies[0]) for w, i in zip(worlds, items, strict=True)], flow)
            case tree.If():
                return self._choice(step, worlds, items, flow)
            case tree.Repeat() | tree.For():
                return self._loop(step, worlds, items, flow)
        return [], flow

    def _key(
        self, label: tree.Template | None, kind: str, items: Sequence[Item], worlds: Sequence[World]
    ) -> tuple[str | None, str | None]:
        """Its name, where it has one, and what to call it among others that have."""
        keys = [item.key for item in items]
        if keys[0] is None:
            return None, None if self.context.loops else quote(self.context.attribute(kind))
        last = keys[0].rpartition(".")[2]
        if label is not None or not last.isdigit():
            return segment(self.context, label, worlds, items), None
        return None, quote(last) if all_same(keys) else None

    def _let(self, step: tree.Let, worlds: Sequence[World], items: Sequence[Item]) -> None:
        shapes = flow_shapes(worlds, items)
        codes = [self.context.composer(worlds, shapes, forward).compose(step.value) for forward in (False, True)]
        if codes[0] is not None and codes[1] is not None:
            self.context.frames[-1][step.name.id] = (codes[0], codes[1])

    def _choice(
        self, step: tree.If, worlds: Sequence[World], items: Sequence[Item], flow: Code | None
    ) -> tuple[list[Element], Code | None]:
        arms = [item.arm for item in items]
        if all_same(arms):
            if not items[0].bodies:
                return [], flow
            return self.body([w.inside(i.bodies[0]) for w, i in zip(worlds, items, strict=True)], flow)
        if len(step.arms) > 1 or step.otherwise is not None:
            raise CannotShare(self._loop_here())
        condition = self.context.composer(worlds, flow_shapes(worlds, items)).compose(step.arms[0][0])
        if condition is None:
            raise CannotShare(self._loop_here())
        taken = [w.inside(i.bodies[0]) for w, i in zip(worlds, items, strict=True) if i.bodies]
        before: list[Element] = []
        exits = channels_after(worlds, items)
        entries = channels_of(flow_shapes(worlds, items))
        if exits != entries:
            first = self.context.resolve(worlds, entries, [flow], "in_channels")
            variable = self.context.carried(first) or self.context.carry_name(flow_shapes(worlds, items), first, False)
            before = [Carry(variable, first.text)] if first.text != variable else []
            flow = name(variable, dict(zip(worlds, entries, strict=True)))
        body, after = self.body(taken, flow)
        if exits != entries:
            end = self.context.resolve(taken, channels_after_bodies(taken), [after], "in_channels").text
            body += [Carry(variable, end)] if end != variable else []
            flow = name(variable, dict(zip(worlds, exits, strict=True)))
        return [*before, Chosen(condition.text, body)], flow

    def _loop_here(self) -> tree.Step | None:
        return self.context.loops[-1] if self.context.loops else None

    def _loop(
        self, step: Loop, worlds: Sequence[World], items: Sequence[Item], flow: Code | None
    ) -> tuple[list[Element], Code | None]:
        loop = Passes(step, worlds, items, flow_shapes(worlds, items))
        if not any(loop.trips):
            return [], flow
        entries = channels_before(loop.inside())
        exits = channels_after(worlds, items)
        steady = carried(loop, entries, exits, flow) is None
        size = steps(loop.inside()[0].trace)
        short = loop.trips[0] * size <= SHORT and not (size == 1 and steady and loop.trips[0] > 1)
        if written_out(self.context, loop, short):
            return self._unrolled(loop, flow)
        return self._kept(loop, flow, entries, exits)

    def _unrolled(self, loop: Passes, flow: Code | None) -> tuple[list[Element], Code | None]:
        out: list[Element] = []

        def one(inside: list[World]) -> Code | None:
            nonlocal flow
            made, flow = self.body(inside, flow)
            out.extend(made)
            return flow

        unrolled(self.context, loop, one)
        return out, flow

    def _kept(
        self, loop: Passes, flow: Code | None, entries: Sequence[int | None], exits: Sequence[int | None]
    ) -> tuple[list[Element], Code | None]:
        context, inside = self.context, loop.inside()
        out: list[Element] = []
        start = flow
        entry = carried(loop, entries, exits, flow)
        variable = ""
        if entry is not None:
            first = context.resolve(loop.worlds, channels_of(loop.shapes), [flow], "in_channels")
            variable = context.carry_name(loop.shapes, first, False)
            start = name(variable, dict(zip(inside, entries, strict=True)))
            if first.text != variable:
                out.append(Carry(variable, first.text))
        frame = variables(context, loop, inside)
        context.frames.append(frame)
        context.loops.append(loop.step)
        context.passes.update(dict.fromkeys(inside, loop.step))
        context.counters.append("")
        body, end = self.body(inside, start)
        if entry is not None:
            after = context.resolve(inside, channels_after_bodies(inside), [end], "in_channels").text
            if after != variable:
                body.append(Carry(variable, after))
            flow = name(variable, dict(zip(loop.worlds, exits, strict=True)))
        elif all_same(exits) and exits[0] is not None:
            flow = constant(exits[0], loop.worlds)
        context.loops.pop()
        context.counters.pop()
        context.frames.pop()
        return [*out, Repeated(context.later(lambda used: header(context, loop, used, frame, False)), body)], flow
