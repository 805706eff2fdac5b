"""What a sequence is made of, and how that is registered: as arguments, as a list, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cnndsl.backends.torch.context import CannotShare, Context
from cnndsl.backends.torch.keys import is_attribute, registration
from cnndsl.backends.torch.statements import Assign, Nested, Statement, mentioned


class Module(NamedTuple):
    """One module of a sequence. ``key`` is Python text of its name where it has one, ``place`` of its number."""

    text: str
    key: str | None
    place: str | None


class Repeated(NamedTuple):
    """Modules made by a loop."""

    header: Callable[[set[str]], str]
    body: list[Element]


class Chosen(NamedTuple):
    """Modules that are there under a condition."""

    condition: str
    body: list[Element]


class Carry(NamedTuple):
    """A variable that carries the channels from one iteration to the next."""

    name: str
    value: str


class Inner(NamedTuple):
    """A group inside the sequence: its elements; ``key`` and ``place`` as a module's."""

    body: list[Element]
    key: str | None
    place: str | None


Element = Module | Repeated | Chosen | Carry | Inner


def expressions(elements_: Sequence[Element]) -> list[str] | None:
    """The sequence as arguments of one call; None where it needs statements."""
    out = []
    for element in elements_:
        match element:
            case Module(text, None, _):
                out.append(text)
            case Inner(body, None, _) if (inner := expressions(body)) is not None:
                out.append(f"nn.Sequential({', '.join(inner)})")
            case Repeated(head, body) if (inner := expressions(body)) is not None and len(inner) == 1:
                if inner[0].startswith("*"):
                    return None
                out.append(f"*({inner[0]} {head(mentioned(inner[0]))})")
            case _:
                return None
    return out


def has_keys(elements_: Sequence[Element]) -> bool:
    """Whether some module of the sequence has a name of its own."""
    for element in elements_:
        match element:
            case Module(_, key, _) | Inner(_, key, _) if key is not None:
                return True
            case Repeated(_, body) | Chosen(_, body) if has_keys(body):
                return True
    return False


def build(context: Context, made: Sequence[Element], out: list[Statement], target: str) -> str:
    """The constructor of the sequence; what it needs before goes to ``out``. ``target`` is where it will be kept."""
    if has_keys(made):
        out.append(Assign(target, "nn.Sequential()"))
        fill(context, made, out, target)
        return target
    inner = expressions(made)
    if inner is not None:
        return f"nn.Sequential({', '.join(inner)})"
    word = target.rpartition(".")[2]
    layers = context.local(word if word.isidentifier() else "layers")
    out.append(f"{layers}: list[nn.Module] = []")
    extend(context, made, out, layers)
    return f"nn.Sequential(*{layers})"


def fill(context: Context, made: Sequence[Element], out: list[Statement], target: str) -> None:
    """Statements that register named modules on ``target``."""
    for element in made:
        match element:
            case Carry(variable, value):
                out.append(Assign(variable, value, number=True))
            case Module(text, name, number):
                out.append(registration(target, _known(context, name or number), text))
            case Inner(body, name, number):
                key = _known(context, name or number)
                place = f"{target}.{key[1:-1]}" if is_attribute(key) else ""
                text = build(context, body, out, place or context.local("group"))
                if text != place:
                    out.append(registration(target, key, text))
            case Repeated(head, body):
                inside: list[Statement] = []
                fill(context, body, inside, target)
                out.append(Nested(head(mentioned(inside)), inside))
            case Chosen(condition, body):
                inside = []
                fill(context, body, inside, target)
                out.append(Nested(f"if {condition}", inside))


def _known(context: Context, key: str | None) -> str:
    if key is None:
        raise CannotShare(context.loops[-1] if context.loops else None)
    return key


def extend(context: Context, made: Sequence[Element], out: list[Statement], layers: str) -> None:
    """Statements that append modules to the list ``layers``."""
    pending: list[str] = []

    def flush() -> None:
        if len(pending) == 1:
            out.append(f"{layers}.append({pending[0]})")
        elif pending:
            out.append(f"{layers} += [{', '.join(pending)}]")
        pending.clear()

    for element in made:
        match element:
            case Module(text):
                pending.append(text)
                continue
            case Inner(body):
                before: list[Statement] = []
                text = build(context, body, before, context.local("group"))
                if before:
                    flush()
                out.extend(before)
                pending.append(text)
                continue
            case _:
                flush()
        match element:
            case Carry(variable, value):
                out.append(Assign(variable, value, number=True))
            case Repeated(head, body):
                inside: list[Statement] = []
                extend(context, body, inside, layers)
                out.append(Nested(head(mentioned(inside)), inside))
            case Chosen(condition, body):
                inside = []
                extend(context, body, inside, layers)
                out.append(Nested(f"if {condition}", inside))
    flush()
