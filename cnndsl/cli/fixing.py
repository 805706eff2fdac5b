"""``cnn check --fix`` and ``--diff``: the safe fixes of all programs, written or shown."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cnndsl.cli.examination import STANDARD_INPUT, targets
from cnndsl.cli.failure import Failure
from cnndsl.cli.programs import counted, settings
from cnndsl.compiler import check
from cnndsl.diagnostics import Diagnostic
from cnndsl.source import Source
from cnndsl.workspace import library
from cnndsl.workspace.fixing import Fixed, difference, fixed, rewrite
from cnndsl.workspace.imports import Reader
from cnndsl.workspace.target import Target
from cnndsl.workspace.writing import WriteError

if TYPE_CHECKING:
    from cnndsl.lints import Selection


def fix(options: argparse.Namespace, lint: Callable[[Target], Selection]) -> None:
    """Write the safe fixes into the files, and say which; with ``--diff`` show them alone, and write nothing."""
    if options.watch:
        raise Failure("--watch shows findings; --fix and --diff are done once", 2)
    if STANDARD_INPUT in options.targets:
        raise Failure("--fix and --diff are for files, and the standard input is none", 2)
    said = sys.stdout if options.format == "full" else sys.stderr
    done: set[str] = set()
    for _, (target, problem) in targets(options):
        path = target.path
        if problem is not None or path is None or _is_bundled(path) or os.path.realpath(path) in done:
            continue
        done.add(os.path.realpath(path))
        found = _fixed(target, options, lint(target))
        if found.done and options.diff:
            sys.stdout.write(difference(target.source, found.source))
        elif found.done:
            try:
                rewrite(path, target.source, found.source)
            except WriteError as failure:
                raise Failure(str(failure), help=failure.help) from None
            for one in found.done:
                print(f"{target.source.name}:{one.line}: fixed: {one.title}", file=said)


def _is_bundled(path: str) -> bool:
    """The library is nobody's to edit."""
    return os.path.dirname(os.path.realpath(path)) == os.path.realpath(library.folder())


def _fixed(target: Target, options: argparse.Namespace, lint: Selection) -> Fixed:
    """The program with its fixes; asked for with other arguments, it must hold at its defaults as it did."""
    arguments, sizes = settings(options)
    path = target.path or ""

    def asked(source: Source) -> list[Diagnostic]:
        return check(source, Reader(source, path), target.network, arguments, sizes, lint, fixes=True).findings

    def whole(source: Source) -> list[Diagnostic]:
        return check(source, Reader(source, path)).findings

    found = fixed(target.source, asked)
    if found.done and (target.network or arguments or sizes):
        new = _new(whole(target.source), whole(found.source))
        if new:
            raise Failure(
                f"cannot fix {target.source.name}: with the fixes the rest of the file has {counted(new)} more",
                help=f"`cnn check {path}` shows the whole file",
            )
    return found


def _new(before: Sequence[Diagnostic], after: Sequence[Diagnostic]) -> list[Diagnostic]:
    known = {(one.code, one.message) for one in before}
    return [one for one in after if one.severity == "error" and (one.code, one.message) not in known]
