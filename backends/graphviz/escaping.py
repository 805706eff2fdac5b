"""Names come from strangers: what DOT, its HTML-like labels and SVG may be given."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

LINE = 72
"""Characters of a line of a label; of a longer one the middle is left out."""

TIP = 1500
"""Characters of a tooltip."""

_UNWRITABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANKS = re.compile(r"[\t\n\r]+")


def html(text: str, longest: int = LINE) -> str:
    """One line of an HTML-like label; its backslashes would mean something too."""
    return escape(shown(text, longest), {'"': "&quot;", "'": "&#39;", "\\": "\\\\"})


def shown(text: str, longest: int = LINE) -> str:
    """What is seen of a line."""
    return _cut(_BLANKS.sub(" ", _clean(text)), longest)


def string(text: str, longest: int = TIP) -> str:
    """A string in which angles, backslashes and entities mean nothing to DOT; a line feed ends a line.

    Backslashes are doubled twice: Graphviz reads tooltips twice.
    """
    import graphviz  # type: ignore[import-untyped]  # only who draws needs it

    lines = _cut(_clean(text), longest).replace("\r", " ").replace("\\", "\\" * 4).replace("&", "&amp;")
    escaped: str = graphviz.nohtml(lines.replace("\n", "\\n"))
    return escaped


def _clean(text: str) -> str:
    """What XML can hold; the rest becomes a replacement character."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _cut(text: str, longest: int) -> str:
    keep = (longest - 1) // 2
    return text if len(text) <= longest else f"{text[:keep]}\N{HORIZONTAL ELLIPSIS}{text[-keep:]}"
