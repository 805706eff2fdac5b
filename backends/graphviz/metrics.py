"""How wide text is at most, whatever font a viewer has: Graphviz measures with the fonts of one machine only."""

from __future__ import annotations

_FIRST = 32
_WIDTHS = (
    *(32, 40, 46, 84, 64, 95, 78, 28, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34),
    *(84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 78, 75, 30, 30, 66, 56, 86, 75, 79, 60, 79, 70, 64, 61, 73, 68, 99),
    *(68, 61, 68, 39, 34, 39, 84, 50, 50, 61, 64, 55, 64, 62, 35, 64, 63, 28, 28, 58, 28, 97, 63, 61, 64, 64, 41, 52),
    *(39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84),
)
"""Hundredths of an em of the characters from the blank on, in DejaVu Sans, the widest of the usual ones."""

_OTHERS = {"\N{MIDDLE DOT}": 32, "\N{MULTIPLICATION SIGN}": 84, "\N{MINUS SIGN}": 84}
_EM = 100
_BOLD = 1.13


def width(text: str, size: float, bold: bool = False) -> float:
    """Points that a line takes at most."""
    ems = sum(_WIDTHS[ord(one) - _FIRST] if " " <= one <= "~" else _OTHERS.get(one, _EM) for one in text) / _EM
    return ems * size * (_BOLD if bold else 1)
