"""How large a file may be. Far above what people write; low enough that a hostile file costs well under a second."""

from __future__ import annotations

CHARACTERS = 1_000_000
"""In a file."""

TOKENS = 100_000
"""In a file: words, numbers, texts, marks and line ends."""

NESTING = 64
"""Brackets and braces within each other."""

DEPTH = 64
"""Operators within each other in one expression."""

COMPARISONS = 3
"""In one chain: ``0 < a < b < 1``."""

VALUES = 10_000
"""Written inside names and texts, in a file."""

DIGITS = 18
"""In a whole number."""

SIZES = 8
"""In a size such as ``3x224x224``."""

NAME = 100
"""Characters in a name."""

FINDINGS = 50
"""After so many the rest of the file is left alone."""
