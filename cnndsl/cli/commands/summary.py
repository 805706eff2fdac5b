"""``cnn summary``."""

from __future__ import annotations

import argparse

from cnndsl.cli.output import put
from cnndsl.cli.programs import only, sound
from cnndsl.cli.tables import formatted, json_lines, refused
from cnndsl.graph import Graph
from cnndsl.summary import Json, Summary, UnknownColumn


def run(options: argparse.Namespace) -> int:
    """Print or write the tables of the networks, or one of them as JSON."""
    _, checked = sound(options.target, options)
    graphs = list(checked.networks.values())
    if options.format in ("json", "csv") or options.plot is not None:
        graphs = [only(options.target, checked)]
    summaries = [_summary(graph, options) for graph in graphs]
    if options.plot is not None:
        from cnndsl.cli.figures import plot_summary

        plot_summary(graphs[0], options)
    if options.format == "json":
        put(_text(_document(summaries[0], options)), options)
    else:
        put(
            "\n".join(formatted(one.flat if options.format == "csv" else one.table, options) for one in summaries),
            options,
        )
    return 0


def _summary(graph: Graph, options: argparse.Namespace) -> Summary:
    try:
        return Summary(
            graph, options.depth, options.by, options.columns, options.sort, options.no_bias, options.convention
        )
    except UnknownColumn as problem:
        raise refused(problem) from None


def _document(summary: Summary, options: argparse.Namespace) -> Json:
    """With the rows of the table where one was asked for."""
    values = summary.as_json()
    chosen = options.columns is not None or options.sort is not None or options.by != "layer" or options.depth > 1
    return {**values, "rows": summary.rows} if chosen else values


def _text(values: Json) -> str:
    """JSON with a line for each entry and for each node and row."""
    import json

    lines = [
        f'  "{key}": {json_lines(value, "  ") if key in ("nodes", "rows") else json.dumps(value)}'
        for key, value in values.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"
