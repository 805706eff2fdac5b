"""The programs in a folder."""

from __future__ import annotations

import os

ENDING = ".cnn"
_OF_AN_ENVIRONMENT = "pyvenv.cfg"


def programs(folder: str) -> list[str]:
    """The paths of the programs in ``folder`` and in the folders in it, sorted, and those of folders that are closed.

    Left out is what is hidden, what Python installed in a virtual environment, and folders that are only linked to: a
    link may lead back, or out of the project.
    """
    found: list[str] = []
    closed: list[str] = []
    for path, folders, files in os.walk(folder, onerror=lambda problem: closed.append(problem.filename)):
        folders[:] = [name for name in folders if not _left_out(path, name)]
        found += [os.path.join(path, name) for name in files if name.endswith(ENDING) and not name.startswith(".")]
    return sorted(map(os.path.normpath, found + closed), key=lambda path: path.split(os.sep))


def _left_out(path: str, name: str) -> bool:
    return name.startswith(".") or os.path.exists(os.path.join(path, name, _OF_AN_ENVIRONMENT))
