"""``cnn``: reads the command line, runs one command, turns every failure into a line and a status."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import StringIO, TextIOWrapper

from cnndsl.cli.failure import Failure


def main(words: Sequence[str] | None = None) -> int:
    """Run ``cnn`` with these words; returns the exit status."""
    gc.disable()  # a short life: what is left over is small, and looking for it is half the time
    sys.stdout = sys.stdout or StringIO()  # who closes it wants no output
    sys.stderr = sys.stderr or StringIO()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name need not be text, nor a terminal know Unicode
    try:
        status = run(words)
        sys.stdout.flush()
    except Failure as failure:
        print(failure, file=sys.stderr)
        return failure.status
    except BrokenPipeError:
        _discard_output()
        return 1
    except OSError as problem:
        _discard_output()
        print(f"cnn: cannot write: {(problem.strerror or str(problem)).lower()}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("cnn: interrupted", file=sys.stderr)
        return 130
    return status


def run(words: Sequence[str] | None = None) -> int:
    """Run one command."""
    from cnndsl.cli.arguments import parser

    top = parser()
    options = top.parse_args(words)
    if options.completion is not None:
        from cnndsl.cli.completion import shipped

        print(shipped(options.completion), end="")
        return 0
    if options.command is None:
        top.error("which command?")
    status: int = import_module(f"cnndsl.cli.commands.{options.command}").run(options)
    return status


def _discard_output() -> None:
    """Nobody reads on: what is still buffered goes nowhere, also when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
