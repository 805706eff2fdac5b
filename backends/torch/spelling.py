"""How PyTorch spells an operation.

``spell`` is open: each family has a module that registers its operations. What a spelling must know of the place
where it is written (the text of a field, the size of an input) it asks of a ``Say``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from importlib import import_module
from typing import Any, NamedTuple, Protocol

from cnndsl.ops.operation import Operation
from cnndsl.shape import Shape


class Say(Protocol):
    """What is known where an operation is written."""

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes of the operands, at one of its uses."""

    @property
    def inplace(self) -> bool:
        """Whether it may write over its input."""

    def __call__(self, field: str) -> str:
        """Python text of a field's value: a constant, or an expression where it varies between uses."""

    def items(self, field: str) -> list[str]:
        """Python texts of the elements of a list."""

    def default(self, field: str) -> bool:
        """Whether the field always has the operation's default, and so need not be written."""

    def size(self, axis: int) -> str:
        """Python text of a size of the first operand; axis 0 is C."""


class Spelling(NamedTuple):
    """The texts of an operation.

    ``module``: the constructor of what is registered; None: nothing is. ``call``: how ``forward`` uses it where that
    is not ``{module}({0})``. ``function``: a form that needs no module, for a step that has no name. In a template
    ``{module}`` stands for the module, ``{0}`` and ``{1}`` for operands, ``{*}`` for all of them with commas between;
    no operand stands twice, and one that is not a name needs parentheses. ``support``: a class or function, named by
    the other texts, that the file needs once; it uses ``torch``, ``Tensor``, ``nn`` and ``F``.
    """

    module: str | None = None
    call: str | None = None
    function: str | None = None
    support: str = ""


_FAMILIES = ("layers", "activations", "maps", "shapes", "learned")


@singledispatch
def spell(operation: Operation, say: Say) -> Spelling:
    """How PyTorch spells ``operation``; the first call registers the families."""
    for family in _FAMILIES:
        import_module(f"cnndsl.backends.torch.spelling_{family}")
    registered = spell.dispatch(type(operation))
    if registered is spell.dispatch(Operation):
        raise NotImplementedError(operation.name)
    return registered(operation, say)


class Constants:
    """A ``Say`` for a single use: every text is a literal."""

    def __init__(self, operation: Operation, shapes: tuple[Shape, ...], inplace: bool = False) -> None:
        self.operation = operation
        self.shapes = shapes
        self.inplace = inplace

    def __call__(self, field: str) -> str:
        """The value of the field."""
        return literal(shortest(self.operation.signature[field].kind, getattr(self.operation, field)))

    def items(self, field: str) -> list[str]:
        """Python texts of the elements of a list."""
        return [literal(value) for value in getattr(self.operation, field)]

    def default(self, field: str) -> bool:
        """Whether the field has the operation's default."""
        return bool(getattr(self.operation, field) == self.operation.signature[field].default)

    def size(self, axis: int) -> str:
        """The size of the first operand along ``axis``."""
        return str(self.shapes[0].sizes[axis])


def shortest(kind: str, value: Any) -> Any:
    """The value of a field of ``kind``; one number where that stands for three axes."""
    return value[0] if kind.startswith("Triple") and isinstance(value, tuple) and len(set(value)) == 1 else value


def literal(value: object) -> str:
    """Python text of an argument: a size that is the same along all axes is one number."""
    if isinstance(value, tuple):
        if len(set(value)) == 1 and len(value) < 3:
            return literal(value[0])
        return listed(value)
    if isinstance(value, str):
        escaped = value.encode("unicode_escape").decode("ascii").replace('"', '\\"')
        return f'"{escaped}"'
    return repr(value)


def listed(values: Sequence[object]) -> str:
    """Python text of a tuple, element by element."""
    return f"({', '.join(map(literal, values))}{',' if len(values) == 1 else ''})"


def dims(axes: Sequence[int]) -> str:
    """Python text of axes that are counted without the batch: one number, or a list."""
    numbers = [str(axis + 1) for axis in axes]
    return numbers[0] if len(numbers) == 1 else f"[{', '.join(numbers)}]"


def call(function: str, *positional: str, **keywords: str | None) -> str:
    """``function(positional, keyword=text)``; a keyword whose text is None is left out."""
    named = [f"{name}={text}" for name, text in keywords.items() if text is not None]
    return f"{function}({', '.join([*positional, *named])})"


def written(say: Say, *fields: str) -> dict[str, str | None]:
    """The texts of ``fields``, None for one that has its default."""
    return {field: None if say.default(field) else say(field) for field in fields}
