"""``cnn check``."""

from __future__ import annotations

import argparse
import sys

from cnndsl.cli.programs import check_target, counted, show
from cnndsl.diagnostics import Diagnostic


def run(options: argparse.Namespace) -> int:
    """Show the findings of every target."""
    from cnndsl.lints import Selection

    selection = Selection(tuple(options.select), tuple(options.ignore))
    findings: list[Diagnostic] = []
    for text in options.targets:
        for finding in check_target(text, options, selection)[1].findings:
            if finding not in findings:
                findings.append(finding)
    if options.format == "json":
        import json

        from cnndsl.diagnostics.formats import as_json

        print(json.dumps([as_json(finding) for finding in findings], indent=2))
    elif options.format == "concise":
        from cnndsl.diagnostics.formats import concise

        for finding in findings:
            print(concise(finding))
    else:
        show(findings, sys.stdout)
        print(f"{' '.join(options.targets)}: {counted(findings)}")
    return int(any(finding.severity == "error" for finding in findings))
