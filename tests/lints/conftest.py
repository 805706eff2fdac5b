"""What the tests of lint share: warnings of a text, by line."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from cnndsl.compiler import check
from cnndsl.diagnostics import Diagnostic
from cnndsl.lints import Selection
from cnndsl.source import Source

Linted = Callable[..., list[Diagnostic]]


@pytest.fixture(scope="session")
def linted() -> Linted:
    """``linted(text, select=(...), ignore=(...), other="text of other.cnn")``: the warnings, their fixes tried."""

    def run(
        text: str, select: tuple[str, ...] = (), ignore: tuple[str, ...] = (), network: str | None = None, **files: str
    ) -> list[Diagnostic]:
        sources = {name: Source(f"{name}.cnn", dedent(content)) for name, content in files.items()}
        checked = check(
            Source("main.cnn", dedent(text)),
            lambda name, _: sources.get(name),
            network,
            lint=Selection(select, ignore),
            fixes=True,
        )
        errors = [one.message for one in checked.findings if one.severity == "error"]
        assert not errors
        return checked.findings

    return run
