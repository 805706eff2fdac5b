"""The page that every figure is drawn on: size, type, themes, texts of strangers, and one file with the same bytes."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Literal, NamedTuple

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

Format = Literal["svg", "pdf", "png"]

_LONGEST = 60
_DOTS = 12_000
_FONT = FontProperties(family="DejaVu Sans")
_BOLD = FontProperties(family="DejaVu Sans", weight="bold")
_SETTINGS: dict[Any, Any] = {
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
    "svg.fonttype": "none",
    "svg.hashsalt": "cnndsl",
    "pdf.fonttype": 42,
    "text.parse_math": False,
    "text.usetex": False,
    "axes.unicode_minus": False,
}
_METADATA: dict[Format, dict[str, str | None]] = {
    "svg": {"Date": None, "Creator": "cnndsl"},
    "pdf": {"CreationDate": None, "Producer": None, "Creator": "cnndsl"},
    "png": {"Software": "cnndsl"},
}


class TooLarge(ValueError):
    """A figure that nobody could read; ``help`` says what to draw instead."""

    def __init__(self, why: str, help: str) -> None:
        super().__init__(why)
        self.help = help


class Look(NamedTuple):
    """The colours of a theme that are not those of a kind: paper, text and lines, captions, grids."""

    paper: str
    ink: str
    quiet: str
    grid: str


LOOKS = {
    "light": Look("#ffffff", "#1b1f24", "#57606a", "#d8dee4"),
    "dark": Look("#16191d", "#e8eaed", "#a0a7b0", "#383f47"),
    "print": Look("#ffffff", "#000000", "#404040", "#c8c8c8"),
}


@contextmanager
def settings() -> Iterator[None]:
    """matplotlib as it comes, whatever styles the session has set, and as it was afterwards."""
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from")
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def sheet(width: float, height: float, look: Look) -> Figure:
    """An empty page of so many inches."""
    return Figure(figsize=(width, height), facecolor=look.paper, edgecolor="none")


def written(figure: Figure, format: Format) -> bytes:
    """The page as a file. Text stays text: DejaVu Sans, or what the reader has instead.

    A PNG has 200 dots an inch, and fewer where it would be larger than ``_DOTS`` a side.
    """
    stream = BytesIO()
    dots = min(200.0, _DOTS / max(figure.get_size_inches()))
    figure.savefig(stream, format=format, dpi=dots, metadata=_METADATA[format], facecolor=figure.get_facecolor())
    return stream.getvalue()


def plain(text: str, longest: int = _LONGEST) -> str:
    """A stranger's text on one line: nothing that is not printable, and not too long."""
    clean = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[: longest + 1])
    return clean if len(clean) <= longest else clean[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"


def typeset(text: str) -> str:
    """``3x3`` with the sign that print has for it."""
    return re.sub(r"(?<=\d)x(?=\d|$|,)", "\N{MULTIPLICATION SIGN}", text)


def width_of(text: str, size: float, bold: bool = False) -> float:
    """How wide a line of text is, in points; ``size`` too."""
    font = (_BOLD if bold else _FONT).copy()
    font.set_size(size)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, False)
    return float(width)
