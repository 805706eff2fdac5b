"""Where a body mentions a name."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.syntax import tree


def uses(part: object, name: str) -> Iterator[bool]:
    """Uses of a name under ``part``: whether each is the whole of an argument of a step."""
    match part:
        case tree.Expect() | tree.Require() | tree.Output(chain=None):
            return
        case tree.Output(chain=chain):
            yield from uses(chain, name)
        case tree.Apply(_, call, branches):
            for argument in call.arguments:
                if isinstance(argument.value, tree.Name) and argument.value.id == name:
                    yield True
                else:
                    yield from (False for _ in mentions(argument.value, name))
            yield from uses(branches, name)
        case tree.Name(id):
            if id == name:
                yield False
        case tuple():
            for inner in part:
                if isinstance(inner, tuple):
                    yield from uses(inner, name)


def mentions(part: object, name: str) -> Iterator[bool]:
    """One item for each time that a name stands under ``part``."""
    if isinstance(part, tree.Name) and part.id == name:
        yield True
    elif isinstance(part, tree.Call):
        for argument in part.arguments:
            yield from mentions(argument.value, name)
    elif isinstance(part, tuple):
        for inner in part:
            yield from mentions(inner, name)
