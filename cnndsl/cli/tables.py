"""Tables on the command line: the columns that there are, and a table in the format that was asked for."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cnndsl.cli.failure import Failure
from cnndsl.summary import NETWORK_DEFAULT, NETWORKS, columns_of
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


def _of_summary() -> str:
    parts = [
        *("With a row a layer or a step:", _listing(*columns_of("layer"))),
        *("With --by stage, kind or resolution:", _listing(*columns_of("stage"))),
    ]
    return "\n".join([*parts, _STAR])


def _of_comparison() -> str:
    return "\n".join([_listing(NETWORKS, NETWORK_DEFAULT), _STAR])


LISTINGS: dict[str, Callable[[], str]] = {"summary": _of_summary, "compare": _of_comparison}
"""What ``--columns help`` prints, by command."""

_STAR = "* is shown where no columns are asked for\n"


def _listing(known: Mapping[str, Column[Any]], shown: Sequence[str]) -> str:
    width = max(map(len, known))
    lines = [f"{'*' if name in shown else ' '} {name:{width}}  {column.about}" for name, column in known.items()]
    return "\n".join(lines) + "\n"


def refused(problem: UnknownColumn) -> Failure:
    """The line for a column that there is not."""
    return Failure(problem.message, 2, f"{problem.help} `--columns help` lists them".strip())
