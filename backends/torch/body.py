"""The body of a class: what ``__init__`` registers and what ``forward`` does, step by step in the order of the text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cnndsl.backends.torch.calls import Call, call, fill
from cnndsl.backends.torch.code import Code, World, all_same, constant, name
from cnndsl.backends.torch.context import CannotShare, Context
from cnndsl.backends.torch.elements import build
from cnndsl.backends.torch.fields import Use, uses
from cnndsl.backends.torch.joins import Joins
from cnndsl.backends.torch.keys import access, is_attribute, registration, segment
from cnndsl.backends.torch.layout import top
from cnndsl.backends.torch.outputs import Outputs
from cnndsl.backends.torch.places import channels_after, flow_shapes, inside, items_at
from cnndsl.backends.torch.plan import optional
from cnndsl.backends.torch.repeats import Repeats
from cnndsl.backends.torch.sequence import Sequencer, pure
from cnndsl.backends.torch.statements import Assign, Nested, mentioned
from cnndsl.backends.torch.writing import Flow, Writing, text_label, word_of
from cnndsl.graph import Graph
from cnndsl.syntax import tree
from cnndsl.trace import Item, Value


class Body(Writing):
    """Walks one body in all worlds at once. ``iteration`` writes one pass of a loop: ``dense`` changes what that is."""

    def __init__(self, context: Context, named: set[tuple[Graph, Value]]) -> None:
        super().__init__(context, named)
        self.joins = Joins(self)
        self.repeats = Repeats(self)
        self.declared = Outputs(self)
        self.iteration: Callable[[Sequence[World], Flow], Flow] = self.run

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
                self.keep(flow)
                return Flow(self.text_of(worlds, [item.after for item in items]), self.channels_after(worlds, items))
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
                return self.repeats.loop(step, worlds, items, flow)
            case tree.Output():
                return self.declared.output(step, worlds, items, flow)
        return flow

    def channels_after(self, worlds: Sequence[World], items: Sequence[Item]) -> Code | None:
        """The channels after a step, where they are the same everywhere."""
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
        text = text.replace("{module}", module or "")
        if not flow.variable and not self._nests(flow, text, light):
            flow = self.keep(flow)
        written = fill(text, [flow.text, *others])
        hint = word_of(step.label, found[0].node.module) or found[0].node.kind
        if found[0].node.graph is not None and found[0].node.graph.several:
            return self.settle(worlds, items, self.declared.unpacked(found, Flow(written, made.channels), hint), hint)
        return self.settle(worlds, items, Flow(written, made.channels), hint)

    def _others(self, found: Sequence[Use]) -> range:
        return range(1, len(found[0].node.operands))

    def _nests(self, flow: Flow, text: str, light: bool) -> bool:
        if "{0}" not in text or len(flow.text) + len(text) > (60 if " " in top(flow.text + text) else 72):
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
        flow = self.grouped(inside(worlds, items), key, flow)
        return self.settle(worlds, items, flow, word_of(step.label, items[0].key) or "out")

    def grouped(self, within: Sequence[World], key: str, flow: Flow) -> Flow:
        """A level of the weights path: a sequence where it is one, else a container whose steps stand here."""
        if pure(within, self.named):
            flow = self._start(within, flow)
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

    def _start(self, within: Sequence[World], flow: Flow) -> Flow:
        """What flows into a chain that may begin with ``from``."""
        starts = [line[0] for world in within for line in world.trace.lines[:1] if line]
        if len(starts) < len(within) or not isinstance(starts[0].step, tree.From):
            return flow
        return self.step(starts[0].step, within, starts, flow)

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
