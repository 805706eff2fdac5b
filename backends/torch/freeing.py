"""``del`` after the last use of a value that has lived long: a skip connection, whose last holder is the frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cnndsl.backends.torch.statements import Assign, Nested, Statement, mentioned

LONG = 4
"""Statements that a value has to survive; those that follow on each other hardly hold more than they need."""
REST = 2
"""Statements that have to follow for the memory to matter."""


def freed(statements: Sequence[Statement]) -> list[Statement]:
    """The statements of ``forward``, with one that forgets where a variable that lived long is read for the last time.

    What is read for the last time at the same place goes with it. A variable that several values go through, as ``x``,
    soon holds another one anyway.
    """
    times: Counter[str] = Counter()
    made: dict[str, int] = {}
    last: dict[str, int] = {}
    for place, statement in enumerate(statements):
        for word in mentioned([statement]):
            last[word] = place
        if isinstance(statement, Assign) and statement.target.isidentifier():
            made[statement.target] = place
            times[statement.target] += 1
    out: list[Statement] = []
    for place, statement in enumerate(statements):
        out.append(statement)
        if isinstance(statement, Nested):
            continue  # the reader is a loop, or there in training only
        over = [word for word, since in made.items() if since < last[word] == place and times[word] == 1]
        if place + REST < len(statements) and any(place - made[word] >= LONG for word in over):
            out.append(f"del {', '.join(sorted(over, key=made.__getitem__))}")
    return out
