"""Findings for machines: a line each, or JSON values."""

from __future__ import annotations

from cnndsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from cnndsl.diagnostics.excerpt import visible
from cnndsl.source import Span

Json = dict[str, object]


def concise(diagnostic: Diagnostic) -> str:
    """``resnet.cnn:12:5: error[E0401]: cannot add ...``."""
    line, column = _position(diagnostic.span, diagnostic.span.start)
    name = visible(diagnostic.span.source.name)
    return f"{name}:{line}:{column}: {diagnostic.severity}[{diagnostic.code}]: {visible(diagnostic.message)}"


def as_json(diagnostic: Diagnostic) -> Json:
    """The documented form. Lines and columns count from 1, in characters; an end is the place after the last one."""
    own = [{"message": diagnostic.label, **_place(diagnostic.span)}] if diagnostic.label else []
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        **_place(diagnostic.span),
        "labels": own + [{"message": label.message, **_place(label.span)} for label in diagnostic.labels],
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
