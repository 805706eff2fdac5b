"""``cnn check``."""

from __future__ import annotations

import argparse

from cnndsl.cli.examination import examine
from cnndsl.cli.reports import report
from cnndsl.diagnostics import Examined
from cnndsl.lints import Selection


def run(options: argparse.Namespace) -> int:
    """Show the findings of every target; status 1 with errors, with ``--strict`` also with warnings."""
    selection = Selection(tuple(options.select), tuple(options.ignore))

    def once() -> list[Examined]:
        return examine(options, lambda target: selection)

    if options.watch:
        from cnndsl.cli.watching import watch

        return watch(options, once)
    return report(once(), options)
