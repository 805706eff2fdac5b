"""A finding as data. How it looks is decided in ``render``."""

from __future__ import annotations

from typing import Literal, NamedTuple

from cnndsl.source import Span

Severity = Literal["error", "warning", "note"]


class Label(NamedTuple):
    """A secondary place that says *because*."""

    span: Span
    message: str


class Edit(NamedTuple):
    """Replace the text at ``span``; an empty span inserts."""

    span: Span
    text: str


class Fix(NamedTuple):
    """Edits that belong together. A safe fix never changes what a correct network computes."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


class Diagnostic(NamedTuple):
    """One finding: a claim with both conflicting numbers, the token to edit, reasons and help."""

    code: str
    severity: Severity
    message: str
    span: Span
    label: str = ""
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()


class Examined(NamedTuple):
    """A program that was checked: what the command line calls it, its file, what was found.

    ``looked_for`` are the files that this depends on, those that are not there included.
    """

    name: str
    file: str
    findings: tuple[Diagnostic, ...]
    looked_for: tuple[str, ...] = ()


def error(
    code: str,
    message: str,
    span: Span,
    label: str = "",
    labels: tuple[Label, ...] = (),
    notes: tuple[str, ...] = (),
    help: tuple[str, ...] = (),
) -> Diagnostic:
    """A finding that makes the file wrong."""
    return Diagnostic(code, "error", message, span, label, labels, notes, help)


def warning(code: str, message: str, span: Span, label: str = "", help: tuple[str, ...] = ()) -> Diagnostic:
    """A finding that is worth a look."""
    return Diagnostic(code, "warning", message, span, label, help=help)
