"""``cnn sizes``."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from cnndsl.cli.failure import Failure
from cnndsl.cli.output import put
from cnndsl.cli.programs import only, settings, sound
from cnndsl.graph import Graph
from cnndsl.passes.sizes import valid_sizes
from cnndsl.summary.sizes import as_json, report


def run(options: argparse.Namespace) -> int:
    """Print or write which sizes fit; status 1 where those that ``--size`` asks about do not."""
    asked = settings(options)[1]
    at_defaults = argparse.Namespace(**{**vars(options), "size": []})
    _, checked = sound(options.target, at_defaults)
    one = options.format == "json" or bool(asked)
    graphs = [only(options.target, checked)] if one else list(checked.networks.values())
    texts, fit = [], True
    for graph in graphs:
        _check_names(graph, asked)
        valid = valid_sizes(graph)
        fit = fit and (not asked or valid.refusal(asked) is None)
        if options.format == "json":
            import json

            texts.append(json.dumps(as_json(valid, asked), indent=2) + "\n")
        else:
            texts.append(report(valid, asked))
    put("\n".join(texts), options)
    return 0 if fit else 1


def _check_names(graph: Graph, asked: Mapping[str, int]) -> None:
    for name in asked:
        if name not in graph.symbols:
            names = ", ".join(graph.symbols) or "none"
            raise Failure(f"{graph.name} has no size {name}", 2, f"its symbols are {names}")
