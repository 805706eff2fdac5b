"""Declared results: of the class itself, and of a block that it applies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cnndsl.backends.torch.code import World
from cnndsl.backends.torch.context import CannotShare, field
from cnndsl.backends.torch.fields import Use
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
            return self.body.settle(worlds, items, flow, label)
        body = self.body
        flow = body.keep(flow)
        outer, body.forward = body.forward, []
        ends = [(w, i.bodies[0].after) for w, i in zip(worlds, items, strict=True) if i.bodies[0].after]
        with body.holding(flow), body.writing(body.fresh(label), nesting=True):
            before, body.named = body.named, body.named - {(world.graph, value) for world, value in ends}
            result = self._chain(worlds, items, flow)
            body.named = before
            if not (result.variable and body.held[result.text]):
                result = body.assign(result)
            body.remember(ends, result.text)
            made, body.forward = body.forward, outer
        if not step.training:
            body.forward.extend(made)
        elif outer and isinstance(outer[-1], Nested) and outer[-1].header == "if self.training":
            outer[-1].body.extend(made)
        else:
            body.forward.append(Nested("if self.training", made))
        return flow

    def _chain(self, worlds: Sequence[World], items: Sequence[Item], flow: Flow) -> Flow:
        """The chain of an output: one step, or a group that has its name."""
        within = inside(worlds, items)
        key = items[0].key
        last = within[0].trace.lines[0][-1]
        if key is None or not (last.key or "").startswith(f"{key}."):
            return self.body.run(within, flow)
        return self.body.grouped(within, segment(self.body.context, None, worlds, items), flow)

    def unpacked(self, found: Sequence[Use], flow: Flow, label: str) -> Flow:
        """A block with several results: keep them all, go on with the one that flows."""
        body, inner = self.body, found[0].node.graph
        if inner is None:
            raise TypeError(found[0].node.name)
        word = body.fresh(label)
        body.forward.append(Assign(word, flow.text))
        result = ""
        for output in inner.outputs:
            text = f"{word}.{field(output.name)}"
            body.remember([(use.world, Value(use.node.name, output.name)) for use in found], text)
            if output.value == inner.result():
                result = text
        if sum(not output.training for output in inner.outputs) == 1:
            return body.assign(Flow(f"{result} if self.training else {word}", flow.channels))
        if not result:
            raise CannotShare(body.loop)
        return Flow(result, flow.channels)
