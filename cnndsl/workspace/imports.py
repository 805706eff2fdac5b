"""What ``import NAME`` reads: a file beside the one that imports, then the bundled library."""

from __future__ import annotations

import os

from cnndsl.diagnostics import Diagnostic, error
from cnndsl.source import Source, Span
from cnndsl.workspace import library
from cnndsl.workspace.files import read_file


class Reader:
    """Reads imports on behalf of ``compiler.check``; knows where every source came from."""

    def __init__(self, source: Source, path: str) -> None:
        self._paths = {source.name: path}
        self.looked_for = {path: None}
        """The files that the answer depends on, those that are not there included."""

    def __call__(self, module: str, importer: Source) -> Source | Diagnostic | None:
        """The file that ``module`` means in ``importer``; or why it cannot be read; None: there is none."""
        beside = os.path.join(os.path.dirname(self._paths[importer.name]), f"{module}.cnn")
        self.looked_for[beside] = None
        if os.path.lexists(beside):
            path, shown = beside, os.path.join(os.path.dirname(importer.name), f"{module}.cnn")
        else:
            bundled = library.path(module)
            if bundled is None:
                return _unknown(module, importer, os.path.dirname(beside))
            path, shown = bundled, library.shown(bundled)
        source, problem = read_file(path, shown)
        self._paths[source.name] = path
        return source if problem is None else problem


def _unknown(module: str, importer: Source, folder: str) -> Diagnostic | None:
    """What is said of a file that is not there, where another one was probably meant."""
    from cnndsl.diagnostics.suggest import suggest  # for a mistake alone

    inside = os.listdir(folder or ".") if os.path.isdir(folder or ".") else ()
    names = (*library.modules(), *(name.removesuffix(".cnn") for name in inside if name.endswith(".cnn")))
    guess = suggest(module, names)
    if guess is None:
        return None
    why = f"there is no {module}.cnn beside this file or in the library"
    return error("E0603", why, Span(importer, 0, 0), help=(f"did you mean `{guess}`?",))
