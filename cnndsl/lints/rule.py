"""What a lint rule is: a class with a page (its docstring) and a check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal, NamedTuple

from cnndsl.diagnostics.diagnostic import Fix, Label
from cnndsl.graph import Graph, Step
from cnndsl.lints.subject import Subject
from cnndsl.source import Span
from cnndsl.syntax import tree

Group = Literal["default", "design", "performance"]


class Finding(NamedTuple):
    """Something that a rule found; the fixes are tried by the compiler before they are shown.

    ``step`` is the step of which it is true: findings at several uses of one line of the text become one, which says
    how many there are. None: it is true of the text.
    """

    message: str
    span: Span
    label: str = ""
    labels: tuple[Label, ...] = ()
    help: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    step: Step | None = None
    notes: tuple[str, ...] = ()


class Rule:
    """Base of all rules. The docstring is the page: what, why, ``Example:``, ``Instead:``.

    A rule looks at networks one by one, or at a file with all its networks. It is called as its module is, which
    stands in the folder of its group: ``default/bias_before_norm.py`` is ``bias-before-norm``.
    """

    name: ClassVar[str]
    """How it is spoken of, so that "allow NAME" reads well."""
    group: ClassVar[Group]
    everywhere: ClassVar[bool] = False
    """Whether a finding counts only where it is true of all uses of its line, in all networks of the file."""

    def __init_subclass__(cls) -> None:
        _, group, module = cls.__module__.rsplit(".", 2)
        cls.name = module.replace("_", "-")
        cls.group = group  # type: ignore[assignment]  # the name of a folder

    def check(self, subject: Subject) -> Iterator[Finding]:
        """What is found in a network."""
        return iter(())

    def check_file(self, file: tree.File, networks: Mapping[str, Graph]) -> Iterator[Finding]:
        """What is found in a file without errors."""
        return iter(())
