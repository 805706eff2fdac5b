"""The syntax tree. Every node is immutable and knows its span."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, Self, dataclass_transform

from cnndsl.source import Source, Span

if TYPE_CHECKING:
    # mypy compares tuple types item by item, and never ends where they hold one another: it shall see plain classes.
    @dataclass_transform(frozen_default=True)
    class Tree:
        """A node."""

        def _replace(self, **values: Any) -> Self:
            """The same with other values."""

        def __iter__(self) -> Iterator[Any]:
            """The values in order."""
else:
    Tree = NamedTuple

# Expressions


class Literal(Tree):
    """``64_000``, ``1e-3``, ``true``, ``none``, ``"fan_out"``."""

    value: int | float | bool | str | None
    span: Span


class Size(Tree):
    """``3x3``, ``3x224x224``."""

    sizes: tuple[int, ...]
    span: Span


class Template(Tree):
    """Text with ``{expression}`` in it: ``layer{i + 1}``. Also every label: one part then."""

    parts: tuple[str | Expression, ...]
    span: Span


class Name(Tree):
    """A name; ``in`` and ``it`` are names too."""

    id: str
    span: Span


class Attribute(Tree):
    """``in.channels``."""

    value: Expression
    name: Name
    span: Span


class Index(Tree):
    """``widths[i]``."""

    value: Expression
    place: Expression
    span: Span


class List(Tree):
    """``[64, 128]``."""

    items: tuple[Expression, ...]
    span: Span


class Comprehension(Tree):
    """``[2 * w for w in widths if w > 64]``."""

    element: Expression
    targets: tuple[Name, ...]
    iterable: Expression
    condition: Expression | None
    span: Span


class Unary(Tree):
    """``-x``, ``not x``."""

    operator: str
    operand: Expression
    span: Span


class Binary(Tree):
    """Arithmetic, comparison (``in`` and ``not in`` too), ``and``, ``or``: the operator as written."""

    operator: str
    left: Expression
    right: Expression
    span: Span


class Conditional(Tree):
    """``a if test else b``."""

    test: Expression
    then: Expression
    otherwise: Expression
    span: Span


class Argument(Tree):
    """``64`` or ``stride=2``."""

    name: Name | None
    value: Expression
    span: Span


class Call(Tree):
    """``conv(64, 7x7, stride=2)``; a bare ``relu`` is a call without arguments and without parentheses."""

    callee: Name
    arguments: tuple[Argument, ...]
    span: Span
    parentheses: bool = True


Expression = (
    Literal | Size | Template | Name | Attribute | Index | List | Comprehension | Unary | Binary | Conditional | Call
)

# Steps: what stands in a body


class Apply(Tree):
    """A call in the flow. With ``branches`` it joins them: ``concat { ... }``."""

    label: Template | None
    call: Call
    branches: Body | None
    span: Span


class Group(Tree):
    """``features: { ... }`` and ``{ ... }``; also ``label: residual { ... }``, whose body is that one step."""

    label: Template | None
    body: Body
    span: Span


class Repeat(Tree):
    """``repeat n { ... }``."""

    times: Expression
    body: Body
    span: Span


class For(Tree):
    """``for i, w in enumerate(widths) { ... }``."""

    targets: tuple[Name, ...]
    iterable: Expression
    body: Body
    span: Span


class If(Tree):
    """``if c { ... } else if d { ... } else { ... }``: arms of a test and a body."""

    arms: tuple[tuple[Expression, Body], ...]
    otherwise: Body | None
    span: Span


class With(Tree):
    """``with conv(bias=false) { ... }`` inside a body."""

    defaults: tuple[Call, ...]
    body: Body
    span: Span


class Residual(Tree):
    """``residual { ... } shortcut { ... }``."""

    body: Body
    shortcut: Body | None
    span: Span


class Dense(Tree):
    """``dense { ... }``."""

    body: Body
    span: Span


class From(Tree):
    """``from backbone.layer3``: the dotted parts."""

    path: tuple[Template, ...]
    span: Span


class Let(Tree):
    """``let w = 64 * 2 ** i``, in a body or a file."""

    name: Name
    value: Expression
    span: Span


class Shared(Tree):
    """``shared head = block(...)``."""

    name: Name
    call: Call
    span: Span


class InputAxis(Tree):
    """``3`` or ``H=224`` in an input's shape."""

    symbol: Name | None
    size: Expression
    span: Span


class Input(Tree):
    """``input image: [3, H=224, W=224]``."""

    name: Name
    axes: tuple[InputAxis, ...]
    span: Span


class Output(Tree):
    """``output logits: [classes]``, ``output aux when training: from x -> head``: a shape or a chain or neither."""

    name: Template
    training: bool
    shape: List | None
    chain: Line | None
    span: Span


class Init(Tree):
    """``init conv(weight=kaiming_normal(mode="fan_out")), linear(bias=0)``."""

    calls: tuple[Call, ...]
    span: Span


class Expect(Tree):
    """``expect params == 25_557_032``."""

    condition: Expression
    span: Span


class Require(Tree):
    """``require c % g == 0, "groups {g} must divide {c} channels"``."""

    condition: Expression
    message: Template | None
    span: Span


Step = (
    Apply
    | Group
    | Repeat
    | For
    | If
    | With
    | Residual
    | Dense
    | From
    | Let
    | Shared
    | Input
    | Output
    | Init
    | Expect
    | Require
)


class Line(Tree):
    """Steps joined by ``->`` (also across lines): the unit of a branch. A declaration is a line of its own."""

    steps: tuple[Step, ...]
    span: Span


class Body(Tree):
    """``{ ... }``."""

    lines: tuple[Line, ...]
    doc: str | None
    span: Span


# Definitions: what stands in a file


class Parameter(Tree):
    """``width: int = 64``. ``type.id``: int, float, bool, str, size, block, tensor, or such a type in ``[ ]``."""

    name: Name
    type: Name | None
    default: Expression | None
    span: Span


class Definition(Tree):
    """``block``/``network`` with parameters, and a body, or a call and perhaps a body of facts."""

    keyword: str
    name: Name
    parameters: tuple[Parameter, ...]
    call: Call | None
    body: Body | None
    doc: str | None
    span: Span


class Import(Tree):
    """``import resnet: bottleneck, resnet``; without names, everything."""

    module: Name
    names: tuple[Name, ...]
    span: Span


class WithDefinitions(Tree):
    """``with conv(bias=false) { ... }`` around definitions."""

    defaults: tuple[Call, ...]
    items: tuple[Item, ...]
    span: Span


Item = Definition | Import | Let | WithDefinitions


class File(Tree):
    """A whole file: the items that are free of slips, and the names that the others define.

    To use a name of ``unread`` is no second mistake; ``*`` there means that any name may be missing.
    """

    source: Source
    doc: str | None
    items: tuple[Item, ...]
    unread: frozenset[str] = frozenset()
