"""Figures beside a table: where ``--plot`` puts them, and what it says where they cannot be drawn."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, get_args

from cnndsl.cli.failure import Failure
from cnndsl.graph import Graph
from cnndsl.trace import Value

if TYPE_CHECKING:
    from cnndsl.backends.figures.bars import Bar
    from cnndsl.backends.figures.page import Format


def plot_summary(graph: Graph, options: argparse.Namespace) -> None:
    """The rows of a summary as bar charts."""
    need_matplotlib()
    from cnndsl.backends.figures.bars import draw

    bars = charted(graph, options)
    inputs = [graph.shapes[Value(name)] for name in graph.inputs if Value(name) in graph.shapes]
    note = f"input {', '.join(map(str, inputs))}" + (", parameters without biases" if options.no_bias else "")
    plot(options, lambda format: draw(graph.name, note, bars, format))


def charted(graph: Graph, options: argparse.Namespace) -> list[Bar]:
    """The rows of the table that the same command prints."""
    from cnndsl.summary import Summary

    parts = options.by not in ("layer", "step")
    columns = "name,memory,params,macs" if parts else "step,operation,paper,kind,bytes,params,macs"
    rows = Summary(graph, options.depth, options.by, columns, options.sort, options.no_bias).rows
    return [_part(row, options.by == "kind") if parts else _layer(row) for row in rows]


def plot_comparison(networks: Mapping[str, Graph], options: argparse.Namespace) -> None:
    """Networks as bubbles."""
    need_matplotlib()
    from cnndsl.backends.figures.bubbles import Bubble, draw
    from cnndsl.summary import compare

    records = compare(networks, "network,params,macs,inference_peak").records
    bubbles = [Bubble(one["network"], one["params"], one["macs"], one["inference_peak"]) for one in records]
    words = "activations alive at once, at inference, float32, batch 1"
    plot(options, lambda format: draw(bubbles, words, format))


def volumes(graph: Graph, options: argparse.Namespace) -> bytes:
    """A network as solids, in the format of the ending of ``-o``."""
    format = figure_format(options.output, "-o")
    from cnndsl.backends.figures.volumes import draw
    from cnndsl.backends.graphviz import DrawError

    down = options.direction == "TB"
    try:
        return drawn(
            format, lambda format: draw(graph, format, options.depth, tuple(options.expand), options.theme, down)
        )
    except DrawError as problem:
        raise Failure(str(problem), 2, problem.help) from None


def plot(options: argparse.Namespace, draw: Callable[[Format], bytes]) -> None:
    """Draw what ``--plot`` asks for to its file, whole or not at all."""
    picture = drawn(figure_format(options.plot, "--plot"), draw)
    from cnndsl.workspace.writing import WriteError, write

    try:
        write(options.plot, picture, options.force)
    except WriteError as problem:
        raise Failure(str(problem), 1, problem.help) from None


def figure_format(path: str, option: str) -> Format:
    """The kind of file that its ending asks for."""
    need_matplotlib()
    from cnndsl.backends.figures.page import Format

    ending = os.path.splitext(path)[1].lower()
    found: Format | None = next((format for format in get_args(Format) if ending == f".{format}"), None)
    if found is None:
        raise Failure(f"{option} {path}: the name must end in .svg, .pdf or .png", 2, f"as in {option} figure.svg")
    return found


def drawn(format: Format, draw: Callable[[Format], bytes]) -> bytes:
    """The figure, or the line that says what it is too large for."""
    from cnndsl.backends.figures.page import TooLarge

    try:
        return draw(format)
    except TooLarge as problem:
        raise Failure(str(problem), 1, problem.help) from None


def _layer(row: dict[str, Any]) -> Bar:
    from cnndsl.backends.figures.bars import Bar

    what = f"{row['operation'].partition(',')[0]} {row['paper']}".strip()
    return Bar(
        row["step"],
        what if what != row["step"] else "",
        row["kind"],
        row["bytes"] or 0,
        row["params"] or 0,
        row["macs"] or 0,
    )


def _part(row: dict[str, Any], is_kind: bool) -> Bar:
    from cnndsl.backends.figures.bars import Bar

    kind = row["name"] if is_kind else "block"
    return Bar(row["name"], "", kind, row["memory"] or 0, row["params"] or 0, row["macs"] or 0)


def need_matplotlib() -> None:
    """A line that says what to install, where it is missing."""
    if find_spec("matplotlib") is None:
        raise Failure("figures need matplotlib, which is not installed", 2, "pip install 'cnndsl[draw]'")
