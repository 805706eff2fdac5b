"""The state of a class while its body is walked: the flow, the names of values, the statements so far."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from cnndsl.backends.torch.code import Code, World
from cnndsl.backends.torch.context import CannotShare, Context, identifier
from cnndsl.backends.torch.statements import Assign, Statement, mentioned
from cnndsl.graph import Graph
from cnndsl.syntax import tree
from cnndsl.trace import Item, Value


class Flow(NamedTuple):
    """The current value: its Python expression, and what its channels are called."""

    text: str
    channels: Code | None

    @property
    def variable(self) -> bool:
        """Whether the expression is a mere name, or a field of one."""
        return re.fullmatch(r"[A-Za-z_]\w*(\.\w+)?", self.text) is not None


class Writing:
    """``__init__`` and ``forward`` of one class as far as they are written.

    ``variable`` is where results go (``outer`` are those of the chains around this one); with ``nesting`` short chains
    stay one expression. ``names`` are the variables of values that a later step asks for (``named``), and the passes
    of kept loops that they belong to. ``held`` counts who still has to read a variable: no result goes to one of
    these. ``target`` is where modules are registered; ``child`` names them one after the other where a loop runs over
    them.
    """

    def __init__(self, context: Context, named: set[tuple[Graph, Value]]) -> None:
        self.context = context
        self.named = named
        self.init: list[Statement] = []
        self.forward: list[Statement] = []
        self.names: dict[tuple[Graph, Value], tuple[str, tuple[World, ...]]] = {}
        self.held: Counter[str] = Counter()
        self.variable = "x"
        self.outer: list[str] = []
        self.nesting = False
        self.target = "self"
        self.child = ""

    # Flow

    def keep(self, flow: Flow) -> Flow:
        """The flow as a variable."""
        return flow if flow.variable else self.assign(flow)

    def assign(self, flow: Flow) -> Flow:
        """Let the variable be the flow; another one where somebody still reads what it is."""
        if self.held[self.variable]:
            self.variable = self.fresh("x" if self.variable == "x" else self.variable.rstrip("_0123456789"))
        if self.variable != flow.text:
            self.forward.append(Assign(self.variable, flow.text))
        return Flow(self.variable, flow.channels)

    @contextmanager
    def holding(self, *flows: Flow) -> Iterator[None]:
        """Within, what these expressions read is not written over."""
        words = [word for flow in flows for word in mentioned(flow.text)]
        self.held.update(words)
        yield
        self.held.subtract(words)

    def fresh(self, text: str) -> str:
        """A local name of ``forward`` that nobody reads or writes."""
        held = {word for word, count in self.held.items() if count}
        taken = held | self.context.counting | {self.variable, *self.outer, *self.context.parameters}
        found = self.context.python_name(text, taken)
        self.context.spoken.add(found)
        return found

    def free(self, word: str) -> bool:
        """Whether a variable can take a value here."""
        return not self.held[word] and (word == self.variable or word not in self.outer)

    @contextmanager
    def writing(self, variable: str, nesting: bool) -> Iterator[None]:
        """Within, results go to ``variable``; with ``nesting`` short chains stay one expression."""
        before = self.variable, self.nesting
        self.outer.append(self.variable)
        self.variable, self.nesting = variable, nesting
        yield
        self.variable, self.nesting = before
        self.outer.pop()

    # Names

    def remember(self, keys: Sequence[tuple[World, Value]], text: str) -> None:
        """Values are called ``text`` from here on."""
        for world, value in keys:
            self.names[world.graph, value] = (text, self._within(world))
        self.held.update(mentioned(text))

    def _within(self, world: World) -> tuple[World, ...]:
        """The passes of kept loops that a world is in, outer ones first."""
        out = []
        place: World | None = world
        while place is not None:
            if place in self.context.passes:
                out.append(place)
            place = place.parent
        return tuple(reversed(out))

    def known(self, world: World, value: Value) -> str | None:
        """How a value is called here; None where it has no name."""
        text, within = self.names.get((world.graph, value), (None, ()))
        here = self._within(world)
        for number, place in enumerate(within):
            if number >= len(here) or here[number] is not place:
                raise CannotShare(self.context.passes[place])
        return text

    def text_of(self, worlds: Sequence[World], values: Sequence[Value | None]) -> str:
        """How an earlier value is called here."""
        found = set()
        for world, value in zip(worlds, values, strict=True):
            if value is None:
                raise CannotShare(self.loop)
            found.add(self.known(world, value))
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
        keys = [(w, i.after) for w, i in zip(worlds, items, strict=True) if i.after is not None]
        if not any((world.graph, value) in self.named for world, value in keys):
            return flow
        world, first = keys[0]
        label = next((identifier(one.name) for one in world.graph.outputs if one.value == first), label)
        if not (flow.variable and self.held[flow.text]):
            own = self.variable == identifier(label) and not self.held[self.variable]
            word = self.variable if own else self.fresh(label)
            if word != flow.text:
                self.forward.append(Assign(word, flow.text))
            flow = Flow(word, flow.channels)
        self.remember(keys, flow.text)
        return flow


def word_of(label: tree.Template | None, key: str | None) -> str:
    """A name for what a labelled step gives: the end of its key."""
    return (key or "").rpartition(".")[2] if label is not None and key else text_label(label)


def text_label(label: tree.Template | None) -> str:
    """A label's fixed part, for a variable's name."""
    if label is None:
        return ""
    return "".join(part for part in label.parts if isinstance(part, str)).rstrip("_")
