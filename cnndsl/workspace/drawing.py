"""Pictures of networks as files: links that lead somewhere, and an engine for all but DOT."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, get_args
from urllib.parse import quote

from cnndsl.workspace.engine import FORMATS, render

if TYPE_CHECKING:
    from cnndsl.backends.graphviz import Style, View
    from cnndsl.backends.graphviz.tips import Locate
    from cnndsl.graph import Graph

BUNDLED = "cnndsl/architectures/"


def svg(graph: Graph, view: View | None = None, style: Style | None = None) -> str:
    """A network as SVG. Raises ``DrawError`` and ``EngineError``."""
    return drawn(graph, "svg", view, style).decode()


def png(graph: Graph, view: View | None = None, style: Style | None = None) -> bytes:
    """A network as PNG. Raises ``DrawError`` and ``EngineError``."""
    return drawn(graph, "png", view, style)


def drawn(graph: Graph, format: str, view: View | None = None, style: Style | None = None) -> bytes:
    """A network as dot, svg, pdf or png; links are from the current folder. Raises ``DrawError``, ``EngineError``."""
    from cnndsl.backends.graphviz import Style, draw

    return laid_out(draw(graph, view, style or Style(locate=links_from(""))), format)


def volumes(graph: Graph, format: str, depth: int, expand: tuple[str, ...], theme: str, direction: str | None) -> bytes:
    """A network as solids: svg, pdf or png. Raises ``ValueError``, and ``ImportError`` where matplotlib is missing."""
    from cnndsl.backends.figures.page import LOOKS, Format
    from cnndsl.backends.figures.volumes import draw

    kind: Format | None = next((one for one in get_args(Format) if one == format), None)
    if kind is None or theme not in LOOKS or direction not in (None, "LR", "TB"):
        raise ValueError(f"cannot draw volumes as {format} in {theme}" + (f", {direction}" if direction else ""))
    return draw(graph, kind, depth, expand, theme, direction == "TB")


def laid_out(dot: str, format: str) -> bytes:
    """DOT text as dot, svg, pdf or png. Raises ``EngineError``."""
    if format == "dot":
        return dot.encode()
    if format not in FORMATS:
        raise ValueError(f"{format!r} is not one of dot, {', '.join(FORMATS)}")
    return render(dot, format)


def links_from(folder: str, base: str | None = None) -> Locate:
    """What the links of a picture in ``folder`` say of a source: its path from there, or ``base`` and its name.

    A bundled file is named as in messages, never by where it is installed: the same bytes on every machine.
    """

    def place(name: str) -> str:
        if base is not None:
            return base + quote(name)
        if name.startswith(BUNDLED) and os.path.isabs(folder):
            return name
        return quote(os.path.relpath(name, folder or ".").replace(os.sep, "/"))

    return place
