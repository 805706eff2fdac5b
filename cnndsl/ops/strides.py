"""The order of values in memory, by PyTorch's rules: it decides whether a change of axes is a view or a copy."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

Sizes = tuple[int, ...]


def contiguous(sizes: Sizes) -> Sizes:
    """Strides of values that follow one another, the last axis fastest."""
    out, step = [], 1
    for size in reversed(sizes):
        out.append(step)
        step *= max(size, 1)
    return tuple(reversed(out))


def is_contiguous(sizes: Sizes, strides: Sizes) -> bool:
    """Whether values follow one another; the stride of an axis of size 1 does not matter."""
    places = zip(sizes, strides, contiguous(sizes), strict=True)
    return all(size == 1 or stride == plain for size, stride, plain in places)


def channels_last(sizes: Sizes) -> Sizes:
    """Strides of N x C x H x W where the channels are the fastest axis."""
    _, channels, height, width = sizes
    return (height * width * channels, 1, width * channels, channels)


def is_channels_last(sizes: Sizes, strides: Sizes) -> bool:
    """Whether PyTorch takes the channels for the fastest axis; not where they are as well the second."""
    if len(sizes) != 4 or strides[1] == 0:
        return False
    least = 0
    for axis in (1, 3, 2, 0):
        if strides[axis] < least or (axis == 0 and least == strides[1]):
            return False
        least = strides[axis] * max(sizes[axis], 1)
    return True


def together(sizes: Sizes, operands: Sequence[tuple[Sizes, Sizes]]) -> Sizes:
    """Strides of an elementwise result of ``sizes``: dense, in the order of the first operand that has one.

    An operand is its sizes and strides; of fewer axes than the result, it lacks those in front.
    """
    if all(own == sizes and is_contiguous(own, strides) for own, strides in operands):
        return contiguous(sizes)
    wide = [_widened(sizes, *operand) for operand in operands]
    order = list(range(len(sizes)))
    order.reverse()
    for place in range(1, len(order)):
        at = place
        for before in reversed(range(place)):
            verdict = _compared(order[before], order[at], wide, sizes)
            if verdict > 0:
                order[before], order[at] = order[at], order[before]
                at = before
            elif verdict < 0:
                break
    out, step = [0] * len(sizes), 1
    for axis in order:
        out[axis] = step
        step *= max(sizes[axis], 1)
    return tuple(out)


def _widened(sizes: Sizes, own: Sizes, strides: Sizes) -> Sizes:
    """Strides over all axes of the result: 0 where the operand is repeated."""
    missing = len(sizes) - len(own)
    kept = (
        0 if size == 1 < whole else stride for size, stride, whole in zip(own, strides, sizes[missing:], strict=True)
    )
    return (*(0 for _ in range(missing)), *kept)


def _compared(one: int, other: int, strides: Sequence[Sizes], sizes: Sizes) -> int:
    """Whether axis ``one`` is slower (1) or faster (-1) than ``other``, 0 where no operand says."""
    for own in strides:
        a, b = own[one], own[other]
        if a == 0 or b == 0:
            continue
        if a != b:
            return 1 if a > b else -1
        if sizes[one] > sizes[other]:
            return 1
    return 0


def viewed(sizes: Sizes, strides: Sizes, wanted: Sizes) -> Sizes | None:
    """Strides under which the same memory has the sizes ``wanted``; None where it must be copied."""
    if prod(sizes) == 0 or not sizes:
        return contiguous(wanted)
    out: list[int] = []
    left = list(wanted)
    step, count = strides[-1], 1
    for axis in reversed(range(len(sizes))):
        count *= sizes[axis]
        if axis and (sizes[axis - 1] == 1 or strides[axis - 1] == count * step):
            continue
        held = 1
        while left and (held < count or left[-1] == 1):
            out.append(held * step)
            held *= left.pop()
        if held != count:
            return None
        if axis:
            step, count = strides[axis - 1], 1
    return None if left else tuple(reversed(out))


def merged(sizes: Sizes, start: int, end: int) -> Sizes:
    """``sizes`` with the axes from ``start`` to ``end`` (included) as one."""
    return (*sizes[:start], prod(sizes[start : end + 1]), *sizes[end + 1 :])
