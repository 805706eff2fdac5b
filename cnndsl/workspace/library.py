"""The bundled library: networks and blocks that come with the compiler."""

from __future__ import annotations

import os
import re
from functools import cache

import cnndsl

_NETWORK = re.compile(r"^[ \t]*network[ \t]+([A-Za-z_]\w*)", re.MULTILINE)


@cache
def folder() -> str:
    """Where the bundled files are."""
    return os.path.join(os.path.dirname(os.path.abspath(cnndsl.__file__)), "architectures")


def path(module: str) -> str | None:
    """The bundled file that ``import module`` means."""
    candidate = os.path.join(folder(), module + ".cnn")
    return candidate if os.path.isfile(candidate) else None


def modules() -> tuple[str, ...]:
    """The names by which bundled files are imported."""
    return tuple(sorted(name.removesuffix(".cnn") for name in os.listdir(folder()) if name.endswith(".cnn")))


def shown(file: str) -> str:
    """How messages name a bundled file: the same on every machine."""
    return f"cnndsl/architectures/{os.path.basename(file)}"


@cache
def networks() -> dict[str, str]:
    """Every bundled network, also those that need arguments, and the path of its file."""
    found: dict[str, str] = {}
    for name in sorted(os.listdir(folder())):
        if name.endswith(".cnn"):
            file = os.path.join(folder(), name)
            with open(file, encoding="utf-8") as stream:
                for network in _NETWORK.findall(stream.read()):
                    found.setdefault(network, file)
    return found


def catalogue() -> list[tuple[str, str]]:
    """The bundled networks that need no arguments, each with the first line of its file's docstring."""
    from cnndsl.syntax.definitions import definitions
    from cnndsl.syntax.parser import parse
    from cnndsl.workspace.files import read_file

    entries: list[tuple[str, str]] = []
    for file in dict.fromkeys(networks().values()):
        program, _ = parse(read_file(file, shown(file))[0])
        line = (program.doc or "").strip().partition("\n")[0]
        for item in definitions(program.items):
            if item.keyword == "network" and all(parameter.default is not None for parameter in item.parameters):
                entries.append((item.name.id, line))
    return entries
