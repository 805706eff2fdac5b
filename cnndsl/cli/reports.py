"""What a check prints, in the form that was asked for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cnndsl.cli.programs import counted, show
from cnndsl.diagnostics import Diagnostic, Examined

if TYPE_CHECKING:
    from cnndsl.diagnostics.sarif import Page


def report(programs: Sequence[Examined], options: argparse.Namespace) -> int:
    """Print what was found; the exit status. What machines read is all that there is on the standard output."""
    findings = [finding for program in programs for finding in program.findings]
    if options.format == "full":
        show(findings, sys.stdout)
        print(_summary(programs, findings))
    else:
        sys.stdout.write(_formatted(programs, findings, options))
    return status(programs, options)


def status(programs: Sequence[Examined], options: argparse.Namespace) -> int:
    """The exit status for what was found."""
    failing = ("error", "warning") if options.strict else ("error",)
    return int(any(finding.severity in failing for program in programs for finding in program.findings))


def _summary(programs: Sequence[Examined], findings: Sequence[Diagnostic]) -> str:
    """``checked 12 files: 2 errors, 1 warning; 1 can be fixed with --fix``; of one program its name."""
    files = len({program.file for program in programs})
    what = _printable(programs[0].name) if len(programs) == 1 else f"checked {files} file{'s' if files != 1 else ''}"
    safe = sum(any(fix.safe for fix in finding.fixes) for finding in findings)
    return f"{what}: {counted(findings)}" + (f"; {safe} can be fixed with --fix" if safe else "")


def _printable(name: str) -> str:
    if name.isascii() and name.isprintable():
        return name
    from cnndsl.diagnostics.excerpt import visible

    return visible(name)


def _formatted(programs: Sequence[Examined], findings: Sequence[Diagnostic], options: argparse.Namespace) -> str:
    from cnndsl.diagnostics import formats

    if options.format in ("concise", "github"):
        line = formats.concise if options.format == "concise" else formats.github
        return "".join(f"{line(finding)}\n" for finding in findings)
    if options.format == "junit":
        from cnndsl.diagnostics.junit import junit

        return junit(programs, options.strict)
    import json

    if options.format == "json":
        return json.dumps([formats.as_json(finding) for finding in findings], indent=2) + "\n"
    import cnndsl
    from cnndsl.diagnostics.sarif import sarif

    return json.dumps(sarif(programs, _page, cnndsl.__version__), indent=2) + "\n"


def _page(code: str) -> Page:
    """What ``cnn explain`` says of a code, without the examples."""
    from cnndsl.diagnostics import pages
    from cnndsl.diagnostics.codes import TITLES
    from cnndsl.diagnostics.sarif import Page

    if code in TITLES:
        return Page(TITLES[code], _joined(pages.find(code).text))
    from cnndsl import lints
    from cnndsl.lints.page import page

    text = _joined(page(lints.find(code)).text)
    return Page(text.partition("\n")[0].removesuffix("."), text)


def _joined(text: str) -> str:
    """Paragraphs of which each is one line."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))
