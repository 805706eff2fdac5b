"""The parse table: `grammar/cnn.table`, which `cnndsl.grammar.build` makes from `grammar/cnn.lark`."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

PATH = Path(__file__).parent.parent / "grammar" / "cnn.table"
END = "$END"
NEWLINE = "_NEWLINE"
ACCEPT = 1_000_000
LIST = "[]"


class Rule(NamedTuple):
    """A production: how many symbols it takes and what becomes of their values.

    ``action`` names the builder's method; ``[]`` makes a list, None passes the only child on. ``picks`` are the places
    of the children that the action sees (None where an optional one is absent), ``splices`` those that are lists to be
    spliced in.
    """

    origin: str
    size: int
    action: str | None
    picks: tuple[int | None, ...]
    splices: frozenset[int]


class Table(NamedTuple):
    """States map a symbol to the next state, to ``~rule`` for a reduction, or to ACCEPT."""

    pattern: re.Pattern[str]
    words: dict[str, str]
    marks: dict[str, str]
    ignored: frozenset[str]
    starts: dict[str, int]
    rules: tuple[Rule, ...]
    states: list[dict[str, int]]


@cache
def load_table() -> Table:
    """The table, read once."""
    data = json.loads(PATH.read_text("utf-8"))
    for end in data["ends"].values():
        data["states"][end][END] = ACCEPT
    return Table(
        pattern=re.compile(data["pattern"]),
        words=data["words"],
        marks=data["marks"],
        ignored=frozenset(data["ignored"]),
        starts=data["starts"],
        rules=tuple(
            Rule(origin, size, action, tuple(picks), frozenset(splices))
            for origin, size, action, picks, splices in data["rules"]
        ),
        states=data["states"],
    )
