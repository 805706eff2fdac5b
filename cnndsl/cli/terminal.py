"""What the terminal can show, and what its user wants to see."""

from __future__ import annotations

import os
from typing import TextIO

_NARROWEST = 40
"""Columns below which nothing is set narrower still."""


def colored(stream: TextIO) -> bool:
    """Whether colours are welcome.

    ``NO_COLOR`` says no before ``FORCE_COLOR`` and ``CLICOLOR_FORCE`` say yes; then a terminal decides, unless it is
    dumb or ``CLICOLOR`` is 0 (no-color.org, force-color.org, bixense.com/clicolors).
    """
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb" and os.environ.get("CLICOLOR") != "0"


def width(stream: TextIO) -> int | None:
    """The columns of the terminal, ``COLUMNS`` before what it says itself; None where ``stream`` is no terminal."""
    if not stream.isatty():
        return None
    stated = os.environ.get("COLUMNS", "")
    columns = int(stated) if stated.isdecimal() and stated.isascii() and len(stated) < 6 else 0
    if not columns:
        try:
            columns = os.get_terminal_size(stream.fileno()).columns
        except (OSError, ValueError):
            return None
    return max(columns, _NARROWEST) if columns else None


def spelled(text: str, stream: TextIO) -> str:
    """``text`` in the characters that ``stream`` has; for the others there are question marks as wide as they are."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    if _has(text, encoding):
        return text
    from cnndsl.diagnostics.excerpt import display_width

    return "".join(one if _has(one, encoding) else "?" * display_width(one) for one in text)


def _has(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
