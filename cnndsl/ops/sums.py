"""The arithmetic behind a size, as the author would write it: ``(224 + 6 - 7) / 2 + 1 = 112, rounded down``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from cnndsl.ops.operation import Cause
from cnndsl.shape import Shape

_MOST = 12
"""Terms of a sum that are written."""


def kept(axis: int, slot: int = 0) -> Cause:
    """The size is that of an axis of an operand."""
    return Cause(((slot, axis),))


def all_kept(output: Shape) -> tuple[Cause, ...]:
    """Each size is that of the same axis of the first operand."""
    return tuple(map(kept, range(output.rank)))


def written(*fields: str) -> Cause:
    """The size is a number that is written in the first of these fields."""
    return Cause((), fields)


def along_positions(causes: Sequence[Cause]) -> tuple[Cause, ...]:
    """The causes of C and of positions: an argument that is a list has an item for each axis of positions."""
    channels, *positions = causes
    count = len(positions)
    return (
        channels,
        *(one._replace(item=(place, count)) if one.arguments else one for place, one in enumerate(positions)),
    )


def product(sizes: Iterable[int], result: int) -> str:
    """``512 * 7 * 7 = 25088``."""
    return f"{' * '.join(map(str, sizes))} = {result}"


def total(sizes: Iterable[int], result: int) -> str:
    """``64 + 128 = 192``; several equal ones after each other are a product: ``64 + 6 * 32 = 256``."""
    terms: list[str] = []
    for size, equal in groupby(sizes):
        count = sum(1 for _ in equal)
        terms.extend([f"{count} * {size}"] if count > 2 else [str(size)] * count)
    return f"{' + '.join(shortened(terms))} = {result}"


def shortened(terms: list[str]) -> list[str]:
    """The first and the last of terms that are too many to read."""
    return terms if len(terms) <= _MOST else [*terms[: _MOST - 2], "...", terms[-1]]


class Window(NamedTuple):
    """A window along one axis: ``added`` is the padding on both sides together; ``stride`` None: it is the kernel."""

    kernel: int
    stride: int | None = None
    added: int = 0
    dilation: int = 1

    @property
    def reach(self) -> int:
        """How far it spans."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def spelled(self) -> str:
        """The reach as it is computed."""
        plain = self.dilation == 1 or self.kernel == 1
        return str(self.kernel) if plain else f"({self.dilation} * ({self.kernel} - 1) + 1)"

    def fields(self) -> tuple[str, ...]:
        """The arguments that act, those that change the size most first."""
        acts = {
            "stride": self.stride is not None and self.stride > 1,
            "kernel_size": self.reach > 1,
            "padding": self.added > 0,
            "dilation": self.reach > self.kernel,
        }
        return tuple(name for name, does in acts.items() if does)


def slid(axis: int, size: int, window: Window, result: int, up: bool = False) -> Cause:
    """How many places a window has along an axis; ``up``: rounded up, but none begins beyond the input."""
    step = window.kernel if window.stride is None else window.stride
    if step == 1 and window.reach == 1 and not window.added:
        return kept(axis)
    room = size + window.added - window.reach
    top = f"{size}{f' + {window.added}' if window.added else ''} - {window.spelled}"
    text = f"{top} + 1" if step == 1 else f"({top}) / {step} + 1"
    rounding = ""
    if room % step:
        rounding = ", rounded up" if up else ", rounded down"
    fewer = -(-room // step) + 1 - result if up else 0
    if fewer:
        text += f" - {fewer}"
        rounding += ", and no window begins beyond the input"
    fields = (*window.fields(), *(("ceil_mode",) if up and room % step else ()))
    return Cause(((0, axis),), fields, f"{text} = {result}{rounding}")


def divided(axis: int, size: int, by: int, result: int, fields: tuple[str, ...]) -> Cause:
    """``size / by``, rounded up where it has to be."""
    if by == 1:
        return kept(axis)
    return Cause(((0, axis),), fields, f"{size} / {by} = {result}{', rounded up' if size % by else ''}")


def spread(axis: int, size: int, window: Window, extra: int, result: int) -> Cause:
    """How far the kernels reach that the positions of an axis write; ``window.added`` is taken away again."""
    step = 1 if window.stride is None else window.stride
    if step == 1 and window.reach == 1 and not window.added and not extra:
        return kept(axis)
    text = f"{size} - 1" if step == 1 else f"({size} - 1) * {step}"
    text += f" - {window.added}" if window.added else ""
    text += f" + {window.spelled}"
    text += f" + {extra}" if extra else ""
    fields = (*window.fields(), *(("output_padding",) if extra else ()))
    return Cause(((0, axis),), fields, f"{text} = {result}")


def scaled(axis: int, size: int, by: float, result: int) -> Cause:
    """A multiple, rounded down."""
    if by == 1:
        return kept(axis)
    exact = Decimal(size) * Decimal(str(by))
    rounding = "" if exact == result else ", rounded down"
    if rounding and exact == int(exact):  # as 100 * 0.29, which no float is
        rounding = f", rounded down from {size * float(by)!r}"
    return Cause(((0, axis),), ("scale_factor",), f"{size} * {by} = {result}{rounding}")


def shuffled(x: Shape, output: Shape, by: int, field: str, signs: str) -> tuple[Cause, ...]:
    """C and positions of a map, one for the other: ``signs`` say what is done to C and what to H and W."""
    if by == 1:
        return all_kept(output)
    terms = (f"{signs[0]} {by} ** 2", *(f"{signs[1]} {by}",) * 2)
    facts = zip(x.sizes, terms, output.sizes, strict=True)
    return tuple(
        Cause(((0, axis),), (field,), f"{size} {term} = {result}") for axis, (size, term, result) in enumerate(facts)
    )


def filled(sizes: tuple[int, ...], x: Shape, axes: tuple[int, ...], result: tuple[int, ...]) -> tuple[Cause, ...]:
    """New axes in place of ``axes`` of ``x``: numbers that are written, and what is left in place of -1."""
    known = [size for size in sizes if size > 0 and size != 1]
    whole = " * ".join(str(x.sizes[axis]) for axis in axes)
    rest = " * ".join(map(str, known))
    if len(known) > 1:
        rest = f"({rest})"
    left = f"{whole} / {rest}" if known else whole
    operands = tuple((0, axis) for axis in axes)
    plain = len(axes) == 1 and not known
    return tuple(
        Cause((), ("sizes",), "", (place, len(sizes)))
        if size > 0
        else Cause(operands, ("sizes",), "" if plain else f"{left} = {final}")
        for place, (size, final) in enumerate(zip(sizes, result, strict=True))
    )


def changed(causes: Sequence[Cause], axis: int, cause: Cause) -> tuple[Cause, ...]:
    """The same with another cause of one axis."""
    return (*causes[:axis], cause, *causes[axis + 1 :])


def replaced(output: Shape, axis: int, cause: Cause) -> tuple[Cause, ...]:
    """All sizes stay but that of one axis."""
    return changed(all_kept(output), axis, cause)
