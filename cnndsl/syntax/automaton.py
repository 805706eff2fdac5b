"""The LALR(1) machine that runs the parse table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnndsl.syntax.builder import Builder
from cnndsl.syntax.table import ACCEPT, Table
from cnndsl.syntax.tokens import Token

Action = Callable[[list[Any], int, int], Any] | str | None
Picks = tuple[int | None, ...]


class Machine:
    """Stacks of states, of values, of where the values start and end in the text, and how deep expressions nest."""

    __slots__ = ("builder", "deepest", "depths", "ends", "result", "starts", "states", "table", "values")

    def __init__(self, table: Table, start: str, builder: Builder) -> None:
        self.table = table
        self.builder = builder
        self.states = [table.starts[start]]
        self.values: list[Any] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.depths: list[int] = []
        self.deepest = 0
        self.result: Any = None

    def feed(self, token: Token) -> bool:
        """Take a token; False if the grammar does not allow it here (then it is not taken)."""
        table, states = self.table.states, self.states
        kind = token.kind
        action = table[states[-1]].get(kind)
        while action is not None and action < 0:
            origin, size, name, picks, splices = self.table.rules[~action]
            if size == 1 and name is None:
                states.pop()
                states.append(table[states[-1]][origin])
            else:
                self.reduce(origin, size, self.builder.actions[~action], picks, splices, token.start)
            action = table[states[-1]].get(kind)
        if action is None:
            return False
        if action == ACCEPT:
            self.result = self.values[-1]
            return True
        states.append(action)
        self.values.append(token)
        self.starts.append(token.start)
        self.ends.append(token.end)
        self.depths.append(0)
        return True

    def reduce(self, origin: str, size: int, action: Action, picks: Picks, splices: frozenset[int], start: int) -> None:
        """Replace the children of a rule by its value; ``start`` is the place of a rule without any."""
        states, values, starts, ends, depths = self.states, self.values, self.starts, self.ends, self.depths
        end, depth, children = start, 0, values[len(values) - size :]
        if size:
            start, end = starts[-size], ends[-1]
            depth = max(depths[-size:]) if size > 1 else depths[-1]
            del values[-size:], starts[-size:], ends[-size:], depths[-size:], states[-size:]
        if splices:
            children = spliced(children, picks, splices)
        elif len(picks) != size or None in picks:
            children = [None if place is None else children[place] for place in picks]
        if action is None:
            value = children[0]
        elif isinstance(action, str):
            value = children
        else:
            value = action(children, start, end)
            depth = 0 if origin == "body" else depth + (size > 1)
            if depth > self.deepest:
                self.deepest = depth
        states.append(self.table.states[states[-1]][origin])
        values.append(value)
        starts.append(start)
        ends.append(end)
        depths.append(depth)

    def accepts(self, *kinds: str) -> bool:
        """Whether the grammar allows tokens of these kinds here, one after the other."""
        table, states = self.table, self.states.copy()
        for kind in kinds:
            while (action := table.states[states[-1]].get(kind)) is not None and action < 0:
                origin, size, *_ = table.rules[~action]
                del states[len(states) - size :]
                states.append(table.states[states[-1]][origin])
            if action is None:
                return False
            states.append(action)
        return True

    def expected(self) -> frozenset[str]:
        """The kinds of tokens that the grammar allows here."""
        row = self.table.states[self.states[-1]]
        return frozenset(kind for kind in row if kind.isupper() and self.accepts(kind))

    def row(self, kind: str) -> dict[str, int]:
        """What is allowed where the grammar last allowed a token of this kind."""
        rows = self.table.states
        return next((rows[state] for state in reversed(self.states) if kind in rows[state]), {})

    def unwind(self, kind: str) -> None:
        """Give up what was begun since the grammar last allowed a token of this kind."""
        rows, states = self.table.states, self.states
        while kind not in rows[states[-1]]:
            states.pop()
            self.values.pop()
            self.starts.pop()
            self.ends.pop()
            self.depths.pop()


def spliced(children: list[Any], picks: Picks, splices: frozenset[int]) -> list[Any]:
    """The children that an action sees, lists spliced in; a list that comes first grows."""
    picked: list[Any] = []
    for place in picks:
        if place is None:
            picked.append(None)
        elif place not in splices:
            picked.append(children[place])
        elif picked:
            picked += children[place]
        else:
            picked = children[place]
    return picked
