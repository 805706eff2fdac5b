"""The command line as argparse sees it; completion files are made from this too."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import cnndsl

TARGETS = """\
A TARGET is a bundled network (resnet50), a file (tower.cnn), or one network of a file (tower.cnn:tower).
"""

_DESCRIPTION = "Check, count and compile convolutional networks written in the cnn language."

_EPILOG = f"""\
{TARGETS}
examples:
  cnn check tower.cnn                                  every mistake, explained where it was made
  cnn compile resnet50 --set classes=10 -o resnet50.py
  cnn summary resnet50 --size H=320,W=480 --depth 2
  cnn verify resnet50                                  the PyTorch module against what we say of it
  cnn list                                             the networks that come with it
  cnn ops conv                                         the manual page of an operation

exit status: 0 without errors, 1 with errors in the program, 2 where the command line is wrong
"""

_FILES = {
    "bash": "_shtab_compgen_files",
    "zsh": "_files",
    "tcsh": "f",
    "fish": "(__fish_complete_path (commandline -ct))",
}
"""How each shell completes files, as ``shtab.FILE`` has it."""


class Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the layout of examples, and gives options room."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28)


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong and where the help is."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Exit with status 2."""
        self.exit(2, f"{self.prog}: {message}\ntry `{self.prog} --help`\n")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = Parser(prog="cnn", description=_DESCRIPTION, epilog=_EPILOG, formatter_class=Help, allow_abbrev=False)
    top.add_argument("--version", action="version", version=f"cnn {cnndsl.__version__}")
    top.add_argument(
        "--completion", choices=("bash", "zsh", "tcsh", "fish"), help="print the completion of this shell and stop"
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=Parser)
    for name, (line, fill) in _COMMANDS.items():
        one = commands.add_parser(
            name, help=line, description=line[0].upper() + line[1:] + ".", formatter_class=Help, allow_abbrev=False
        )
        fill(one)
    return top


def _check(one: argparse.ArgumentParser) -> None:
    one.epilog = f"{TARGETS}\n--format json prints a list of findings: code, severity, message, file, line, column, ..."
    _target(one, "targets", nargs="+")
    _settings(one)
    one.add_argument("--format", choices=("full", "concise", "json"), default="full", help="how findings are shown")


def _compile(one: argparse.ArgumentParser) -> None:
    one.epilog = f"{TARGETS}\nA file becomes one module with a function for each of its networks."
    _target(one, "target")
    _settings(one)
    _output(one, "the module")


def _summary(one: argparse.ArgumentParser) -> None:
    one.epilog = f"{TARGETS}\n--format json gives every operation: network, inputs, outputs, params, macs, nodes, ..."
    _target(one, "target")
    _settings(one)
    one.add_argument("--depth", type=_depth, default=1, metavar="N", help="open blocks N - 1 levels deep (default: 1)")
    one.add_argument("--format", choices=("table", "json"), default="table", help="how it is shown")
    _output(one, "the summary")


def _verify(one: argparse.ArgumentParser) -> None:
    one.epilog = (
        f"{TARGETS}\nNeeds PyTorch. Runs forward and backward on random input, batch 2, in a process of its own."
    )
    _target(one, "target")
    _settings(one)
    one.add_argument("--device", default="cpu", help="where PyTorch computes (default: cpu)")
    one.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="stop after this (default: 600)")


def _ops(one: argparse.ArgumentParser) -> None:
    one.add_argument("names", nargs="*", metavar="NAME", help="print the manual page of this operation")


def _list(one: argparse.ArgumentParser) -> None:
    one.epilog = "Each is a TARGET of the other commands."


def _target(one: argparse.ArgumentParser, name: str, nargs: str | None = None) -> None:
    action = one.add_argument(name, metavar="TARGET", nargs=nargs)
    vars(action)["complete"] = _FILES


def _settings(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="another argument, as a program writes it"
    )
    one.add_argument(
        "--size", action="append", default=[], metavar="H=320,W=480", help="other sizes for the symbols of the input"
    )


def _output(one: argparse.ArgumentParser, what: str) -> None:
    action = one.add_argument("-o", "--output", metavar="FILE", help=f"write {what} to FILE, whole or not at all")
    vars(action)["complete"] = _FILES
    one.add_argument("--force", action="store_true", help="replace FILE even if it was written or edited by hand")


def _depth(text: str) -> int:
    depth = int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else 0
    if depth < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return depth


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "check": ("find the mistakes of programs", _check),
    "compile": ("turn a program into PyTorch source", _compile),
    "summary": ("show shapes, kernels, parameters and MACs step by step", _summary),
    "verify": ("run the generated module and compare it with the summary", _verify),
    "list": ("list the bundled networks", _list),
    "ops": ("list the operations, or show the manual page of one", _ops),
}
