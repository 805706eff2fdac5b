"""The manual: a page an operation, made of its signature and its docstring."""

from __future__ import annotations

from inspect import cleandoc

from cnndsl.ops import find, homes
from cnndsl.ops.operation import Costs, Operation
from cnndsl.ops.scalars import shown

STRICTNESSES = {
    "rank": "PyTorch reads an input with an axis less as one without a batch, or takes any rank; here it is an error.",
    "batch axis": "The batch is never written: an operation along axis 0 is an error.",
    "broadcast": "The branches of `add`, `sub`, `maximum` and `mul` agree in every size; `mul` takes two gates.",
    "positions": "`linear` over H, W or L is an error: `flatten` comes first.",
    "epsilon": "`eps` is below 1: of a larger one, as in `bn(64)`, the number of channels was meant.",
    "empty": "Sizes, counts and divisors are at least 1.",
    "uneven parts": "`split(n, i)` needs a multiple of n channels.",
    "beyond the end": "`select` and `center_crop` beyond the input are errors, where slices are cut short.",
    "negative padding": "`pad` does not take away.",
    "written size": "`num_features` of `instance_norm` is checked always, not only where something is learned.",
}
"""What PyTorch accepts and this language does not, on purpose."""

_HEAD = """\
# Operations

Made from the docstrings of `cnndsl/ops` by `pytest tests/ops --update-golden`; every example here is executed.

An operation without arguments is written without parentheses. Arguments have PyTorch's names and order; sizes of the
input are inferred, and where they are written (`in_channels=`) they are checked. The batch is never written. Shapes
are C, C x L or C x H x W; an axis is named by its letter or by its number as PyTorch counts (the batch is 0, C is 1).
`init=` is accepted by every operation with weights.
"""


def manual() -> str:
    """All pages, by family, as Markdown."""
    parts = [_HEAD, "## Where it is stricter than PyTorch\n"]
    parts.append("\n".join(f"- **{name}**: {why}" for name, why in STRICTNESSES.items()) + "\n")
    convention = cleandoc(Costs.__doc__ or "").replace("``", "`")
    parts.append(f"## What is counted\n\n{convention}\n")
    for family, names in homes().items():
        parts.append(f"## {family.capitalize()}\n")
        parts += [page(name) for name in names]
    return "\n".join(parts)


def page(name: str) -> str:
    """The page of one operation as Markdown."""
    operation = find(name)
    if operation is None:
        raise KeyError(name)
    text, found = described(operation)
    examples = "\n".join(found)
    return f"### {name}\n\n`{signature(operation)}`\n\n{text}\n\n```cnn\n{examples}\n```\n"


def signature(operation: type[Operation]) -> str:
    """How it is called, with its defaults."""
    fields = [
        parameter.name if parameter.required else f"{parameter.name}={default(parameter.default)}"
        for parameter in operation.signature.values()
    ]
    name = operation.name + (f"({', '.join(fields)})" if fields else "")
    return f"{name} {{ ... }}" if operation.inputs is None else name


def default(value: object) -> str:
    """A default as it would be written: a size that is the same along all axes is one number."""
    if isinstance(value, tuple) and len(set(value)) == 1:
        return shown(value[0])
    return shown(value)


def described(operation: type[Operation]) -> tuple[str, tuple[str, ...]]:
    """The text of a docstring, with single quotes of code, and its examples."""
    text, _, tail = cleandoc(operation.__doc__ or "").partition("Example:")
    examples = [line.strip().removeprefix(">>> ") for line in tail.splitlines() if line.strip()]
    return text.strip().replace("``", "`"), tuple(examples)
