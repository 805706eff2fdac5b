"""Every code of a finding and what it is about."""

from __future__ import annotations

TITLES = {
    "E01": "syntax",
    "E02": "names",
    "E03": "arguments and types",
    "E04": "shapes",
    "E05": "contracts: expect, require, output",
    "E06": "structure: recursion, imports, budget",
    "E07": "files",
}
"""The first digits of a code tell the family."""
