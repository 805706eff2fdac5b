"""How large a file may be. Far above what people write; low enough that a hostile file costs well under a second."""

from __future__ import annotations

CHARACTERS = 1_000_000
"""In a file."""

TOKENS = 60_000
"""In a file: words, numbers, texts, marks and line ends."""

NESTING = 64
"""Brackets and braces within each other."""

DEPTH = 100
"""Operators and calls within each other in one expression."""

COMPARISONS = 3
"""In one chain: ``0 < a < b < 1``."""

VALUES = 5_000
"""Written inside names and texts, in a file."""

DIGITS = 18
"""In a whole number."""

SIZES = 8
"""In a size such as ``3x224x224``."""

NAME = 100
"""Characters in a name."""

FINDINGS = 50
"""After so many the rest of the file is left alone."""

RESTARTS = 1_000
"""Places where reading starts anew, most of them without a finding of their own; after so many it ends."""
