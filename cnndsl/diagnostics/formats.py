"""Findings for machines: a line each, or JSON values; ``sarif`` and ``junit`` have files of their own."""

from __future__ import annotations

from cnndsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from cnndsl.diagnostics.excerpt import visible
from cnndsl.source import Span

Json = dict[str, object]

_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}


def concise(diagnostic: Diagnostic) -> str:
    """``resnet.cnn:12:5: error[E0401]: cannot add ...``."""
    return f"{place(diagnostic.span)}: {diagnostic.severity}[{diagnostic.code}]: {visible(diagnostic.message)}"


def github(diagnostic: Diagnostic) -> str:
    """A workflow command, which GitHub shows beside the line; its log shows the message alone, so that has the place.

    Columns are for places on one line only.
    """
    span = diagnostic.span
    (line, column), (end_line, end_column) = _position(span, span.start), _position(span, span.end)
    places = {"file": span.source.name, "line": line, "endLine": end_line}
    if line == end_line:
        places |= {"col": column, "endColumn": end_column}
    properties = {**places, "title": diagnostic.code}
    written = ",".join(f"{key}={_escaped(visible(str(value)), True)}" for key, value in properties.items())
    return f"::{_GITHUB[diagnostic.severity]} {written}::{_escaped(chr(10).join(told(diagnostic)), False)}"


def told(diagnostic: Diagnostic) -> list[str]:
    """A finding as plain lines: where and what, its reasons with their places, notes and help, the titles of fixes."""
    own = [Label(diagnostic.span, diagnostic.label)] if diagnostic.label else []
    reasons = [f"{place(label.span)}: {label.message}" for label in (*own, *diagnostic.labels) if label.message]
    notes = [f"note: {text}" for text in diagnostic.notes]
    help = [f"help: {text}" for text in (*diagnostic.help, *(fix.title for fix in diagnostic.fixes))]
    return [visible(text) for text in (f"{place(diagnostic.span)}: {diagnostic.message}", *reasons, *notes, *help)]


def place(span: Span) -> str:
    """``resnet.cnn:12:5``."""
    line, column = _position(span, span.start)
    return f"{visible(span.source.name)}:{line}:{column}"


def as_json(diagnostic: Diagnostic) -> Json:
    """The documented form. Lines and columns count from 1, in characters; an end is the place after the last one."""
    own = [{"message": diagnostic.label, **_place(diagnostic.span)}] if diagnostic.label else []
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        **_place(diagnostic.span),
        "labels": own + [{"message": label.message, **_place(label.span)} for label in diagnostic.labels],
        "notes": list(diagnostic.notes),
        "help": list(diagnostic.help),
        "fixes": [_fix(fix) for fix in diagnostic.fixes],
    }


def _fix(fix: Fix) -> Json:
    return {"title": fix.title, "safe": fix.safe, "edits": [_edit(edit) for edit in fix.edits]}


def _edit(edit: Edit) -> Json:
    return {**_place(edit.span), "text": edit.text}


def _place(span: Span) -> Json:
    line, column = _position(span, span.start)
    end_line, end_column = _position(span, span.end)
    return {"file": span.source.name, "line": line, "column": column, "end_line": end_line, "end_column": end_column}


def _position(span: Span, offset: int) -> tuple[int, int]:
    return span.source.position(min(max(offset, 0), len(span.source.text)))


def _escaped(text: str, in_property: bool) -> str:
    """As workflow commands want it; "%" first, since it begins what stands for the others."""
    for character in "%\r\n:," if in_property else "%\r\n":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
