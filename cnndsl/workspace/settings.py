"""What a project says of its programs: ``[tool.cnndsl]`` in the nearest ``pyproject.toml`` that has it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from cnndsl.lints import Selection, guess

KEYS = ("select", "ignore")
_LARGEST = 1_000_000


class SettingsError(Exception):
    """A file of settings that cannot be followed; ``help`` says what to write."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


class Settings:
    """Reads them; each file once."""

    def __init__(self) -> None:
        self._folders: dict[str, Selection | None] = {}

    def __call__(self, path: str) -> Selection | None:
        """The rules that a project chooses for the program at ``path``; None where it says nothing.

        Raises ``SettingsError``.
        """
        folder = os.path.dirname(os.path.abspath(path))
        if folder not in self._folders:
            found = _read(os.path.join(folder, "pyproject.toml"))
            self._folders[folder] = found if found is not None or os.path.dirname(folder) == folder else self(folder)
        return self._folders[folder]


def _read(file: str) -> Selection | None:
    """What a file says; None where it is not there, or has no such table."""
    try:
        with open(file, "rb") as stream:
            data = stream.read(_LARGEST)
    except OSError:
        return None
    if b"cnndsl" not in data:
        return None
    import tomllib  # few projects need it

    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise SettingsError(f"cannot read {file}: {str(problem)[:1].lower()}{str(problem)[1:]}") from None
    tool = document.get("tool")
    table = tool.get("cnndsl") if isinstance(tool, Mapping) else None
    return _selection(table, f"{file}: [tool.cnndsl]") if table is not None else None


def _selection(table: object, where: str) -> Selection:
    if not isinstance(table, Mapping):
        raise SettingsError(f"{where} is no table")
    for key, value in table.items():
        if key not in KEYS:
            raise SettingsError(f"{where} has an unknown key {key}", f"it can have {' and '.join(KEYS)}")
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise SettingsError(f"{where} {key} is not a list of names", f'as in {key} = ["bias-before-norm"]')
    selection = Selection(tuple(table.get("select", ())), tuple(table.get("ignore", ())))
    for name in selection.unknown():
        raise SettingsError(f"{where}: {unknown(name)}", suggestion(name))
    return selection


def unknown(name: str) -> str:
    """What is said of a name that no rule has."""
    return f"no lint rule or group is called {name}" if name else "the name of a lint rule or group is missing"


def suggestion(name: str) -> str:
    """What may have been meant, and where the names are."""
    meant = guess(name)
    return f"did you mean {meant}?" if meant else "`cnn explain` lists them"
