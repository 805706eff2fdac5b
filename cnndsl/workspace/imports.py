"""What ``import NAME`` reads: a file beside the one that imports, then the bundled library."""

from __future__ import annotations

import os

from cnndsl.diagnostics import Diagnostic
from cnndsl.source import Source
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
                return None
            path, shown = bundled, library.shown(bundled)
        source, problem = read_file(path, shown)
        self._paths[source.name] = path
        return source if problem is None else problem
