"""The syntax tree. Every node is immutable and knows its span."""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.source import Source, Span

# Expressions


class Literal(NamedTuple):
    """``64_000``, ``1e-3``, ``true``, ``none``, ``"fan_out"``."""

    value: int | float | bool | str | None
    span: Span


class Size(NamedTuple):
    """``3x3``, ``3x224x224``."""

    sizes: tuple[int, ...]
    span: Span


class Template(NamedTuple):
    """Text with ``{expression}`` in it: ``layer{i + 1}``. Also every label: one part then."""

    parts: tuple[str | Expression, ...]
    span: Span


class Name(NamedTuple):
    """A name; ``in`` and ``it`` are names too."""

    id: str
    span: Span


class Attribute(NamedTuple):
    """``in.channels``."""

    value: Expression
    name: Name
    span: Span


class Index(NamedTuple):
    """``widths[i]``."""

    value: Expression
    place: Expression
    span: Span


class List(NamedTuple):
    """``[64, 128]``."""

    items: tuple[Expression, ...]
    span: Span


class Comprehension(NamedTuple):
    """``[2 * w for w in widths if w > 64]``."""

    element: Expression
    targets: tuple[Name, ...]
    iterable: Expression
    condition: Expression | None
    span: Span


class Unary(NamedTuple):
    """``-x``, ``not x``."""

    operator: str
    operand: Expression
    span: Span


class Binary(NamedTuple):
    """Arithmetic, comparison (``in`` and ``not in`` too), ``and``, ``or``: the operator as written."""

    operator: str
    left: Expression
    right: Expression
    span: Span


class Conditional(NamedTuple):
    """``a if test else b``."""

    test: Expression
    then: Expression
    otherwise: Expression
    span: Span


class Argument(NamedTuple):
    """``64`` or ``stride=2``."""

    name: Name | None
    value: Expression
    span: Span


class Call(NamedTuple):
    """``conv(64, 7x7, stride=2)``; a bare ``relu`` is a call without arguments and without parentheses."""

    callee: Name
    arguments: tuple[Argument, ...]
    span: Span
    parentheses: bool = True


Expression = (
    Literal | Size | Template | Name | Attribute | Index | List | Comprehension | Unary | Binary | Conditional | Call
)

# Steps: what stands in a body


class Apply(NamedTuple):
    """A call in the flow. With ``branches`` it joins them: ``concat { ... }``."""

    label: Template | None
    call: Call
    branches: Body | None
    span: Span


class Group(NamedTuple):
    """``features: { ... }`` and ``{ ... }``; also ``label: residual { ... }``, whose body is that one step."""

    label: Template | None
    body: Body
    span: Span


class Repeat(NamedTuple):
    """``repeat n { ... }``."""

    times: Expression
    body: Body
    span: Span


class For(NamedTuple):
    """``for i, w in enumerate(widths) { ... }``."""

    targets: tuple[Name, ...]
    iterable: Expression
    body: Body
    span: Span


class If(NamedTuple):
    """``if c { ... } else if d { ... } else { ... }``: arms of a test and a body."""

    arms: tuple[tuple[Expression, Body], ...]
    otherwise: Body | None
    span: Span


class With(NamedTuple):
    """``with conv(bias=false) { ... }`` inside a body."""

    defaults: tuple[Call, ...]
    body: Body
    span: Span


class Residual(NamedTuple):
    """``residual { ... } shortcut { ... }``."""

    body: Body
    shortcut: Body | None
    span: Span


class Dense(NamedTuple):
    """``dense { ... }``."""

    body: Body
    span: Span


class From(NamedTuple):
    """``from backbone.layer3``: the dotted parts."""

    path: tuple[Template, ...]
    span: Span


class Let(NamedTuple):
    """``let w = 64 * 2 ** i``, in a body or a file."""

    name: Name
    value: Expression
    span: Span


class Shared(NamedTuple):
    """``shared head = block(...)``."""

    name: Name
    call: Call
    span: Span


class InputAxis(NamedTuple):
    """``3`` or ``H=224`` in an input's shape."""

    symbol: Name | None
    size: Expression
    span: Span


class Input(NamedTuple):
    """``input image: [3, H=224, W=224]``."""

    name: Name
    axes: tuple[InputAxis, ...]
    span: Span


class Output(NamedTuple):
    """``output logits: [classes]``, ``output aux when training: from x -> head``: a shape or a chain or neither."""

    name: Template
    training: bool
    shape: List | None
    chain: Line | None
    span: Span


class Init(NamedTuple):
    """``init conv(weight=kaiming_normal(mode="fan_out")), linear(bias=0)``."""

    calls: tuple[Call, ...]
    span: Span


class Expect(NamedTuple):
    """``expect params == 25_557_032``."""

    condition: Expression
    span: Span


class Require(NamedTuple):
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


class Line(NamedTuple):
    """Steps joined by ``->`` (also across lines): the unit of a branch. A declaration is a line of its own."""

    steps: tuple[Step, ...]
    span: Span


class Body(NamedTuple):
    """``{ ... }``."""

    lines: tuple[Line, ...]
    doc: str | None
    span: Span


# Definitions: what stands in a file


class Parameter(NamedTuple):
    """``width: int = 64``. ``type.id``: int, float, bool, str, size, block, tensor, or such a type in ``[ ]``."""

    name: Name
    type: Name | None
    default: Expression | None
    span: Span


class Definition(NamedTuple):
    """``block``/``network`` with parameters, and a body, or a call and perhaps a body of facts."""

    keyword: str
    name: Name
    parameters: tuple[Parameter, ...]
    call: Call | None
    body: Body | None
    doc: str | None
    span: Span


class Import(NamedTuple):
    """``import resnet: bottleneck, resnet``; without names, everything."""

    module: Name
    names: tuple[Name, ...]
    span: Span


class WithDefinitions(NamedTuple):
    """``with conv(bias=false) { ... }`` around definitions."""

    defaults: tuple[Call, ...]
    items: tuple[Item, ...]
    span: Span


Item = Definition | Import | Let | WithDefinitions


class File(NamedTuple):
    """A whole file: the items that are free of slips, and the names that the others define.

    To use a name of ``unread`` is no second mistake; ``*`` there means that any name may be missing.
    """

    source: Source
    doc: str | None
    items: tuple[Item, ...]
    unread: frozenset[str] = frozenset()
