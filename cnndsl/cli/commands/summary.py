"""``cnn summary``."""

from __future__ import annotations

import argparse

from cnndsl.cli.output import put
from cnndsl.cli.programs import only, sound
from cnndsl.summary import as_json, table


def run(options: argparse.Namespace) -> int:
    """Print or write the table of one network."""
    _, checked = sound(options.target, options)
    graph = only(options.target, checked)
    if options.format == "json":
        import json

        put(json.dumps(as_json(graph), indent=2) + "\n", options)
    else:
        put(table(graph, options.depth), options)
    return 0
