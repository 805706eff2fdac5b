"""The body of a class: what ``__init__`` registers and what ``forward`` does, step by step in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from cnndsl.backends.torch.calls import Call, Use, call, uses
from cnndsl.backends.torch.code import Code, World, all_same, constant, name
from cnndsl.backends.torch.context import CannotShare, Context, identifier
from cnndsl.backends.torch.keys import access, is_attribute, registration, segment
from cnndsl.backends.torch.loops import (
    SHORT,
    Loop,
    Passes,
    closed_form,
    count,
    header,
    unrolled,
    variables,
    written_out,
)
from cnndsl.backends.torch.plan import optional
from cnndsl.backends.torch.sequence import (
    Sequencer,
    build,
    carried,
    channels_after,
    channels_after_bodies,
    channels_before,
    channels_of,
    flow_shapes,
    items_at,
    pure,
)
from cnndsl.backends.torch.calls import fill
from cnndsl.backends.torch.statements import Assign, Nested, Statement, mentioned
from cnndsl.graph import Graph
from cnndsl.syntax import tree
from cnndsl.trace import Item, Trace, Value


class Flow(NamedTuple):
    """The current value: its Python expression, and what its channels are called."""

    text: str
    channels: Code | None

    @property
    def variable(self) -> bool:
        """Whether the expression is a mere name."""
        return self.text.isidentifier()


class Registry(NamedTuple):
    """Where modules are registered: ``self``, or a container in it."""

    target: str


class Body:
    """Walks one body in all worlds at once."""

    def __init__(self, context: Context, named: set[tuple[Graph, Value]]) -> None:
        self.context = context
        self.named = named
        self.init: list[Statement] = []
        self.forward: list[Statement] = []
        self.names: dict[tuple[Graph, Value], str] = {}
        self.live: set[str] = set()
        self.variable = "x"
        self.nesting = False
        self.target = "self"
        self.child = ""
        self.outputs: dict[str, str] = {}

    # Flow

    def keep(self, flow: Flow) -> Flow:
        """The flow as a variable."""
        if flow.variable:
            return flow
        self.forward.append(Assign(self.variable, flow.text))
        return Flow(self.variable, flow.channels)

    def fresh(self, text: str) -> str:
        """A local name of ``forward`` that nothing alive has."""
        found = self.context.python_name(text, set(self.live) | {self.variable, *self.context.parameters})
        self.live.add(found)
        return found

    @contextmanager
    def writing(self, variable: str, nesting: bool) -> Iterator[None]:
        """Within, results go to ``variable``; with ``nesting`` short chains stay one expression."""
        before = self.variable, self.nesting
        self.variable, self.nesting = variable, nesting
        yield
        self.variable, self.nesting = before

    def text_of(self, worlds: Sequence[World], values: Sequence[Value | None]) -> str:
        """How an earlier value is called here."""
        found = set()
        for world, value in zip(worlds, values, strict=True):
            if value is None:
                raise CannotShare(self.loop)
            text = self.names.get((world.graph, value))
            if text is None and value.output:
                owner = self.names.get((world.graph, Value(value.node)))
                text = None if owner is None else f"{owner}.{value.output}"
            found.add(text)
        only = found.pop()
        if found or only is None:
            raise CannotShare(self.loop)
        return only

    @property
    def loop(self) -> tree.Step | None:
        """The innermost loop that is kept."""
        return self.context.loops[-1] if self.context.loops else None

    def settle(self, worlds: Sequence[World], items: Sequence[Item], flow: Flow, label: str) -> Flow:
        """Give the value after a step a name of its own where a later step asks for it."""
        keys = [(w.graph, i.after) for w, i in zip(worlds, items, strict=True) if i.after is not None]
        if not any(key in self.named for key in keys):
            return flow
        graph, value = keys[0]
        label = next((identifier(output.name) for output in graph.outputs if output.value == value), label)
        if not (flow.variable and flow.text in self.live):
            word = self.variable if self.variable == identifier(label) else self.fresh(label)
            self.forward.append(Assign(word, flow.text))
            flow = Flow(word, flow.channels)
        for graph, value in keys:
            if value is not None:
                self.names[graph, value] = flow.text
        return flow

    # Steps

    def run(self, worlds: Sequence[World], flow: Flow) -> Flow:
        """All lines of a body."""
        for row in range(len(worlds[0].trace.lines)):
            flow = self.line(worlds, row, flow)
        return flow

    def line(self, worlds: Sequence[World], row: int, flow: Flow) -> Flow:
        """One line of a body."""
        for column in range(len(worlds[0].trace.lines[row])):
            items = items_at(worlds, row, column)
            flow = self.step(items[0].step, worlds, items, flow)
        return flow

    def step(self, step: tree.Step, worlds: Sequence[World], items: Sequence[Item], flow: Flow) -> Flow:
        """One step."""
        match step:
            case tree.Let():
                self._let(step, worlds, items)
            case tree.From():
                return Flow(self.text_of(worlds, [item.after for item in items]), self._channels(worlds, items))
            case tree.Shared():
                self._share(step, worlds, items)
            case tree.Apply(branches=None):
                return self._apply(step, worlds, items, flow)
            case tree.Apply():
                return self.joins.join(step, worlds, items, flow)
            case tree.Residual():
                return self.joins.residual(step, worlds, items, flow)
            case tree.Dense():
                return self.joins.dense(worlds, items, flow)
            case tree.Group():
                return self._group(step, worlds, items, flow)
            case tree.With():
                return self.run(inside(worlds, items), flow)
            case tree.If():
                return self._choice(step, worlds, items, flow)
            case tree.Repeat() | tree.For():
                return self._loop(step, worlds, items, flow)
            case tree.Output():
                return self._output(step, worlds, items, flow)
        return flow

    @property
    def joins(self) -> Joins:
        """What writes the steps that join branches."""
        return Joins(self)

    def _channels(self, worlds: Sequence[World], items: Sequence[Item]) -> Code | None:
        sizes = channels_after(worlds, items)
        return constant(sizes[0], worlds) if all_same(sizes) and sizes[0] is not None else None

    def _let(self, step: tree.Let, worlds: Sequence[World], items: Sequence[Item]) -> None:
        shapes = flow_shapes(worlds, items)
        first = self.context.composer(worlds, shapes).compose(step.value)
        later = self.context.composer(worlds, shapes, forward=True).compose(step.value)
        if first is None or later is None:
            return
        if not first.literal and not first.text.isidentifier():
            word = self.context.local(step.name.id)
            self.init.append(Assign(word, first.text, optional=True))
            first = name(word, first.values)
        self.context.frames[-1][step.name.id] = (first, later)

    def _apply(self, step: tree.Apply, worlds: Sequence[World], items: Sequence[Item], flow: Flow) -> Flow:
        found = uses(worlds, items)
        if not found:
            return self.settle(worlds, items, flow, text_label(step.label) or step.call.callee.id)
        made = call(self.context, found, flow.channels)
        module = self._module(step, found, made)
        light = made.light and module is None
        text = made.template if module is not None else made.function
        if text is None:
            raise TypeError(found[0].node.name)
        others = [self.text_of(worlds, [use.node.operands[n] for use in found]) for n in self._others(found)]
        if not flow.variable and not self._nests(flow, text, light):
            flow = self.keep(flow)
        written = fill(text.replace("{module}", module or ""), [flow.text, *others])
        hint = _word(step.label, found[0].node.module) or found[0].node.kind
        if found[0].node.graph is not None and found[0].node.graph.several:
            return self._unpacked(found, Flow(written, made.channels), hint)
        return self.settle(worlds, items, Flow(written, made.channels), hint)

    def _unpacked(self, found: Sequence[Use], flow: Flow, label: str) -> Flow:
        """A block with several results: keep them all, go on with the one that flows."""
        word = self.fresh(label)
        self.forward.append(Assign(word, flow.text))
        text = word
        for use in found:
            inner = use.node.graph
            for output in inner.outputs if inner is not None else ():
                field = f"{word}.{identifier(output.name)}"
                self.names[use.world.graph, Value(use.node.name, output.name)] = field
                if inner is not None and output.value == inner.result():
                    self.names[use.world.graph, Value(use.node.name)] = text = field
            if inner is not None and sum(not output.training for output in inner.outputs) == 1:
                self.forward.append(Assign(word, f"{text} if self.training else {word}"))
                text = word
                break
        return Flow(text, flow.channels)

    def _others(self, found: Sequence[Use]) -> range:
        return range(1, len(found[0].node.operands))

    def _nests(self, flow: Flow, text: str, light: bool) -> bool:
        if "{0}" not in text or len(flow.text) + len(text) > 72:
            return False
        return light or self.nesting

    def _module(self, step: tree.Apply, found: Sequence[Use], made: Call) -> str | None:
        """Register what the step makes; the expression that reads it, None where it makes nothing."""
        keys = [use.node.module for use in found]
        if step.call.callee.id in self.context.shared:
            return self.context.shared[step.call.callee.id]
        if made.module is None or (keys[0] is None and made.function is not None):
            return None
        if self.child:
            self.init.append(registration(self.target, self._key(step, found), made.module))
            return self.child
        if keys[0] is None:
            word = self.context.attribute(found[0].node.kind)
            self.init.append(Assign(f"self.{word}", made.module))
            return f"self.{word}"
        key = self._key(step, found)
        self.init.append(registration(self.target, key, made.module))
        return access(self.target, key, made.module.startswith("nn.Parameter("))

    def _key(self, step: tree.Apply, found: Sequence[Use]) -> str:
        items = [use.item._replace(key=use.node.module) for use in found]
        return segment(self.context, step.label, [use.world for use in found], items)

    def _share(self, step: tree.Shared, worlds: Sequence[World], items: Sequence[Item]) -> None:
        nodes = [next((n for n in w.graph if n.module == i.key), None) for w, i in zip(worlds, items, strict=True)]
        if any(node is None for node in nodes):
            return
        found = [Use(w, i, n) for w, i, n in zip(worlds, items, nodes, strict=True) if n is not None]
        made = call(self.context, found, None)
        if made.module is None:
            return
        key = segment(self.context, None, worlds, items)
        self.init.append(registration(self.target, key, made.module))
        self.context.shared[step.name.id] = access(self.target, key)

    def _group(self, step: tree.Group, worlds: Sequence[World], items: Sequence[Item], flow: Flow) -> Flow:
        key = segment(self.context, step.label, worlds, items)
        flow = self._grouped(inside(worlds, items), key, flow)
        return self.settle(worlds, items, flow, _word(step.label, items[0].key) or "out")

    def _grouped(self, within: Sequence[World], key: str, flow: Flow) -> Flow:
        """A level of the weights path: a sequence where it is one, else a container whose steps stand here."""
        if pure(within, self.named):
            made, channels = Sequencer(self.context).body(within, flow.channels)
            place = f"{self.target}.{key[1:-1]}" if is_attribute(key) else self.context.local("group")
            text = build(self.context, made, self.init, place)
            if text != place or not is_attribute(key):
                self.init.append(registration(self.target, key, text))
            if not flow.variable and not self._nests(flow, "{0}", light=False):
                flow = self.keep(flow)
            return Flow(f"{access(self.target, key)}({flow.text})", channels)
        self.init.append(registration(self.target, key, "nn.Module()"))
        target, self.target = self.target, access(self.target, key)
        flow = self.run(within, flow)
        self.target = target
        return flow

    def _choice(self, step: tree.If, worlds: Sequence[World], items: Sequence[Item], flow: Flow) -> Flow:
        if all_same([item.arm for item in items]):
            return self.run(inside(worlds, items), flow) if items[0].bodies else flow
        if not optional(items[0]):
            raise CannotShare(self.loop)
        condition = self.context.composer(worlds, flow_shapes(worlds, items)).compose(step.arms[0][0])
        if condition is None:
            raise CannotShare(self.loop)
        taken = [w.inside(i.bodies[0]) for w, i in zip(worlds, items, strict=True) if i.bodies]
        outer, self.init = self.init, []
        after = self.line(taken, 0, flow)
        made, self.init = self.init, outer
        if not made or not isinstance(made[-1], Assign) or mentioned(after.text) & {"F", "torch"}:
            raise CannotShare(self.loop)
        last = made[-1]
        self.init.append(Assign(f"{last.target}: nn.Module", "nn.Identity()"))
        self.init.append(Nested(f"if {condition.text}", made))
        return Flow(after.text, self._after(worlds, items, flow, after))

    def _after(self, worlds: Sequence[World], items: Sequence[Item], flow: Flow, after: Flow) -> Code | None:
        sizes = channels_after(worlds, items)
        if all_same(sizes) and sizes[0] is not None:
            return constant(sizes[0], worlds)
        for code in (after.channels, flow.channels):
            if code is not None and code.agrees(worlds, sizes):
                return Code(code.expression, dict(zip(worlds, sizes, strict=True)))
        return None

    def _loop(self, step: Loop, worlds: Sequence[World], items: Sequence[Item], flow: Flow) -> Flow:
        loop = Passes(step, worlds, items, flow_shapes(worlds, items))
        if not any(loop.trips):
            return flow
        few = loop.trips[0] <= SHORT
        if written_out(self.context, loop, few):
            return self._unrolled(loop, flow)
        return self._kept(loop, flow)

    def _unrolled(self, loop: Passes, flow: Flow) -> Flow:
        def one(within: list[World]) -> Code | None:
            nonlocal flow
            flow = self.iteration(within, flow)
            return flow.channels

        unrolled(self.context, loop, one)
        return flow

    def iteration(self, worlds: Sequence[World], flow: Flow) -> Flow:
        """One pass of a loop."""
        return self.run(worlds, flow)

    def _kept(self, loop: Passes, flow: Flow) -> Flow:
        context, within = self.context, loop.inside()
        entries, exits = channels_before(within), channels_after(loop.worlds, loop.items)
        if flow.text != self.variable:
            self.forward.append(Assign(self.variable, flow.text))
        flow = Flow(self.variable, flow.channels)
        entry, variable, start = carried(loop, entries, exits, flow.channels), "", flow.channels
        if entry is not None:
            first = context.resolve(loop.worlds, channels_of(loop.shapes), [flow.channels], "in_channels")
            alone = all(g.trace is not None and lonely(g.trace) for g in context.owner.graphs)
            variable = context.carry_name(loop.shapes, first, alone)
            start = name(variable, dict(zip(within, entries, strict=True)))
            if first.text != variable:
                self.init.append(Assign(variable, first.text, number=True))
        frame = variables(context, loop, within)
        context.frames.append(frame)
        context.loops.append(loop.step)
        outer, self.init, self.forward = (self.init, self.forward), [], []
        self.child = self._only_child(loop)
        end = self.iteration(within, Flow(self.variable, start))
        child, self.child = self.child, ""
        if end.text != self.variable:
            self.forward.append(Assign(self.variable, end.text))
        if entry is not None:
            after = context.resolve(within, channels_after_bodies(within), [end.channels], "in_channels").text
            if after != variable:
                self.init.append(Assign(variable, after, number=True))
        inner, (self.init, self.forward) = (self.init, self.forward), outer
        context.loops.pop()
        self.init.append(Nested(header(context, loop, mentioned(inner[0]), frame, False), inner[0]))
        head = f"for {child} in {self.target}.children()" if child else ""
        head = head or header(context, loop, mentioned(inner[1]), frame, True)
        self.forward.append(Nested(head, inner[1]))
        context.frames.pop()
        sizes = dict(zip(loop.worlds, exits, strict=True))
        if entry is not None:
            trips = count(context, loop, context.composer(loop.worlds, loop.shapes), False)
            closed = closed_form(loop, first, end.channels, variable, trips, exits)
            if closed is not None:
                context.closed[variable] = closed
            return Flow(self.variable, name(variable, sizes))
        known = constant(exits[0], loop.worlds) if all_same(exits) and exits[0] is not None else flow.channels
        return Flow(self.variable, known)

    def _only_child(self, loop: Passes) -> str:
        """A name for the modules that a loop registers, where they are all that the class has."""
        bodies = [world.trace for world in loop.inside()]
        alone = all(graph.trace is not None and lonely(graph.trace) for graph in self.context.owner.graphs)
        if not alone or self.target != "self" or self.context.loops[:-1]:
            return ""
        one = all(len(b.lines) == 1 and len(b.lines[0]) == 1 for b in bodies)
        step = bodies[0].lines[0][0].step if one else None
        return "layer" if isinstance(step, tree.Apply) and step.branches is None and one else ""

    def _chain(self, worlds: Sequence[World], items: Sequence[Item], flow: Flow) -> Flow:
        """The chain of an output: one step, or a group that has its name."""
        within = inside(worlds, items)
        key = items[0].key
        first = within[0].trace.lines[0][0]
        last = within[0].trace.lines[0][-1]
        if key is None or not (last.key or "").startswith(f"{key}."):
            return self.run(within, flow)
        if isinstance(first.step, tree.From):
            starts = [world.trace.lines[0][0] for world in within]
            flow = Flow(self.text_of(within, [item.after for item in starts]), self._channels(within, starts))
        return self._grouped(within, segment(self.context, None, worlds, items), flow)

    def _output(self, step: tree.Output, worlds: Sequence[World], items: Sequence[Item], flow: Flow) -> Flow:
        label = text_label(step.name) or "output"
        if step.chain is None:
            flow = self.settle(worlds, items, flow, label)
            if items[0].after is not None:
                self.outputs[label] = flow.text
            return flow
        outer, self.forward = self.forward, []
        ends = {(w.graph, i.bodies[0].after) for w, i in zip(worlds, items, strict=True) if i.bodies[0].after}
        with self.writing(self.fresh(label), nesting=True):
            before, self.named = self.named, {pair for pair in self.named if pair not in ends}
            result = self._chain(worlds, items, flow)
            self.named = before
            self.names.update(dict.fromkeys(ends, self.variable))
            if result.text != self.variable:
                self.forward.append(Assign(self.variable, result.text))
            self.outputs[label] = self.variable
        made, self.forward = self.forward, outer
        if not step.training:
            self.forward.extend(made)
        elif outer and isinstance(outer[-1], Nested) and outer[-1].header == "if self.training":
            outer[-1].body.extend(made)
        else:
            if not flow.variable:
                flow = self.keep(flow)
            self.forward.append(Nested("if self.training", made))
        return flow


def _word(label: tree.Template | None, key: str | None) -> str:
    """A name for what a labelled step gives: the end of its key."""
    return (key or "").rpartition(".")[2] if label is not None and key else text_label(label)


def inside(worlds: Sequence[World], items: Sequence[Item]) -> list[World]:
    """The worlds of the one body of a step."""
    return [world.inside(item.bodies[0]) for world, item in zip(worlds, items, strict=True)]


def text_label(label: tree.Template | None) -> str:
    """A label's fixed part, for a variable's name."""
    if label is None:
        return ""
    return "".join(part for part in label.parts if isinstance(part, str)).rstrip("_")


def lonely(trace: Trace) -> bool:
    """Whether a body is nothing but one loop, perhaps in ``dense`` or ``with``."""
    moving = [
        item
        for line in trace.lines
        for item in line
        if not isinstance(item.step, (tree.Let, tree.Expect, tree.Require, tree.Init))
    ]
    if len(moving) != 1:
        return False
    step = moving[0].step
    if isinstance(step, (tree.Dense, tree.With)):
        return lonely(moving[0].bodies[0])
    return isinstance(step, (tree.For, tree.Repeat))


from cnndsl.backends.torch.joins import Joins  # noqa: E402
