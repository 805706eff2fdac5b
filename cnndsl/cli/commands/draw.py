"""``cnn draw``."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from cnndsl.cli.failure import Failure
from cnndsl.cli.output import put
from cnndsl.cli.programs import only, sound
from cnndsl.diagnostics.suggest import suggest

if TYPE_CHECKING:
    from cnndsl.backends.graphviz import Picture

_SHARP = 192
"""Dots an inch that a slide or a page needs."""

_FORMATS = {".svg": "svg", ".pdf": "pdf", ".png": "png", ".dot": "dot", ".gv": "dot"}


def run(options: argparse.Namespace) -> int:
    """Write a picture in the format of its ending, or print DOT text."""
    from cnndsl.backends.graphviz import DrawError

    format = _format(options.output)
    if options.style == "volumes":
        put(_volumes(options, format), options)
        return 0
    try:
        dot = _dot(options, format)
    except DrawError as problem:
        raise Failure(str(problem), 2, problem.help) from None
    _put(dot, format, options)
    return 0


def _volumes(options: argparse.Namespace, format: str) -> bytes:
    """The maps as solids, drawn without Graphviz."""
    if format == "dot":
        raise Failure("volumes are not DOT text", 2, "-o FILE with one of the endings .svg, .pdf, .png")
    refused = [name for name in ("label", "link") if getattr(options, name) is not None]
    if refused:
        raise Failure(f"--{refused[0]} says nothing about volumes", 2, "leave it out, or --style blocks")
    if options.other is not None:
        raise Failure("a difference is not drawn as volumes", 2, "leave out --style, or one of the networks")
    graph = only(options.target, sound(options.target, options)[1])
    from cnndsl.cli.figures import volumes

    return volumes(graph, options)


def _dot(options: argparse.Namespace, format: str) -> str:
    from cnndsl.backends.graphviz import Style, write
    from cnndsl.workspace.drawing import links_from

    folder = os.path.dirname(options.output or "")
    style = Style(options.direction or "TB", options.theme, options.label, links_from(folder, options.link))
    style = style._replace(page=format == "pdf", dpi=_SHARP if format == "png" else style.dpi)
    return write(_picture(options), style)


def _picture(options: argparse.Namespace) -> Picture:
    from cnndsl.backends.graphviz import View, picture

    view = View(options.depth, tuple(options.expand))
    graph = only(options.target, sound(options.target, options)[1])
    if options.other is None:
        return picture(graph, view)
    from cnndsl.backends.graphviz.overlay import overlay

    return overlay(graph, only(options.other, sound(options.other, options)[1]), view)


def _put(dot: str, format: str, options: argparse.Namespace) -> None:
    """Lay the text out and write it; without Graphviz the text is written beside, and what to install is said."""
    from cnndsl.workspace.drawing import laid_out
    from cnndsl.workspace.engine import EngineError, NoEngine

    if format == "dot":
        put(dot, options)
        return
    try:
        put(laid_out(dot, format), options)
    except NoEngine as problem:
        why = f"{problem} to lay out {options.output}; {_beside(dot, options)}"
        raise Failure(why, 1, problem.help) from None
    except EngineError as problem:
        raise Failure(str(problem), 1, problem.help) from None


def _beside(dot: str, options: argparse.Namespace) -> str:
    """Write the text next to where the picture would be, and say so."""
    from cnndsl.workspace.writing import WriteError, write

    path = os.path.splitext(options.output)[0] + ".dot"
    try:
        write(path, dot, options.force)
    except WriteError as problem:
        return f"its text is not written either: {problem}"
    return f"its text is in {path}"


def _format(output: str | None) -> str:
    """By the ending of the file's name."""
    if output in (None, "", "-"):
        return "dot"
    ending = os.path.splitext(str(output))[1].lower()
    if ending not in _FORMATS:
        guess = suggest(ending, _FORMATS) if ending else None
        hint = f"did you mean {guess}? " if guess else ""
        endings = ", ".join(_FORMATS)
        raise Failure(f"cannot draw {output}: its ending says no format", 2, f"{hint}the endings are {endings}")
    return _FORMATS[ending]
