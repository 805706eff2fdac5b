"""What a lint rule is: a class with a name, a page (its docstring) and a check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal, NamedTuple

from cnndsl.diagnostics.diagnostic import Fix, Label
from cnndsl.graph import Graph
from cnndsl.lints.subject import Subject
from cnndsl.source import Span
from cnndsl.syntax import tree

Group = Literal["default", "design", "performance"]


class Finding(NamedTuple):
    """Something that a rule found; the fixes are tried by the compiler before they are shown."""

    message: str
    span: Span
    label: str = ""
    labels: tuple[Label, ...] = ()
    help: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()


class Rule:
    """Base of all rules. The docstring is the page: what, why, ``Example:``, ``Instead:``.

    A rule looks at networks one by one, or at a file with all its networks.
    """

    name: ClassVar[str]
    """How it is spoken of, so that "allow NAME" reads well."""
    group: ClassVar[Group] = "default"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """What is found in a network without errors."""
        return iter(())

    def check_file(self, file: tree.File, networks: Mapping[str, Graph]) -> Iterator[Finding]:
        """What is found in a file without errors."""
        return iter(())
