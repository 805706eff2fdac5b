"""Steps that join branches: ``concat``, ``add``, ``residual``, ``dense``."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from cnndsl.backends.torch.calls import call, fill
from cnndsl.backends.torch.code import Code, World, all_same, combine, constant
from cnndsl.backends.torch.context import CannotShare
from cnndsl.backends.torch.fields import Use
from cnndsl.backends.torch.loops import Passes, elements
from cnndsl.backends.torch.places import channels_after, inside, items_at
from cnndsl.backends.torch.statements import Assign, mentioned
from cnndsl.backends.torch.writing import Flow
from cnndsl.syntax import tree
from cnndsl.trace import Item

if TYPE_CHECKING:
    from cnndsl.backends.torch.body import Body


LONG = 60
"""Characters of a sum that still reads well in one line."""


class Joins:
    """Writes joins into a body."""

    def __init__(self, body: Body) -> None:
        self.body = body

    def join(self, step: tree.Apply, worlds: Sequence[World], items: Sequence[Item], flow: Flow) -> Flow:
        """``concat { ... }`` and its like: each line is a branch."""
        with ExitStack() as held:
            entry = self._entry(flow, held)
            branches: list[Flow] = []
            self._branches(inside(worlds, items), entry, held, branches)
        label = step.label and "".join(part for part in step.label.parts if isinstance(part, str))
        return self._joined(worlds, items, branches, label or step.call.callee.id)

    def residual(self, step: tree.Residual, worlds: Sequence[World], items: Sequence[Item], flow: Flow) -> Flow:
        """``add`` of the body and of the shortcut."""
        with ExitStack() as held:
            entry = self._entry(flow, held)
            branches = [self.branch(inside(worlds, items), entry, "out", held)]
            if step.shortcut is None:
                branches.append(entry)
            else:
                within = [w.inside(i.bodies[1]) for w, i in zip(worlds, items, strict=True)]
                place = len(self.body.forward)
                branches.append(self.branch(within, entry, "shortcut", held))
                self._in_order(branches, place, held)
        return self._joined(worlds, items, branches, "out")

    def dense(self, worlds: Sequence[World], items: Sequence[Item], flow: Flow) -> Flow:
        """Each line reads the concatenation of the input and all earlier lines."""
        body = self.body
        flow = body.keep(flow)
        iteration = body.iteration
        body.iteration = self._dense_lines
        flow = self._dense_lines(inside(worlds, items), flow)
        body.iteration = iteration
        return flow

    def _dense_lines(self, worlds: Sequence[World], flow: Flow) -> Flow:
        body = self.body
        for row, line in enumerate(worlds[0].trace.lines):
            items = items_at(worlds, row, 0)
            first = items[0].step
            if len(line) == 1 and isinstance(first, (tree.For, tree.Repeat, tree.Let)):
                flow = body.step(first, worlds, items, flow)
            elif len(line) == 1 and isinstance(first, (tree.If, tree.With)):
                if not all_same([item.arm for item in items]):
                    raise CannotShare(body.loop)
                flow = self._dense_lines(inside(worlds, items), flow) if items[0].bodies else flow
            else:
                flow = self._dense_line(worlds, row, flow)
        return flow

    def _dense_line(self, worlds: Sequence[World], row: int, flow: Flow) -> Flow:
        body = self.body
        entry = body.keep(flow)
        iteration, body.iteration = body.iteration, body.run
        with body.holding(entry), body.writing(body.fresh("out"), nesting=True):
            result = body.line(worlds, row, entry)
        body.iteration = iteration
        channels = None
        if entry.channels is not None and result.channels is not None:
            channels = combine("+", entry.channels, result.channels, worlds)
        return body.assign(Flow(f"torch.cat([{entry.text}, {result.text}], 1)", channels))

    def _branches(self, worlds: Sequence[World], entry: Flow, held: ExitStack, out: list[Flow]) -> None:
        """The branches of a body: its lines, those of its loops and ifs among them."""
        for row, line in enumerate(worlds[0].trace.lines):
            items = items_at(worlds, row, 0)
            first = items[0].step
            if len(line) == 1 and isinstance(first, (tree.For, tree.Repeat, tree.If, tree.With)):
                self._contributed(first, worlds, items, entry, held, out)
            elif isinstance(first, tree.Let):
                self.body.step(first, worlds, items, entry)
            else:
                label = getattr(first, "label", None) or getattr(line[-1].step, "label", None)
                word = "".join(part for part in label.parts if isinstance(part, str)) if label else "branch"
                place = len(self.body.forward)
                out.append(self._line(worlds, row, entry, word, held))
                self._in_order(out, place, held)

    def _contributed(
        self,
        step: tree.For | tree.Repeat | tree.If | tree.With,
        worlds: Sequence[World],
        items: Sequence[Item],
        entry: Flow,
        held: ExitStack,
        out: list[Flow],
    ) -> None:
        body = self.body
        counts = [len(item.bodies) if isinstance(step, (tree.For, tree.Repeat)) else item.arm for item in items]
        if not all_same(counts):
            raise CannotShare(body.loop)
        if not isinstance(step, (tree.For, tree.Repeat)):
            if items[0].bodies:
                self._branches(inside(worlds, items), entry, held, out)
            return
        loop = Passes(step, worlds, items, [None] * len(worlds))
        for number in range(loop.trips[0]):
            within = loop.iteration(number)
            body.context.frames.append(elements(body.context, loop, number, within))
            self._branches(within, entry, held, out)
            body.context.frames.pop()

    def _line(self, worlds: Sequence[World], row: int, entry: Flow, word: str, held: ExitStack) -> Flow:
        body = self.body
        with body.writing(body.fresh(word), nesting=True):
            result = body.line(worlds, row, entry)
        held.enter_context(body.holding(result))
        return result

    def branch(self, worlds: Sequence[World], entry: Flow, word: str, held: ExitStack) -> Flow:
        """A whole body as one branch."""
        body = self.body
        lone = sum(map(len, worlds[0].trace.lines)) <= 2
        with body.writing(body.fresh(word), nesting=lone):
            result = body.run(worlds, entry)
        held.enter_context(body.holding(result))
        return result

    def _in_order(self, branches: list[Flow], place: int, held: ExitStack) -> None:
        """Where the last branch took statements, from ``place`` on, those before it are computed before them."""
        body = self.body
        made = body.forward[place:]
        if not made:
            return
        with body.holding(*(Flow(word, None) for word in mentioned(made))):
            for number, branch in enumerate(branches[:-1]):
                if not branch.variable:
                    word = body.fresh("branch")
                    body.forward.insert(place, Assign(word, branch.text))
                    branches[number] = Flow(word, branch.channels)
                    held.enter_context(body.holding(branches[number]))
                    place += 1

    def _entry(self, flow: Flow, held: ExitStack) -> Flow:
        """The flow that every branch reads."""
        entry = self.body.keep(flow)
        held.enter_context(self.body.holding(entry))
        return entry

    def _joined(self, worlds: Sequence[World], items: Sequence[Item], branches: Sequence[Flow], label: str) -> Flow:
        body = self.body
        found = [Use(w, i, w.graph[i.node]) for w, i in zip(worlds, items, strict=True) if i.node is not None]
        if not found:
            return body.settle(worlds, items, branches[0], label)
        channels = self._join_channels(worlds, items, found[0].node.kind, branches)
        texts = [branch.text for branch in branches]
        if all(use.node.span in body.context.overwriting for use in found) and len(texts) == 2:
            if not texts[0].isidentifier() or body.held[texts[0]]:
                with body.holding(branches[1]):
                    word = "out" if body.free("out") else body.fresh("out")
                body.forward.append(Assign(word, texts[0]))
                texts[0] = word
            body.forward.append(f"{texts[0]} += {texts[1]}")
            return body.settle(worlds, items, Flow(texts[0], channels), label)
        made = call(body.context, found, branches[0].channels)
        template = made.function or ""
        text = fill(template.replace("{*}", ", ".join(texts)), texts)
        computed_late = any(not branch.variable for branch in branches[2:])  # after the sum of those before
        if found[0].node.kind != "concat" and (len(text) > LONG or computed_late):
            text = fill(template, [branch.text for branch in self._kept(branches)])
        return body.settle(worlds, items, Flow(text, channels), label)

    def _kept(self, branches: Sequence[Flow]) -> list[Flow]:
        """Branches as variables, where together they would not read well in one line."""
        body = self.body
        out: list[Flow] = []
        with ExitStack() as held:
            for branch in branches:
                held.enter_context(body.holding(branch))
            for branch in branches:
                with body.writing(body.fresh("branch"), nesting=False):
                    out.append(body.keep(branch))
                held.enter_context(body.holding(out[-1]))
        return out

    def _join_channels(
        self, worlds: Sequence[World], items: Sequence[Item], kind: str, branches: Sequence[Flow]
    ) -> Code | None:
        sizes = channels_after(worlds, items)
        if all_same(sizes) and sizes[0] is not None:
            return constant(sizes[0], worlds)
        codes = [branch.channels for branch in branches]
        candidates = list(codes)
        if kind == "concat" and all(code is not None for code in codes):
            total = codes[0]
            for code in codes[1:]:
                total = combine("+", total, code, worlds) if total is not None and code is not None else None
            candidates.insert(0, total)
        return next((code for code in candidates if code is not None and code.agrees(worlds, sizes)), None)
