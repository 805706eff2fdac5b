"""The state of a class while its body is walked: the flow, the names of values, the statements so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from cnndsl.backends.torch.code import Code, World
from cnndsl.backends.torch.context import CannotShare, Context, identifier
from cnndsl.backends.torch.statements import Assign, Statement
from cnndsl.graph import Graph
from cnndsl.syntax import tree
from cnndsl.trace import Item, Value


class Flow(NamedTuple):
    """The current value: its Python expression, and what its channels are called."""

    text: str
    channels: Code | None

    @property
    def variable(self) -> bool:
        """Whether the expression is a mere name."""
        return self.text.isidentifier()


class Writing:
    """``__init__`` and ``forward`` of one class as far as they are written.

    ``variable`` is where results go; with ``nesting`` short chains stay one expression. ``names`` are the variables of
    values that a later step asks for (``named``), ``live`` those that must not be written over. ``target`` is where
    modules are registered; ``child`` names them one after the other where a loop runs over them.
    """

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


def word_of(label: tree.Template | None, key: str | None) -> str:
    """A name for what a labelled step gives: the end of its key."""
    return (key or "").rpartition(".")[2] if label is not None and key else text_label(label)


def text_label(label: tree.Template | None) -> str:
    """A label's fixed part, for a variable's name."""
    if label is None:
        return ""
    return "".join(part for part in label.parts if isinstance(part, str)).rstrip("_")
