"""What a command works on: ``resnet50``, ``tower.cnn`` or ``tower.cnn:tower``."""

from __future__ import annotations

import os
from typing import NamedTuple

from cnndsl.diagnostics import Diagnostic, error
from cnndsl.diagnostics.suggest import suggest
from cnndsl.source import Source, Span
from cnndsl.workspace import library
from cnndsl.workspace.files import read_file


class Target(NamedTuple):
    """A program and, where one is meant, the name of one of its networks; ``path`` is None where nothing was found."""

    source: Source
    network: str | None
    path: str | None


def find(text: str) -> tuple[Target, Diagnostic | None]:
    """The target that ``text`` names, and what is wrong with its file."""
    path, network = _parts(text)
    if network is None and not _is_path(path):
        return _bundled(path)
    source, problem = read_file(path)
    if problem is not None and not os.path.lexists(path):
        problem = _with_help(problem, path)
    return Target(source, network, path), problem


def _parts(text: str) -> tuple[str, str | None]:
    """``tower.cnn:tower`` in two; a colon elsewhere belongs to the file's name."""
    path, colon, network = text.rpartition(":")
    if colon and network.isidentifier() and (path.endswith(".cnn") or os.path.isfile(path)):
        return path, network
    return text, None


def _is_path(text: str) -> bool:
    return not text.isidentifier() or (text not in library.networks() and os.path.lexists(text))


def _bundled(name: str) -> tuple[Target, Diagnostic | None]:
    known = library.networks()
    if name in known:
        file = known[name]
        source, problem = read_file(file, library.shown(file))
        return Target(source, name, file), problem
    source = Source(name, "")
    guess = suggest(name, known)
    help = (f"did you mean `{guess}`?",) if guess else ()
    help = (*help, "`cnn list` shows the bundled networks; a file's name ends in .cnn")
    problem = error("E0707", f"no bundled network is called `{name}`", Span(source, 0, 0), help=help)
    return Target(source, None, None), problem


def _with_help(problem: Diagnostic, path: str) -> Diagnostic:
    module = os.path.basename(path).removesuffix(".cnn")
    inside = [name for name, file in library.networks().items() if file == library.path(module)]
    if inside:
        return problem._replace(
            help=(f"its bundled namesake is reached by the name of a network, such as `{inside[-1]}`",)
        )
    beside = os.path.dirname(path) or "."
    names = [name for name in os.listdir(beside) if name.endswith(".cnn")] if os.path.isdir(beside) else []
    guess = suggest(os.path.basename(path), names)
    return (
        problem._replace(help=(f"did you mean `{os.path.join(os.path.dirname(path), guess)}`?",)) if guess else problem
    )
