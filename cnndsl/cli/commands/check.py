"""``cnn check``."""

from __future__ import annotations

import argparse
import sys

from cnndsl.cli.examination import examine
from cnndsl.cli.programs import counted, show
from cnndsl.lints import Selection


def run(options: argparse.Namespace) -> int:
    """Show the findings of every target; status 1 with errors, with ``--strict`` also with warnings."""
    selection = Selection(tuple(options.select), tuple(options.ignore))
    programs = examine(options, lambda target: selection)
    findings = [finding for program in programs for finding in program.findings]
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
