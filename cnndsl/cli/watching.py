"""Checking again whenever a file changes, until Ctrl-C."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Iterable
from time import sleep

from cnndsl.cli.examination import STANDARD_INPUT, words
from cnndsl.cli.failure import Failure
from cnndsl.cli.reports import report
from cnndsl.diagnostics import Examined

INTERVAL = 0.3
"""Seconds between two looks at the files; file systems tell of changes each in its own way, and not over networks."""

_SETTLED = 0.05
"""Seconds for which a file stays as it is when it is written."""
_LOOKS = 20
_INTERRUPTED = 130
_CLEAR = "\x1b[2J\x1b[H"

SETTINGS = "pyproject.toml"

Stamp = tuple[int, int, int] | None
"""By what a file is known to be unchanged; None where there is none."""


def watch(
    options: argparse.Namespace, check: Callable[[], list[Examined]], wait: Callable[[float], None] = sleep
) -> int:
    """Check, and again when a program changes, what it imports, or which programs are in a folder; 130 at the end."""
    if STANDARD_INPUT in options.targets:
        raise Failure("--watch needs files; the standard input can be read once", 2)
    if options.format not in ("full", "concise"):
        raise Failure(f"--watch shows findings to a person; --format {options.format} is for programs", 2)
    stamps = _stamps([name for word in words(options) for name in (word, *_settings(word))])
    try:
        while True:
            known, listing = _stamps(stamps), _listing(options)
            depends = _round(options, check) or list(known)
            # A file that changed while it was read is noticed: its stamp is that from before.
            stamps = {path: known[path] if path in known else _stamp(path) for path in depends}
            while _stamps(stamps) == stamps and _listing(options) == listing:
                wait(INTERVAL)
            _settle(stamps)
    except KeyboardInterrupt:
        print()
        return _INTERRUPTED


def _settle(paths: Iterable[str]) -> None:
    """Wait until a file is written: who saves it empties it first."""
    paths = list(paths)
    for _ in range(_LOOKS):
        before = _stamps(paths)
        sleep(_SETTLED)
        if _stamps(paths) == before:
            return


def _round(options: argparse.Namespace, check: Callable[[], list[Examined]]) -> list[str]:
    """Check once and show it; the files that this depends on, none where it could not be done."""
    depends: list[str] = []
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        print(_CLEAR, end="")
    try:
        programs = check()
        report(programs, options)
        files = dict.fromkeys(path for program in programs for path in program.looked_for if path)
        depends = [*files, *dict.fromkeys(place for program in programs for place in _settings(program.file))]
    except Failure as failure:  # such as a folder that lost its last program
        print(failure)
    gc.collect()
    print("\nwatching; Ctrl-C ends it", flush=True)
    return depends


def _settings(file: str) -> list[str]:
    """Where settings may stand for a file."""
    folder = os.path.dirname(os.path.abspath(file))
    places = [os.path.join(folder, SETTINGS)]
    while os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
        places.append(os.path.join(folder, SETTINGS))
    return places


def _listing(options: argparse.Namespace) -> list[str]:
    try:
        return list(words(options))
    except Failure:
        return []


def _stamps(paths: Iterable[str]) -> dict[str, Stamp]:
    return {path: _stamp(path) for path in paths}


def _stamp(path: str) -> Stamp:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
