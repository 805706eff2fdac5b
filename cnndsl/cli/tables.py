"""Tables on the command line: the columns that there are, and a table in the format that was asked for."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from cnndsl.cli.failure import Failure
from cnndsl.summary.formats import FORMATS
from cnndsl.summary.table import Column, Table, UnknownColumn


def formatted(table: Table, options: argparse.Namespace) -> str:
    """A table as text, Markdown, CSV, LaTeX, or as a list of JSON objects with a line each."""
    if options.format == "json":
        return json_lines(table.records) + "\n"
    return FORMATS[options.format](table)


def json_lines(records: list[dict[str, Any]], indent: str = "") -> str:
    """A list with a line for each entry."""
    import json

    if not records:
        return "[]"
    return f"[\n{indent}  " + f",\n{indent}  ".join(map(json.dumps, records)) + f"\n{indent}]"


def listing(known: Mapping[str, Column[Any]], shown: Sequence[str]) -> str:
    """What ``--columns help`` prints: a line for each column."""
    width = max(map(len, known))
    lines = [f"{'*' if name in shown else ' '} {name:{width}}  {column.about}" for name, column in known.items()]
    return "\n".join([*lines, "", "* is shown where no columns are asked for"]) + "\n"


def refused(problem: UnknownColumn) -> Failure:
    """The line for a column that there is not."""
    return Failure(problem.message, 2, f"{problem.help} `--columns help` lists them".strip())
