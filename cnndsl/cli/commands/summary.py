"""``cnn summary``."""

from __future__ import annotations

import argparse

from cnndsl.cli.output import put
from cnndsl.cli.programs import only, sound
from cnndsl.summary import Json, as_json, table


def run(options: argparse.Namespace) -> int:
    """Print or write the tables of the networks, or one of them as JSON."""
    _, checked = sound(options.target, options)
    if options.format == "json":
        put(_text(as_json(only(options.target, checked))), options)
    else:
        put("\n".join(table(graph, options.depth) for graph in checked.networks.values()), options)
    return 0


def _text(values: Json) -> str:
    """JSON with a line for each entry and for each node."""
    import json

    nodes = ",\n    ".join(map(json.dumps, values["nodes"]))
    rows = [f'  "{key}": {json.dumps(value)}' for key, value in values.items() if key != "nodes"]
    rows.append(f'  "nodes": [\n    {nodes}\n  ]')
    return "{\n" + ",\n".join(rows) + "\n}\n"
