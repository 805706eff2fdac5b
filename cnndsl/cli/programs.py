"""From the words of the command line to checked programs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO, TypeVar

from cnndsl.cli.failure import Failure
from cnndsl.compiler import Checked, check
from cnndsl.diagnostics import Diagnostic
from cnndsl.source import Source
from cnndsl.syntax import tree
from cnndsl.syntax.parser import parse
from cnndsl.workspace.imports import Reader
from cnndsl.workspace.target import Target, find

if TYPE_CHECKING:
    from cnndsl.graph import Graph
    from cnndsl.lints import Selection

Given = TypeVar("Given")


def check_target(text: str, options: argparse.Namespace) -> tuple[Target, Checked]:
    """A target, checked with the settings of the command line."""
    arguments, sizes = settings(options)
    target, problem = find(text)
    return target, check_found((target, problem), Reader(target.source, target.path or ""), arguments, sizes)


def check_found(
    found: tuple[Target, Diagnostic | None],
    read: Reader,
    arguments: Mapping[str, object],
    sizes: Mapping[str, int],
    lint: Selection | None = None,
    fixes: bool = True,
) -> Checked:
    """What was found, checked; or why there is nothing to check."""
    target, problem = found
    if problem is not None:
        return Checked(tree.File(target.source, None, ()), {}, [problem])
    return check(target.source, read, target.network, arguments, sizes, lint, fixes)


def sound(text: str, options: argparse.Namespace) -> tuple[Target, Checked]:
    """A target without errors; otherwise its findings are shown and the command ends."""
    target, checked = check_target(text, options)
    if any(finding.severity == "error" for finding in checked.findings):
        show(checked.findings, sys.stderr)
        raise Failure(f"{text} has {counted(checked.findings)}")
    if not checked.networks:
        raise Failure(
            f"{text} has no network that needs no arguments", help="name one: FILE:NETWORK, and --set NAME=VALUE"
        )
    return target, checked


def only(text: str, checked: Checked) -> Graph:
    """The one network of a target."""
    if len(checked.networks) > 1:
        names = list(checked.networks)
        raise Failure(
            f"{text} has {len(names)} networks", 2, f"name one, as in {text}:{names[-1]} ({', '.join(names)})"
        )
    return next(iter(checked.networks.values()))


def show(findings: Sequence[Diagnostic], stream: TextIO) -> None:
    """Print findings in full, as wide as the terminal, in colour where that is welcome."""
    if not findings:
        return
    from cnndsl.cli.terminal import colored, spelled, width
    from cnndsl.diagnostics.render import render

    color, columns = colored(stream), width(stream)
    for finding in findings:
        print(spelled(render(finding, color, columns), stream), file=stream)


def counted(findings: Sequence[Diagnostic]) -> str:
    """``2 errors, 1 warning``."""
    numbers = {name: sum(finding.severity == name for finding in findings) for name in ("error", "warning", "note")}
    words = [f"{number} {name}{'s' if number != 1 else ''}" for name, number in numbers.items() if number]
    return ", ".join(words) or "no errors"


def settings(options: argparse.Namespace) -> tuple[dict[str, tree.Expression], dict[str, int]]:
    """The arguments of ``--set`` and the sizes of ``--size``."""
    arguments = _once("--set", map(_argument, options.set))
    sizes = _once("--size", (_size(part) for text in options.size for part in text.split(",")))
    return arguments, sizes


def _once(option: str, pairs: Iterable[tuple[str, Given]]) -> dict[str, Given]:
    """What was given by name; twice is a mistake."""
    given: dict[str, Given] = {}
    for name, value in pairs:
        if name in given:
            raise Failure(f"{option} gives {name} twice", 2, "give it once")
        given[name] = value
    return given


def _argument(text: str) -> tuple[str, tree.Expression]:
    name, equals, value = text.partition("=")
    name = name.strip()
    if not equals or not name.isidentifier():
        raise Failure(f"--set {text}: NAME=VALUE is needed", 2, "as in --set classes=10")
    file, findings = parse(Source("--set", f"let {name} = {value.strip()}\n"))
    if findings or len(file.items) != 1 or not isinstance(file.items[0], tree.Let):
        show(findings, sys.stderr)
        raise Failure(
            f"--set {text}: the value is not an expression", 2, 'as in classes=10, widths=[64, 128], mode="max"'
        )
    return name, file.items[0].value


def _size(text: str) -> tuple[str, int]:
    name, _, value = (part.strip() for part in text.partition("="))
    if (
        not name.isidentifier()
        or not (value.isascii() and value.isdecimal())
        or not 0 < len(value) < 10
        or not int(value)
    ):
        raise Failure(f"--size {text}: SYMBOL=NUMBER is needed, from 1", 2, "as in --size H=320,W=480")
    return name, int(value)
