"""What the compiler says of a text, findings to source; as a script, a digest of that for damaged bundled files."""

from __future__ import annotations

import ast
import hashlib
import sys
from pathlib import Path

from cnndsl.backends.torch import generate
from cnndsl.compiler import Checked, check
from cnndsl.diagnostics.render import render
from cnndsl.passes.costs import totals
from cnndsl.source import Source

LIBRARY = Path(__file__).parents[2] / "architectures"


def read(name: str, importer: Source) -> Source | None:
    path = LIBRARY / f"{name}.cnn"
    return Source(path.name, path.read_text("utf-8")) if name.isidentifier() and path.is_file() else None


def said(checked: Checked) -> str:
    """Everything that a check says, and the source of what is whole."""
    lines = [render(finding) for finding in checked.findings]
    if not any(finding.severity == "error" for finding in checked.findings):
        for graph in checked.networks.values():
            lines += [repr(totals(graph)), generate([graph])]
            ast.parse(lines[-1])
    return "\n".join(lines)


def digest(count: int) -> str:
    """What is said of damaged bundled files: the same under every hash seed."""
    found = hashlib.sha256()
    for path in sorted(LIBRARY.glob("*.cnn")):
        text = path.read_text("utf-8")
        for number in range(count):
            place = (number * 7919) % len(text)
            damaged = text[:place] + text[place + 1 + number % 5 :]
            found.update(said(check(Source(path.name, damaged), read)).encode("utf-8"))
    return found.hexdigest()


if __name__ == "__main__":
    print(digest(int(sys.argv[1])))
