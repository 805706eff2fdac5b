"""Joins and what moves values, in PyTorch."""

from __future__ import annotations

from cnndsl.backends.torch.spelling import Say, Spelling, spell
from cnndsl.ops.axes import locate
from cnndsl.ops.joining import Add, Concat, Maximum, Mul, Sub
from cnndsl.ops.shaping import Flatten, Identity
from cnndsl.shape import Shape


@spell.register
def _(operation: Identity, say: Say) -> Spelling:
    return Spelling("nn.Identity()", function="{0}")


@spell.register
def _(operation: Flatten, say: Say) -> Spelling:
    (x,) = say.shapes
    start, end = locate(x, operation.start_dim, "start_dim"), locate(x, operation.end_dim, "end_dim")
    to_end = end == x.rank - 1
    if start == 0 and to_end:
        return Spelling("nn.Flatten()", function="torch.flatten({0}, 1)")
    dims = str(start + 1) if to_end else f"{start + 1}, {end + 1}"
    return Spelling(f"nn.Flatten({dims})", function=f"torch.flatten({{0}}, {dims})")


@spell.register
def _(operation: Concat, say: Say) -> Spelling:
    return Spelling(function=f"torch.cat([{{*}}], {say.shapes[0].axes.find('C') + 1})")


@spell.register
def _(operation: Add, say: Say) -> Spelling:
    return Spelling(function=_chain("+", operation.value is not None, say))


@spell.register
def _(operation: Sub, say: Say) -> Spelling:
    return Spelling(function=_chain("-", operation.value is not None, say))


@spell.register
def _(operation: Mul, say: Say) -> Spelling:
    return Spelling(function=_chain("*", operation.value is not None, say))


@spell.register
def _(operation: Maximum, say: Say) -> Spelling:
    text = "{0}"
    for index in range(1, len(say.shapes)):
        text = f"torch.maximum({text}, {{{index}}})"
    return Spelling(function=text)


def _chain(sign: str, constant: bool, say: Say) -> str:
    """Operands with ``sign`` between them; a gate of one axis gets those that it lacks."""
    if constant:
        return f"{{0}} {sign} {say('value')}"
    rank = max(shape.rank for shape in say.shapes)
    return f" {sign} ".join(_widened(index, shape, rank) for index, shape in enumerate(say.shapes))


def _widened(index: int, shape: Shape, rank: int) -> str:
    return f"{{{index}}}" + (f"[:, :{', None' * (rank - 1)}]" if shape.rank == 1 < rank else "")
