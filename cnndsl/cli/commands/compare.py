"""``cnn compare``."""

from __future__ import annotations

import argparse

from cnndsl.cli.output import put
from cnndsl.cli.programs import sound
from cnndsl.cli.tables import formatted, refused
from cnndsl.graph import Graph
from cnndsl.summary import NETWORKS, UnknownColumn, compare


def run(options: argparse.Namespace) -> int:
    """Print or write a line for each network of the targets."""
    networks = _networks(options)
    columns = list(NETWORKS) if options.columns is None and options.format == "json" else options.columns
    try:
        table = compare(networks, columns, options.sort)
    except UnknownColumn as problem:
        raise refused(problem) from None
    if options.plot is not None:
        from cnndsl.cli.figures import plot_comparison

        plot_comparison(networks, options)
    put(formatted(table, options), options)
    return 0


def _networks(options: argparse.Namespace) -> dict[str, Graph]:
    """By name; where two files have networks of one name, with their files."""
    found = [
        (target, name, graph)
        for target in dict.fromkeys(options.targets)
        for name, graph in sound(target, options)[1].networks.items()
    ]
    names = [name for _, name, _ in found]
    return {name if names.count(name) == 1 else _told_apart(target, name): graph for target, name, graph in found}


def _told_apart(target: str, name: str) -> str:
    return target if target.endswith(f":{name}") or target == name else f"{target}:{name}"
