"""``cnn ops``."""

from __future__ import annotations

import argparse

from cnndsl import ops
from cnndsl.cli.failure import Failure
from cnndsl.diagnostics.suggest import suggest
from cnndsl.ops.manual import described, page, signature


def run(options: argparse.Namespace) -> int:
    """Print the signatures of all operations by family, or the pages of those that are named."""
    for name in options.names:
        if ops.find(name) is None:
            guess = suggest(name, ops.names())
            help = f"did you mean `{guess}`?" if guess else "`cnn ops` lists them all"
            raise Failure(f"there is no operation called `{name}`", 1, help)
    if options.names:
        print("\n".join(page(name) for name in options.names), end="")
        return 0
    for family, names in ops.homes().items():
        print(f"{family}:")
        for name in names:
            operation = ops.find(name)
            if operation is not None:
                first, _, _ = described(operation)[0].partition("\n")
                print(f"  {signature(operation)}\n      {first}")
    return 0
