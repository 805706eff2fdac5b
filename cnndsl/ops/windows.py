"""Windows that slide over positions: how many places they have, and why they do not fit."""

from __future__ import annotations

from collections.abc import Iterable

from cnndsl.ops.operation import Misfit
from cnndsl.ops.reach import Along, Reads, sliding
from cnndsl.shape import Shape

Spread = tuple[tuple[int, int], ...]
"""For each spatial axis: the values added before and after."""


def by(sizes: tuple[int, ...]) -> str:
    """Sizes as they are spoken of: ``3x3``."""
    return "x".join(map(str, sizes))


def spoken(sizes: tuple[int, ...], what: str) -> str:
    """``a 3x3 kernel``, ``an 8x8 input``, ``a kernel of 3``."""
    if len(sizes) == 1:
        return f"{'an' if what[0] in 'aeiou' else 'a'} {what} of {sizes[0]}"
    text = by(sizes)
    return f"{'an' if text[0] == '8' or text.startswith(('11x', '18x')) else 'a'} {text} {what}"


def need_rank(name: str, x: Shape, axes: str, help: str = "") -> None:
    """Raise ``Misfit`` unless ``x`` has as many axes as ``axes`` names."""
    if x.rank != len(axes):
        help = help or (f"put {name} before the flatten, or `reshape` first" if x.rank == 1 else "")
        raise Misfit(f"{name} needs an input of {'x'.join(axes)}, and this one is {x}", None, "E0411", help)


def need_map(name: str, x: Shape) -> None:
    """Raise ``Misfit`` unless ``x`` is C x L, C x H x W or C x D x H x W."""
    if x.rank not in (2, 3, 4):
        help = f"put {name} before the flatten, or `reshape` first" if x.rank == 1 else ""
        raise Misfit(f"{name} needs an input of CxHxW, CxL or CxDxHxW, and this one is {x}", None, "E0411", help)


def need_size(field: str, written: int | None, size: int, axis: str = "channels") -> None:
    """Raise ``Misfit`` where the author wrote another input size than there is."""
    if written is not None and written != size:
        raise Misfit(f"{field} is {written}, and the input has {size} {axis}", field, "E0405", f"leave {field} out")


def over(x: Shape, field: str, value: int | tuple[int, ...]) -> tuple[int, ...]:
    """``value`` for each spatial axis of ``x``; several numbers need as many axes."""
    spatial = x.rank - 1
    if isinstance(value, int):
        return (value,) * spatial
    if len(value) != spatial:
        axes = "one axis" if spatial == 1 else f"{spatial} axes"
        raise Misfit(f"{field} is {by(value)}, and {x} has {axes} of positions", field, "E0411")
    return value


def sides(padding: tuple[int, ...], spatial: int) -> Spread:
    """What is added before and after along each spatial axis, from one number an axis, or two, the last axis first."""
    if len(padding) == spatial:
        return tuple((pad, pad) for pad in padding)
    pairs = [(padding[side], padding[side + 1]) for side in range(0, 2 * spatial, 2)]
    return tuple(reversed(pairs))


def same(sizes: tuple[int, ...], kernel: tuple[int, ...], stride: tuple[int, ...], dilation: tuple[int, ...]) -> Spread:
    """The padding with which the result has ceil(size / stride) places; where it is odd, more goes after."""
    spread = []
    for size, k, s, d in zip(sizes, kernel, stride, dilation, strict=True):
        total = max((-(-size // s) - 1) * s + d * (k - 1) + 1 - size, 0)
        spread.append((total // 2, total - total // 2))
    return tuple(spread)


def spans(kernel: tuple[int, ...], dilation: tuple[int, ...]) -> tuple[int, ...]:
    """How far a dilated kernel reaches."""
    return tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))


def slid(spans: Iterable[int], stride: Iterable[int], before: Iterable[int]) -> Reads:
    """What a window reads of C x H x W or C x L: all channels, and along the other axes what it covers."""
    reaches = map(sliding, spans, stride, before)
    return (Along(0, None), *(Along(axis, reach) for axis, reach in enumerate(reaches, 1)))


def check_fit(
    sizes: tuple[int, ...],
    kernel: tuple[int, ...],
    dilation: tuple[int, ...],
    spread: Spread,
    what: str = "kernel",
    help: str = "",
) -> None:
    """Raise ``Misfit`` where a window is larger than its padded input."""
    reach = spans(kernel, dilation)
    padded = tuple(size + before + after for size, (before, after) in zip(sizes, spread, strict=True))
    if all(span <= size for span, size in zip(reach, padded, strict=True)):
        return
    why = spoken(kernel, what)
    if reach != kernel:
        why += f" with dilation {by(dilation)} spans {by(reach)} and"
    why += f" does not fit {spoken(sizes, 'input')}"
    if padded != sizes:
        why += f" padded to {by(padded)}"
    raise Misfit(why, "kernel_size", "E0402", help)


def places(size: int, span: int, stride: int, padding: tuple[int, int]) -> int:
    """How many places a window has along an axis: (size + padding - span) / stride + 1, rounded down."""
    return (size + sum(padding) - span) // stride + 1


def check_padding_mode(mode: str, sizes: tuple[int, ...], spread: Spread, field: str = "padding") -> None:
    """Raise ``Misfit`` where there are too few values to reflect or to wrap."""
    for size, pads in zip(sizes, spread, strict=True):
        limit = {"reflect": size - 1, "circular": size}.get(mode, max(pads))
        if max(pads) > limit:
            raise Misfit(
                f"{mode} padding of {max(pads)} needs a size over {max(pads) - (mode == 'circular')},"
                f" and the input is {by(sizes)}",
                field,
                "E0406",
            )
