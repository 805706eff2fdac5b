"""``cnn explain``."""

from __future__ import annotations

import argparse

from cnndsl.cli import pages
from cnndsl.cli.failure import Failure
from cnndsl.diagnostics.excerpt import visible
from cnndsl.diagnostics.suggest import suggest


def run(options: argparse.Namespace) -> int:
    """Print the pages of codes and rules, or list them all."""
    if not options.codes:
        print(pages.listing(), end="")
        return 0
    names = pages.names()
    found = [pages.meant(word, names) for word in options.codes]
    for word, name in zip(options.codes, found, strict=True):
        if name is None:
            guess = suggest(word, names)
            help = f"did you mean `{guess}`? " if guess else ""
            raise Failure(f"there is no code or rule `{visible(word[:60])}`", 2, help + "`cnn explain` lists them all")
    print("\n\n".join(pages.plain(pages.guide(name)) for name in found if name is not None), end="")
    return 0
