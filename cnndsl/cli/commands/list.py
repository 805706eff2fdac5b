"""``cnn list``."""

from __future__ import annotations

import argparse

from cnndsl.workspace.library import catalogue


def run(options: argparse.Namespace) -> int:
    """Print the bundled networks that need no arguments, with the paper that each comes from."""
    entries = catalogue()
    width = max((len(name) for name, _ in entries), default=0)
    for name, line in entries:
        print(f"{name:<{width}}  {line}".rstrip())
    return 0
