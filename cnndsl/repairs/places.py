"""Where a call, an input or a join of a checked file stands: its step, its line, its body, its definition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cnndsl.source import Span
from cnndsl.syntax import tree
from cnndsl.syntax.definitions import definitions


class Place(NamedTuple):
    """A step of a file. ``call`` is what it applies, for a ``shared`` what it shares; None: an input or a join."""

    step: tree.Step
    line: tree.Line
    body: tree.Body
    definition: tree.Definition
    call: tree.Call | None

    @property
    def label(self) -> str | None:
        """What the author calls the step, where that is fixed."""
        template: tree.Template | None = getattr(self.step, "label", None)
        only = template.parts[0] if template is not None and len(template.parts) == 1 else None
        return only if isinstance(only, str) else None


class Places:
    """The steps of a file by where they begin; a definition is gone through when somebody asks for a step of it."""

    def __init__(self, file: tree.File) -> None:
        self.file = file
        self._definitions = list(definitions(file.items))
        self._calls: dict[int, dict[int, Place]] = {}

    def find(self, span: Span) -> Place | None:
        """The step whose call, word or declaration begins at ``span``; None where another file has it."""
        if span.source is not self.file.source:
            return None
        for definition in self._definitions:
            if definition.span.start <= span.start < definition.span.end:
                known = self._calls.get(definition.span.start)
                if known is None:
                    known = self._calls[definition.span.start] = dict(_places(definition))
                return known.get(span.start)
        return None

    def definition(self, name: str) -> tree.Definition | None:
        """The definition of this name."""
        return next((one for one in self._definitions if one.name.id == name), None)


def _places(definition: tree.Definition) -> Iterator[tuple[int, Place]]:
    if definition.call is not None:
        line = tree.Line((), definition.call.span)
        body = tree.Body((), None, definition.call.span)
        alias = tree.Apply(None, definition.call, None, definition.call.span)
        yield definition.call.span.start, Place(alias, line, body, definition, definition.call)
    pending = [definition.body] if definition.body is not None else []
    while pending:
        body = pending.pop()
        for line in body.lines:
            for step in line.steps:
                call = getattr(step, "call", None)
                start = call.span.start if call is not None else step.span.start
                yield start, Place(step, line, body, definition, call)
                pending += inner(step)
                chain = getattr(step, "chain", None)
                if chain is not None:
                    pending.append(tree.Body((chain,), None, chain.span))


def inner(step: tree.Step) -> list[tree.Body]:
    """The bodies in a step."""
    if isinstance(step, tree.If):
        bodies: list[tree.Body | None] = [*(body for _, body in step.arms), step.otherwise]
    else:
        bodies = [getattr(step, name, None) for name in ("body", "branches", "shortcut")]
    return [body for body in bodies if body is not None]
