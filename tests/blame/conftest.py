"""What the tests of blame share: a body as a network, and what is found in it."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from cnndsl.compiler import check
from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.source import Source

Find = Callable[[str], list[Diagnostic]]


@pytest.fixture(scope="session")
def find() -> Find:
    """The errors of a program."""

    def run(text: str) -> list[Diagnostic]:
        source = Source("main.cnn", dedent(text).lstrip("\n"))
        found = check(source, lambda name, importer: None).findings
        return [finding for finding in found if finding.severity == "error"]

    return run


@pytest.fixture(scope="session")
def only(find: Find) -> Callable[[str], Diagnostic]:
    """The single error of a program."""

    def run(text: str) -> Diagnostic:
        (found,) = find(text)
        return found

    return run
