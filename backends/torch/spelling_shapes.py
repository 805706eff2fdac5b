"""Joins, and what moves or reduces values, in PyTorch."""

from __future__ import annotations

from cnndsl.backends.torch.spelling import Say, Spelling, dims, spell
from cnndsl.ops.axes import locate, locate_all
from cnndsl.ops.channels import Select, Split
from cnndsl.ops.joining import Add, Concat, Maximum, Mul, Sub
from cnndsl.ops.reduction import Mean, Sum
from cnndsl.ops.shaping import Flatten, Identity, Permute, Reshape, Unflatten
from cnndsl.shape import Shape


@spell.register
def _(operation: Identity, say: Say) -> Spelling:
    return Spelling("nn.Identity()", function="{0}")


@spell.register
def _(operation: Flatten, say: Say) -> Spelling:
    (x,) = say.shapes
    start, end = locate(x, operation.start_dim, "start_dim") + 1, locate(x, operation.end_dim, "end_dim") + 1
    places = str(start) if end == x.rank else f"{start}, {end}"
    return Spelling(
        "nn.Flatten()" if places == "1" else f"nn.Flatten({places})", function=f"torch.flatten({{0}}, {places})"
    )


@spell.register
def _(operation: Unflatten, say: Say) -> Spelling:
    axis = locate(say.shapes[0], operation.dim, "dim") + 1
    sizes = _tuple(say.items("sizes"))
    return Spelling(f"nn.Unflatten({axis}, {sizes})", function=f"{{0}}.unflatten({axis}, {sizes})")


@spell.register
def _(operation: Reshape, say: Say) -> Spelling:
    (x,) = say.shapes
    kept = operation.kept(x)
    front, back = x.rank - kept, len(operation.sizes) - kept
    flat = "{0}" if front == 1 else f"torch.flatten({{0}}, 1, {front})" if kept else "torch.flatten({0}, 1)"
    if back == 1:
        return Spelling(function=flat)
    return Spelling(function=f"{flat}.unflatten(1, ({', '.join(say.items('sizes')[:back])}))")


@spell.register
def _(operation: Permute, say: Say) -> Spelling:
    order = operation.order(say.shapes[0])
    moved = [axis for axis, place in enumerate(order) if axis != place]
    if len(moved) == 2:
        return Spelling(function=f"{{0}}.transpose({moved[0] + 1}, {moved[1] + 1})")
    return Spelling(function=f"{{0}}.permute(0, {', '.join(str(axis + 1) for axis in order)})")


@spell.register
def _(operation: Split, say: Say) -> Spelling:
    axis = say.shapes[0].axes.find("C") + 1
    way = "chunk" if isinstance(operation.parts, int) else "split"
    parts = say("parts") if way == "chunk" else _tuple(say.items("parts"))
    return Spelling(function=f"{{0}}.{way}({parts}, {axis})[{say('index')}]")


@spell.register
def _(operation: Select, say: Say) -> Spelling:
    before = ":, " * (say.shapes[0].axes.find("C") + 1)
    start = operation.start
    if isinstance(start, int):
        text = say("start")
        first = "" if text == "0" else text
        return Spelling(function=f"{{0}}[{before}{first}:{'' if operation.stop is None else say('stop')}]")
    items = say.items("start")
    constant = all(item.isdecimal() for item in items)
    if constant and start == tuple(range(start[0], start[-1] + 1)):
        return Spelling(function=f"{{0}}[{before}{start[0] or ''}:{start[-1] + 1}]")
    return Spelling(function=f"{{0}}[{before}[{', '.join(items)}]]")


@spell.register
def _(operation: Mean, say: Say) -> Spelling:
    return _reduction("mean", operation, say)


@spell.register
def _(operation: Sum, say: Say) -> Spelling:
    return _reduction("sum", operation, say)


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


def _tuple(items: list[str]) -> str:
    """A list, of which all items are written: a square would else be one number."""
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def _reduction(name: str, operation: Mean, say: Say) -> Spelling:
    axes = dims(locate_all(say.shapes[0], operation.dim, "dim"))
    keepdim = "" if say.default("keepdim") else f", keepdim={say('keepdim')}"
    return Spelling(function=f"{{0}}.{name}({axes}{keepdim})")


def _chain(sign: str, constant: bool, say: Say) -> str:
    """Operands with ``sign`` between them; a gate of one axis gets those that it lacks."""
    if constant:
        return f"{{0}} {sign} {say('value')}"
    rank = max(shape.rank for shape in say.shapes)
    return f" {sign} ".join(_widened(index, shape, rank) for index, shape in enumerate(say.shapes))


def _widened(index: int, shape: Shape, rank: int) -> str:
    return f"{{{index}}}" + (f"[:, :{', None' * (rank - 1)}]" if shape.rank == 1 < rank else "")
