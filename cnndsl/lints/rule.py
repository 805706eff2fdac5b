"""What a lint rule is: a class with a page (its docstring) and a check."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import ClassVar, Literal, NamedTuple

from cnndsl.diagnostics.diagnostic import Fix, Label
from cnndsl.graph import Step
from cnndsl.lints.subject import Subject
from cnndsl.source import Span
from cnndsl.syntax import tree

Elsewhere = Callable[[], Collection[str]]
"""Names that other files use, looked up only when somebody asks."""

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
    least: ClassVar[Literal["line", "call", "use"]] = "use"
    """Of what a finding must be true to be told: of all uses of its line in the networks of the file, else of all of a
    call of the block that the line stands in, else of a single use."""

    def __init_subclass__(cls) -> None:
        _, group, module = cls.__module__.rsplit(".", 2)
        cls.name = module.replace("_", "-")
        cls.group = group  # type: ignore[assignment]  # the name of a folder

    def check(self, subject: Subject) -> Iterator[Finding]:
        """What is found in a network."""
        return iter(())

    def check_file(self, file: tree.File, elsewhere: Elsewhere) -> Iterator[Finding]:
        """What is found in a file without errors; ``elsewhere`` has the names that other files import from it."""
        return iter(())
