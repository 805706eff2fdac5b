"""Findings as a JUnit report: a test case for each program, as Jenkins and GitLab read it."""

from __future__ import annotations

from collections.abc import Sequence

from cnndsl.diagnostics.diagnostic import Diagnostic, Examined
from cnndsl.diagnostics.excerpt import visible
from cnndsl.diagnostics.render import render


def junit(programs: Sequence[Examined], strict: bool) -> str:
    """The report; a test case fails where the check does, otherwise what was found is its output.

    It has one failure at most: both of them read no more.
    """
    cases = [_case(program, [one for one in program.findings if _counts(one, strict)]) for program in programs]
    failures = sum("<failure" in case for case in cases)
    numbers = f'tests="{len(cases)}" failures="{failures}" errors="0"'
    suite = f'<testsuite name="cnn check" {numbers} skipped="0">'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="cnn check" {numbers}>', suite]
    return "\n".join([*lines, *cases, "</testsuite>", "</testsuites>"]) + "\n"


def _counts(finding: Diagnostic, strict: bool) -> bool:
    return finding.severity == "error" or (strict and finding.severity == "warning")


def _case(program: Examined, failing: list[Diagnostic]) -> str:
    start = f'<testcase classname="cnn.check" name={_quoted(program.name)} file={_quoted(program.file)}'
    text = _escaped("\n".join(map(render, program.findings)))
    if failing:
        others = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
        said = f"message={_quoted(failing[0].message + others)} type={_quoted(failing[0].code)}"
        return f"{start}>\n<failure {said}>{text}</failure>\n</testcase>"
    return f"{start}>\n<system-out>{text}</system-out>\n</testcase>" if text else f"{start}/>"


def _quoted(text: str) -> str:
    return '"' + _escaped(visible(text)).replace('"', "&quot;") + '"'


def _escaped(text: str) -> str:
    """Text of XML 1.0, the same in every encoding; what it has no way to say is left out."""
    allowed = "".join(
        one for one in text if one in "\t\n" or " " <= one < "\ud800" or "\ue000" <= one < "\ufffe" or one > "\uffff"
    )
    written = allowed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return written.encode("ascii", "xmlcharrefreplace").decode()
