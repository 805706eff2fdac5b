"""Measures everything and writes the table of ``benchmarks/README.md``; takes about four minutes.

python benchmarks/run.py
"""

from __future__ import annotations

import os
import platform

import drawing
import length
import mistakes
import scaling
import speed
import startup
from measure import HERE

BEGIN, END = "<!-- table -->", "<!-- end of table -->"


def main() -> None:
    """Replace what stands between the marks."""
    rows = [row for part in (startup, scaling, mistakes, drawing, speed, length) for row in part.rows()]
    lines = ["| what | measured | wanted |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}, {platform.system()}."
    path = HERE / "README.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    table = "\n".join([BEGIN, "", machine, "", *lines, "", END])
    path.write_text(before + table + after, encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
