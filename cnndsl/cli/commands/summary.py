"""``cnn summary``."""

from __future__ import annotations

import argparse

from cnndsl.cli.output import put
from cnndsl.cli.programs import only, sound
from cnndsl.summary import as_json, table


def run(options: argparse.Namespace) -> int:
    """Print or write the tables of the networks, or one of them as JSON."""
    _, checked = sound(options.target, options)
    if options.format == "json":
        import json

        put(json.dumps(as_json(only(options.target, checked)), indent=2) + "\n", options)
    else:
        put("\n".join(table(graph, options.depth) for graph in checked.networks.values()), options)
    return 0
