"""``cnn why``."""

from __future__ import annotations

import argparse
import re
import sys

from cnndsl.cli.failure import Failure
from cnndsl.cli.programs import check_found, counted, only, settings, show
from cnndsl.cli.terminal import colored, width
from cnndsl.summary.columned import Look
from cnndsl.summary.why import NoPlace, NotKnown, why, why_line
from cnndsl.workspace.imports import Reader
from cnndsl.workspace.target import find

_LINE = re.compile(r"(.+?):(\d{1,9})(?::\d{1,9})?")
"""A line of a file, as messages write it; their column says no more."""


def run(options: argparse.Namespace) -> int:
    """Print why sizes are what they are, also of a program with errors as far as they are known."""
    text, line = _line(options.target)
    arguments, sizes = settings(options)
    target, problem = find(text)
    checked = check_found((target, problem), Reader(target.source, target.path or ""), arguments, sizes, fixes=False)
    errors = [finding for finding in checked.findings if finding.severity == "error"]
    if not checked.networks:
        show(errors, sys.stderr)
        if errors:
            raise Failure(f"{text} has {counted(errors)}")
        raise Failure(
            f"{text} has no network that needs no arguments", help="name one: FILE:NETWORK, and --set NAME=VALUE"
        )
    asked = (*arguments, *sizes)
    look = Look(width(sys.stdout), colored(sys.stdout))
    try:
        if line is not None:
            told = why_line(checked.networks, target.source, line, options.place, asked, look)
        elif options.place is None:
            raise Failure("which size?", 2, f"`cnn why {text} STEP`, or `cnn why FILE:LINE`")
        else:
            told = why(only(text, checked), options.place, asked, look)
    except NoPlace as nothing:
        if isinstance(nothing, NotKnown):
            show(errors, sys.stderr)
        raise Failure(str(nothing), 1, nothing.help) from None
    print(told, end="")
    if errors:
        sys.stdout.flush()
        print(f"\n{text} has {counted(errors)}: what comes after it is not known", file=sys.stderr)
    return 0


def _line(target: str) -> tuple[str, int | None]:
    """The target, and the line of its file that is meant."""
    found = _LINE.fullmatch(target)
    return (found[1], int(found[2])) if found is not None else (target, None)
