"""Statements of a function body before they are laid out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from cnndsl.backends.torch.layout import wrap


class Assign(NamedTuple):
    """``target = value``. ``optional``: left out where nobody reads the target; ``number``: it is no tensor."""

    target: str
    value: str
    optional: bool = False
    number: bool = False

    @property
    def text(self) -> str:
        """The statement; of a number also ``x += y`` (of a tensor that would write over it)."""
        for sign in ("+", "-", "*", "//") if self.number else ():
            if self.value.startswith(f"{self.target} {sign} "):
                rest = self.value[len(self.target) + len(sign) + 2 :]
                if re.fullmatch(r"[\w.]+", rest) or (sign == "+" and re.fullmatch(r"[\w.]+ \* [\w.]+", rest)):
                    return f"{self.target} {sign}= {rest}"
        return f"{self.target} = {self.value}"


class Nested(NamedTuple):
    """A header and what stands under it."""

    header: str
    body: list[Statement]


Statement = str | Assign | Nested

_WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_STRING = re.compile(r'(?<![\w"])"(?:[^"\\]|\\.)*"')
_TEMPLATE = re.compile(r"\{([^{}]*)\}")


def mentioned(statements: str | Sequence[Statement]) -> set[str]:
    """The names, and the dotted names, that statements read or set."""
    if isinstance(statements, str):
        text = statements
        for template in re.findall(r'(?<!\w)f"((?:[^"\\]|\\.)*)"', statements):
            text += " " + " ".join(_TEMPLATE.findall(template))
        text = _STRING.sub("", re.sub(r'(?<!\w)f"(?:[^"\\]|\\.)*"', "", text))
        found = set(_WORD.findall(text))
        return found | {word.split(".")[0] for word in found} | {".".join(word.split(".")[:2]) for word in found}
    out: set[str] = set()
    for statement in statements:
        if isinstance(statement, Nested):
            out |= mentioned(statement.header) | mentioned(statement.body)
        elif isinstance(statement, Assign):
            out |= mentioned(statement.value) | mentioned(statement.target)
        else:
            out |= mentioned(statement)
    return out


def reads(statements: Sequence[Statement]) -> set[str]:
    """The names that statements read: targets of plain assignments do not count."""
    out: set[str] = set()
    for statement in statements:
        if isinstance(statement, Nested):
            out |= mentioned(statement.header) | reads(statement.body)
        elif isinstance(statement, Assign):
            out |= mentioned(statement.value)
            if not re.fullmatch(r"\w+", statement.target):
                out |= mentioned(statement.target)
        else:
            out |= mentioned(statement)
    return out


def prune(statements: list[Statement]) -> list[Statement]:
    """Without optional assignments that nothing after them reads."""
    while True:
        read = reads(statements)
        kept = _without(statements, read)
        if kept == statements:
            return kept
        statements = kept


def _without(statements: Sequence[Statement], read: set[str]) -> list[Statement]:
    out: list[Statement] = []
    for statement in statements:
        if isinstance(statement, Assign) and statement.optional and statement.target not in read:
            continue
        if isinstance(statement, Nested):
            statement = Nested(statement.header, _without(statement.body, read))
        out.append(statement)
    return out


def render(statements: Sequence[Statement], indent: int) -> list[str]:
    """Lines of Python."""
    out: list[str] = []
    for statement in statements:
        if isinstance(statement, Nested):
            if statement.body:
                out += wrap(statement.header + ":", indent)
                out += render(statement.body, indent + 4)
        else:
            out += wrap(statement.text if isinstance(statement, Assign) else statement, indent)
    return out
