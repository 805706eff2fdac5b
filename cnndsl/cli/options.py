"""Options that several commands have."""

from __future__ import annotations

import argparse
from typing import Any

_FILES = {
    "bash": "_shtab_compgen_files",
    "zsh": "_files",
    "tcsh": "f",
    "fish": "(__fish_complete_path (commandline -ct))",
}
"""How each shell completes files, as ``shtab.FILE`` has it."""


def target(one: argparse.ArgumentParser, name: str, nargs: str | None = None) -> None:
    """What the command works on."""
    metavar = "TARGET" if name.startswith("target") else name.upper()
    action = one.add_argument(name, metavar=metavar, nargs=nargs)
    vars(action)["complete"] = _FILES


def settings(one: argparse.ArgumentParser, sizes: str = "other sizes for the symbols of the input") -> None:
    """Other arguments and sizes than those of the program."""
    one.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="another argument, as a program writes it"
    )
    one.add_argument("--size", action="append", default=[], metavar="H=320,W=480", help=sizes)


def output(one: argparse.ArgumentParser, what: str) -> None:
    """Where to write."""
    action = one.add_argument("-o", "--output", metavar="FILE", help=f"write {what} to FILE, whole or not at all")
    vars(action)["complete"] = _FILES
    one.add_argument("--force", action="store_true", help="replace FILE even if it was written or edited by hand")


def tabular(one: argparse.ArgumentParser, formats: tuple[str, ...]) -> None:
    """How a table looks."""
    one.add_argument(
        "--columns", metavar="COLUMNS", action=_Columns, help="which columns, in this order (help lists them)"
    )
    one.add_argument("--sort", metavar="COLUMN", help="largest first by this column")
    one.add_argument("--format", choices=formats, default="text", help="how it is shown")


def plot(one: argparse.ArgumentParser, what: str) -> None:
    """A chart beside the table."""
    action = one.add_argument("--plot", metavar="FILE", help=f"draw {what} to FILE (.svg, .pdf or .png)")
    vars(action)["complete"] = _FILES


class _Columns(argparse.Action):
    """``--columns help`` lists them and stops; no target is needed."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, words: Any, _: Any = None
    ) -> None:
        if words == "help":
            from cnndsl.cli.tables import LISTINGS

            print(LISTINGS[parser.prog.rpartition(" ")[2]](), end="")
            parser.exit()
        setattr(namespace, self.dest, words)


_MOST = 10**9


def levels(text: str) -> int:
    """A whole number from 0, as argparse wants it."""
    return count(text, 0)


def count(text: str, least: int = 1) -> int:
    """A whole number from ``least`` on, as argparse wants it."""
    number = int(text) if text.isdecimal() and text.isascii() and len(text) < 100 else -1
    if number < least:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least}")
    if number >= _MOST:
        raise argparse.ArgumentTypeError(f"{text} is too large, at most {_MOST - 1:,}")
    return number
