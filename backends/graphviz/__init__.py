"""Graphviz: a network, or any ``Picture``, as DOT text.

``draw`` makes the text of a network. Who wants another picture makes one with ``view.picture``, changes its boxes and
arrows (``Box.mark``, ``Arrow.mark`` and ``Box.notes`` are there for that, see ``theme.MARKS``) and has ``dot.write``
write it; the difference of two networks is drawn so.
"""

from __future__ import annotations

from cnndsl.backends.graphviz.dot import Style, write
from cnndsl.backends.graphviz.picture import DrawError, Picture
from cnndsl.backends.graphviz.view import View, picture
from cnndsl.graph import Graph

__all__ = ["DrawError", "Picture", "Style", "View", "draw", "picture", "write"]


def draw(graph: Graph, view: View | None = None, style: Style | None = None) -> str:
    """A network as DOT text; raises ``DrawError`` where it is too large, or an option names nothing."""
    return write(picture(graph, view), style)
