"""How large a file may be. Far above what people write; low enough that a hostile file costs well under a second."""

from __future__ import annotations

CHARACTERS = 1_000_000
"""In a file."""

TOKENS = 100_000
"""In a file."""

NESTING = 64
"""Brackets and braces within each other."""

DEPTH = 100
"""Operators within each other in one expression."""

DIGITS = 18
"""In a whole number."""

SIZES = 8
"""In a size such as ``3x224x224``."""

NAME = 100
"""Characters in a name."""

FINDINGS = 50
"""After so many the rest of the file is left alone."""
