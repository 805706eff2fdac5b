"""The LALR(1) machine that runs the parse table."""

from __future__ import annotations

from typing import Any

from cnndsl.syntax.builder import Builder
from cnndsl.syntax.table import ACCEPT, LIST, Table
from cnndsl.syntax.tokens import Token


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
            self.reduce(~action, token)
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

    def reduce(self, number: int, token: Token) -> None:
        """Replace the children of a rule by its value."""
        origin, size, action, picks, splices = self.table.rules[number]
        states = self.states
        if size == 1 and action is None:
            states.pop()
            states.append(self.table.states[states[-1]][origin])
            return
        start = end = token.start
        depth, children = 0, []
        if size:
            values, starts, ends, depths = self.values, self.starts, self.ends, self.depths
            start, end, children = starts[-size], ends[-1], values[-size:]
            depth = max(depths[-size:]) if size > 1 else depths[-1]
            del values[-size:], starts[-size:], ends[-size:], depths[-size:], states[-size:]
        value = pick(children, picks, splices)
        if action is None:
            value = value[0]
        elif action != LIST:
            value = self.builder.actions[number](value, start, end)
            depth = 0 if origin == "body" else depth + (size > 1)
            self.deepest = max(self.deepest, depth)
        states.append(self.table.states[states[-1]][origin])
        self.values.append(value)
        self.starts.append(start)
        self.ends.append(end)
        self.depths.append(depth)

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
        return frozenset(kind for kind in self.table.states[self.states[-1]] if self.accepts(kind))

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


def pick(children: list[Any], picks: tuple[int | None, ...], splices: frozenset[int]) -> list[Any]:
    """The children that an action sees, lists spliced in."""
    if not splices:
        return [None if place is None else children[place] for place in picks]
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
