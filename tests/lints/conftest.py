"""What the tests of lint share: warnings of a text, by line."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from cnndsl.compiler import check
from cnndsl.diagnostics import Diagnostic
from cnndsl.lints import Selection
from cnndsl.source import Source
from cnndsl.workspace.imports import Reader

Linted = Callable[..., list[Diagnostic]]


@pytest.fixture(scope="session")
def linted() -> Linted:
    """``linted(text, select=(...), ignore=(...), other="text of other.cnn")``: the warnings, their fixes tried."""

    def run(
        text: str, select: tuple[str, ...] = (), ignore: tuple[str, ...] = (), network: str | None = None, **files: str
    ) -> list[Diagnostic]:
        sources = {name: Source(f"{name}.cnn", dedent(content)) for name, content in files.items()}
        main = Source("main.cnn", dedent(text))
        bundled = Reader(main, "")
        checked = check(
            main,
            lambda name, importer: sources.get(name) or bundled(name, importer),
            network,
            lint=Selection(select, ignore),
            fixes=True,
        )
        errors = [one.message for one in checked.findings if one.severity == "error"]
        assert not errors
        return checked.findings

    return run
