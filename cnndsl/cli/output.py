"""Where the product of a command goes: a file or the standard output."""

from __future__ import annotations

import argparse
import sys

from cnndsl.cli.failure import Failure


def put(text: str | bytes, options: argparse.Namespace, origin: str | None = None) -> None:
    """Write ``text`` where the command line says; with ``origin``, so that it can be replaced by its next version."""
    if options.output == "":
        raise Failure("-o needs the name of a file", 2, "`-o -` is the standard output")
    if options.output is None or options.output == "-":
        if isinstance(text, bytes):
            sys.stdout.flush()
            sys.stdout.buffer.write(text)
        else:
            sys.stdout.write(text)
        return
    from cnndsl.workspace.writing import WriteError, write

    try:
        write(options.output, text, options.force, origin)
    except WriteError as problem:
        raise Failure(str(problem), 1, problem.help) from None
