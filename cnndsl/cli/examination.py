"""Checking all that a command line names: files, folders, bundled networks, the standard input."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from cnndsl.cli.failure import Failure
from cnndsl.cli.programs import check_found, settings
from cnndsl.diagnostics import Diagnostic, Examined
from cnndsl.source import Source
from cnndsl.workspace import library
from cnndsl.workspace.imports import Reader
from cnndsl.workspace.target import Target, find

if TYPE_CHECKING:
    from cnndsl.lints import Selection

STANDARD_INPUT = "-"

_TOGETHER = 25
"""Programs whose graphs are thrown away together: ``main`` does not do it by itself."""

Found = tuple[Target, Diagnostic | None]


def examine(options: argparse.Namespace, lint: Callable[[Target], Selection]) -> list[Examined]:
    """Check each target once; what two of them share, as a mistake in a file that both import, is told once."""
    arguments, sizes = settings(options)
    told: set[tuple[object, ...]] = set()
    done: dict[tuple[str, str | None], Examined] = {}
    for word, (target, problem) in targets(options):
        identity = (word if target.path is None else os.path.realpath(target.path), target.network)
        if identity in done:
            continue
        read = Reader(target.source, target.path or "")
        checked = check_found((target, problem), read, arguments, sizes, lint(target), options.format != "concise")
        findings = tuple(finding for finding in checked.findings if _new(finding, told))
        if len(done) % _TOGETHER == _TOGETHER - 1:
            gc.collect()
        done[identity] = Examined(word, target.source.name, findings, tuple(read.looked_for))
    return list(done.values())


def words(options: argparse.Namespace) -> Iterator[str]:
    """The targets, with the programs of a folder in its place."""
    for word in options.targets:
        if not os.path.isdir(word) or word in library.networks():
            yield word
            continue
        from cnndsl.workspace.folders import programs

        found = programs(word)
        if not found:
            raise Failure(f"{word} has no programs", 2, "the name of a program ends in .cnn")
        yield from found


def targets(options: argparse.Namespace) -> Iterator[tuple[str, Found]]:
    """What the command line names, found; the standard input is read."""
    if options.stdin_filename is not None and STANDARD_INPUT not in options.targets:
        raise Failure("--stdin-filename is for a program on the standard input", 2, "`-` is the standard input")
    for word in words(options):
        if word == STANDARD_INPUT:
            found = _standard_input(options.stdin_filename)
            yield found[0].source.name, found
        else:
            yield word, find(word)


def _standard_input(name: str | None) -> Found:
    """The program that is piped in; it imports from where a file of its name would."""
    from cnndsl.workspace.files import read_stream

    if sys.stdin is None:
        raise Failure("the standard input is closed", 2)
    source, problem = read_stream(sys.stdin.buffer, name or "<stdin>")
    return Target(source, None, name or source.name), problem


def _new(finding: Diagnostic, told: set[tuple[object, ...]]) -> bool:
    source: Source = finding.span.source
    key = (finding.code, finding.message, os.path.realpath(source.name), finding.span.start, finding.span.end)
    if key in told:
        return False
    told.add(key)
    return True
