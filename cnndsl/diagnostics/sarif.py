"""Findings as SARIF 2.1.0, the interchange format of static analysis (OASIS Standard, 2020, errata 01)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple
from urllib.parse import quote

from cnndsl.diagnostics.diagnostic import Diagnostic, Edit, Examined, Fix
from cnndsl.diagnostics.excerpt import visible
from cnndsl.diagnostics.formats import Json
from cnndsl.source import Source, Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


class Page(NamedTuple):
    """What is said of a code in general: its title, and paragraphs of text."""

    title: str
    text: str


def sarif(programs: Sequence[Examined], describe: Callable[[str], Page], version: str) -> Json:
    """One run with a rule for every code that was found."""
    findings = [finding for program in programs for finding in program.findings]
    codes = sorted({finding.code for finding in findings})
    levels = {finding.code: finding.severity for finding in findings}
    rules = [_rule(code, describe(code), levels[code]) for code in codes]
    driver = {"name": "cnn check", "semanticVersion": version, "rules": rules}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "invocations": [{"executionSuccessful": True}],
                "artifacts": [
                    {"location": _artifact(name), "roles": ["analysisTarget"]}
                    for name in dict.fromkeys(program.file for program in programs)
                ],
                "results": [_result(finding, codes.index(finding.code)) for finding in findings],
            }
        ],
    }


def _rule(code: str, page: Page, level: str) -> Json:
    return {
        "id": code,
        "shortDescription": _message(page.title),
        "fullDescription": _message(page.text),
        "help": _message(f"{page.text}\n\n`cnn explain {code}` shows an example."),
        "defaultConfiguration": {"level": level},
    }


def _result(finding: Diagnostic, rule: int) -> Json:
    remarks = [*(f"note: {text}" for text in finding.notes), *(f"help: {text}" for text in finding.help)]
    location = {"physicalLocation": _place(finding.span)}
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity,
        "message": _message("\n".join(map(visible, (finding.message, *remarks)))),
        "locations": [{**location, "message": _message(visible(finding.label))} if finding.label else location],
    }
    if finding.labels:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _place(label.span), "message": _message(visible(label.message))}
            for number, label in enumerate(finding.labels, 1)
        ]
    if finding.fixes:
        result["fixes"] = [_fix(fix) for fix in finding.fixes]
    return result


def _fix(fix: Fix) -> Json:
    changes = [
        {"artifactLocation": _artifact(source.name), "replacements": [_replacement(edit) for edit in edits]}
        for source, edits in _by_source(fix.edits)
    ]
    return {
        "description": _message(visible(fix.title)),
        "artifactChanges": changes,
        "properties": {"safe": fix.safe},
    }


def _by_source(edits: Iterable[Edit]) -> Iterable[tuple[Source, list[Edit]]]:
    found: dict[Source, list[Edit]] = {}
    for edit in sorted(edits, key=lambda edit: edit.span.start):
        found.setdefault(edit.span.source, []).append(edit)
    return found.items()


def _replacement(edit: Edit) -> Json:
    return {"deletedRegion": _region(edit.span), **({"insertedContent": {"text": edit.text}} if edit.text else {})}


def _place(span: Span) -> Json:
    """Of a file that was not read there is no region."""
    region = {"region": _region(span)} if span.source.text else {}
    return {"artifactLocation": _artifact(span.source.name), **region}


def _region(span: Span) -> Json:
    """Counted from 1; the end is the place after the last character."""
    length = len(span.source.text)
    line, column = span.source.position(min(span.start, length))
    end_line, end_column = span.source.position(min(span.end, length))
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _artifact(name: str) -> Json:
    """Relative to the folder in which the check runs; a path that leads out of it is absolute."""
    path = os.path.normpath(name)
    if os.path.isabs(path) or path.split(os.sep)[0] == os.pardir:
        return {"uri": "file://" + quote(os.fsencode(os.path.abspath(path).replace(os.sep, "/")))}
    return {"uri": quote(os.fsencode(path.replace(os.sep, "/")))}


def _message(text: str) -> Json:
    """Braces would be taken for placeholders (3.11.5), brackets before a parenthesis for a link (3.11.6)."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}
