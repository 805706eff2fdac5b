"""The LALR(1) machine that runs the parse table."""

from __future__ import annotations

from typing import Any

from cnndsl.syntax.builder import Builder
from cnndsl.syntax.table import ACCEPT, Table
from cnndsl.syntax.tokens import Token

LIST = "[]"


class Machine:
    """Stacks of states, of values and of where the values start and end in the text."""

    __slots__ = ("builder", "ends", "result", "starts", "states", "table", "values")

    def __init__(self, table: Table, start: str, builder: Builder) -> None:
        self.table = table
        self.builder = builder
        self.states = [table.starts[start]]
        self.values: list[Any] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.result: Any = None

    def feed(self, token: Token) -> bool:
        """Take a token; False if the grammar does not allow it here (then it is not taken)."""
        table, states = self.table.states, self.states
        kind = token.kind
        while True:
            action = table[states[-1]].get(kind)
            if action is None:
                return False
            if action >= 0:
                break
            self.reduce(~action, token)
        if action == ACCEPT:
            self.result = self.values[-1]
            return True
        states.append(action)
        self.values.append(token)
        self.starts.append(token.start)
        self.ends.append(token.end)
        return True

    def reduce(self, number: int, token: Token) -> None:
        """Replace the children of a rule by its value."""
        origin, size, action, picks, splices = self.table.rules[number]
        states = self.states
        if size == 1 and action is None:
            states.pop()
            states.append(self.table.states[states[-1]][origin])
            return
        start, end, children = token.start, token.start, []
        if size:
            values, starts, ends = self.values, self.starts, self.ends
            start, end, children = starts[-size], ends[-1], values[-size:]
            del values[-size:], starts[-size:], ends[-size:], states[-size:]
        picked = pick(children, picks, splices)
        if action is None:
            value = picked[0]
        elif action == LIST:
            value = picked
        else:
            value = getattr(self.builder, f"_{action}")(picked, start, end)
        states.append(self.table.states[states[-1]][origin])
        self.values.append(value)
        self.starts.append(start)
        self.ends.append(end)


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
