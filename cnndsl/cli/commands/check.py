"""``cnn check``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from cnndsl.cli.examination import examine
from cnndsl.cli.failure import Failure
from cnndsl.cli.reports import report, status
from cnndsl.diagnostics import Examined
from cnndsl.lints import Selection
from cnndsl.workspace import library
from cnndsl.workspace.importers import imported
from cnndsl.workspace.settings import Settings, SettingsError, suggestion, unknown
from cnndsl.workspace.target import Target


def run(options: argparse.Namespace) -> int:
    """Show the findings of every target; status 1 with errors, with ``--strict`` also with warnings."""
    select, ignore = _names("--select", options.select), _names("--ignore", options.ignore)

    def rules() -> Callable[[Target], Selection]:
        settings = Settings()

        def chosen(target: Target) -> Selection:
            path = target.path or ""
            return Selection(select, ignore, _of_project(settings, path), lambda: imported(path) if path else ())

        return chosen

    def once() -> list[Examined]:
        return examine(options, rules())

    if options.fix or options.diff:
        from cnndsl.cli.fixing import fix

        fix(options, rules())
        if options.diff:
            return status(once(), options)
    if options.watch:
        from cnndsl.cli.watching import watch

        return watch(options, once)
    return report(once(), options)


def _names(option: str, texts: list[str]) -> tuple[str, ...]:
    """The rules and groups of an option, which may be given several times."""
    found = tuple(name.strip() for text in texts for name in text.split(","))
    for name in Selection(found).unknown():
        raise Failure(f"{option}: {unknown(name)}", 2, suggestion(name))
    return found


def _of_project(settings: Settings, path: str) -> Selection | None:
    """What the project of a program says; the library is of no project."""
    if not path or os.path.dirname(path) == library.folder():
        return None
    try:
        return settings(path)
    except SettingsError as problem:
        raise Failure(str(problem), 2, problem.help) from None
