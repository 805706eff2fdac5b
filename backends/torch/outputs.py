"""Declared results: of the class itself, and of a block that it applies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cnndsl.backends.torch.calls import Use
from cnndsl.backends.torch.code import World
from cnndsl.backends.torch.context import identifier
from cnndsl.backends.torch.keys import segment
from cnndsl.backends.torch.places import inside
from cnndsl.backends.torch.statements import Assign, Nested
from cnndsl.backends.torch.writing import Flow, text_label
from cnndsl.syntax import tree
from cnndsl.trace import Item, Value

if TYPE_CHECKING:
    from cnndsl.backends.torch.body import Body


class Outputs:
    """Writes ``output`` into a body."""

    def __init__(self, body: Body) -> None:
        self.body = body

    def output(self, step: tree.Output, worlds: Sequence[World], items: Sequence[Item], flow: Flow) -> Flow:
        """A result; with a chain, what it takes to make it."""
        label = text_label(step.name) or "output"
        if step.chain is None:
            flow = self.body.settle(worlds, items, flow, label)
            if items[0].after is not None:
                return flow
        outer, self.body.forward = self.body.forward, []
        ends = {(w.graph, i.bodies[0].after) for w, i in zip(worlds, items, strict=True) if i.bodies[0].after}
        with self.body.writing(self.body.fresh(label), nesting=True):
            before, self.body.named = self.body.named, {pair for pair in self.body.named if pair not in ends}
            result = self._chain(worlds, items, flow)
            self.body.named = before
            self.body.names.update(dict.fromkeys(ends, self.body.variable))
            if result.text != self.body.variable:
                self.body.forward.append(Assign(self.body.variable, result.text))
            made, self.body.forward = self.body.forward, outer
        if not step.training:
            self.body.forward.extend(made)
        elif outer and isinstance(outer[-1], Nested) and outer[-1].header == "if self.training":
            outer[-1].body.extend(made)
        else:
            if not flow.variable:
                flow = self.body.keep(flow)
            self.body.forward.append(Nested("if self.training", made))
        return flow

    def _chain(self, worlds: Sequence[World], items: Sequence[Item], flow: Flow) -> Flow:
        """The chain of an output: one step, or a group that has its name."""
        within = inside(worlds, items)
        key = items[0].key
        first = within[0].trace.lines[0][0]
        last = within[0].trace.lines[0][-1]
        if key is None or not (last.key or "").startswith(f"{key}."):
            return self.body.run(within, flow)
        if isinstance(first.step, tree.From):
            starts = [world.trace.lines[0][0] for world in within]
            flow = Flow(
                self.body.text_of(within, [item.after for item in starts]), self.body.channels_after(within, starts)
            )
        return self.body.grouped(within, segment(self.body.context, None, worlds, items), flow)

    def unpacked(self, found: Sequence[Use], flow: Flow, label: str) -> Flow:
        """A block with several results: keep them all, go on with the one that flows."""
        word = self.body.fresh(label)
        self.body.forward.append(Assign(word, flow.text))
        text = word
        for use in found:
            inner = use.node.graph
            for output in inner.outputs if inner is not None else ():
                field = f"{word}.{identifier(output.name)}"
                self.body.names[use.world.graph, Value(use.node.name, output.name)] = field
                if inner is not None and output.value == inner.result():
                    self.body.names[use.world.graph, Value(use.node.name)] = text = field
            if inner is not None and sum(not output.training for output in inner.outputs) == 1:
                self.body.forward.append(Assign(word, f"{text} if self.training else {word}"))
                text = word
                break
        return Flow(text, flow.channels)
