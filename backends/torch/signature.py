"""Constructor arguments as a signature has them, and docstrings."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import cleandoc
from typing import Any

from cnndsl.backends.torch.code import same
from cnndsl.backends.torch.expressions import escaped
from cnndsl.backends.torch.plan import Parameter
from cnndsl.backends.torch.spelling import listed, literal


def ordered(parameters: Sequence[Parameter], words: Sequence[str]) -> list[Parameter]:
    """The channels first, then those that a caller must give, then those with a default; else as in ``words``."""

    for parameter in parameters:
        if not usual(parameter):
            parameter.default = None

    def place(parameter: Parameter) -> tuple[bool, bool, int]:
        index = words.index(parameter.source) if parameter.source in words else len(words)
        return parameter.default is not None, parameter.source != "channels", index

    return sorted(parameters, key=place)


def usual(parameter: Parameter) -> bool:
    """Whether some use has the default."""
    return parameter.default is not None and any(same(v, parameter.default) for v in parameter.values.values())


def declared(parameter: Parameter) -> str:
    """``stride: int = 1``."""
    text = f"{parameter.name}: {hint(list(parameter.values.values()), parameter.size)}"
    if isinstance(parameter.default, tuple) and not parameter.size:
        kind = ", ".join(["int"] * len(parameter.default))
        return f"{parameter.name}: tuple[{kind}] = {listed(parameter.default)}"
    return text if parameter.default is None else f"{text} = {literal(parameter.default)}"


def hint(values: Sequence[Any], size: bool = False) -> str:
    """The type of an argument from its values; a ``size`` is a number or a pair."""
    found = sorted({_size(value) if size else _type(value) for value in values})
    if "float" in found and "int" in found:
        found.remove("int")
    return " | ".join(found)


def _size(value: Any) -> str:
    return "tuple[int, int]" if isinstance(value, tuple) and value[0] != value[-1] else "int"


def _type(value: Any) -> str:
    if isinstance(value, tuple):
        inner = sorted({_type(item) for item in value}) or ["int"]
        return f"list[{' | '.join(inner)}]"
    return "None" if value is None else type(value).__name__


def docstring(text: str | None, indent: int) -> list[str]:
    """A docstring with everything escaped that would end it."""
    if not text or not text.strip():
        return []
    rows = [row.rstrip() for row in cleandoc(text).split("\n")]
    rows = [escaped(row).replace('\\"', '"').replace('"""', '\\"\\"\\"') for row in rows]
    if rows[0].startswith('"'):
        rows[0] = f" {rows[0]}"
    if rows[-1].endswith('"'):
        rows[-1] = rows[-1][:-1] + '\\"'
    pad = " " * indent
    if len(rows) == 1:
        return [f'{pad}"""{rows[0]}"""']
    return [f'{pad}"""{rows[0]}', *(f"{pad}{row}" if row else "" for row in rows[1:]), f'{pad}"""']
