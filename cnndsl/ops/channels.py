"""Parts of the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnndsl.ops import sums
from cnndsl.ops.arguments import Channels, Natural, Parts
from cnndsl.ops.axes import locate
from cnndsl.ops.operation import Cause, Misfit
from cnndsl.ops.reach import Reads, at_place
from cnndsl.ops.shaping import Shaping
from cnndsl.shape import Shape

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape


class Split(Shaping):
    """One of several consecutive parts of the channels: ``parts`` equal ones, or one of each size in a list.

    Example:
        >>> split(2, 0)  # 116x28x28 -> 58x28x28
        >>> split([16, 48], 1)  # 64x28x28 -> 48x28x28
    """

    name = "split"
    sealed = True

    parts: Parts
    index: Natural

    def infer(self, *inputs: Shape) -> Shape:
        """C is that of the part."""
        (x,) = inputs
        axis = locate(x, "C", "the axis")
        channels = x.sizes[axis]
        if isinstance(self.parts, int):
            if channels % self.parts:
                raise Misfit(f"{self.parts} equal parts do not divide {channels} channels", "parts", "E0404")
            sizes: tuple[int, ...] = (channels // self.parts,) * self.parts
        else:
            sizes = self.parts
            if sum(sizes) != channels:
                why = f"the parts {' + '.join(map(str, sizes))} are {sum(sizes)} channels, and there are {channels}"
                raise Misfit(why, "parts", "E0404")
        if self.index >= len(sizes):
            parts = f"the {len(sizes)} parts are" if len(sizes) > 1 else "the one part is"
            why = f"there is no part {self.index}: {parts} counted from 0"
            raise Misfit(why, "index", "E0410")
        return resized(x, axis, sizes[self.index])

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place, and channels."""
        return (at_place(output.rank, locate(output, "C", "the axis")),)

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """C is that of the part; the rest stays."""
        axis = locate(inputs[0], "C", "the axis")
        if isinstance(self.parts, tuple):
            cause = Cause((), ("parts", "index"), "", (self.index, len(self.parts)))
        else:
            cause = sums.divided(axis, inputs[0].sizes[axis], self.parts, output.sizes[axis], ("parts",))
        return sums.replaced(output, axis, cause)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """A window on the input."""
        return tape.view(inputs[0], (inputs[0].batch, *output.sizes))


class Select(Shaping):
    """Some of the channels: those from ``start`` to ``stop`` (excluded; the end if not given), or those of a list.

    Example:
        >>> select(0, 3)  # 6x14x14 -> 3x14x14
        >>> select([0, 1, 4, 5])  # 6x14x14 -> 4x14x14
    """

    name = "select"

    start: Channels
    stop: Natural | None = None

    def infer(self, *inputs: Shape) -> Shape:
        """C is how many are taken."""
        (x,) = inputs
        axis = locate(x, "C", "the axis")
        channels = x.sizes[axis]
        if isinstance(self.start, tuple):
            if self.stop is not None:
                raise Misfit("stop does not go with a list of channels", "stop", "E0302", "leave stop out")
            if max(self.start) >= channels:
                raise _no_channel(max(self.start), channels)
            return resized(x, axis, len(self.start))
        if self.start >= channels:
            raise _no_channel(self.start, channels)
        stop = channels if self.stop is None else self.stop
        if stop > channels:
            raise Misfit(f"stop is {stop}, and there are {channels} channels", "stop", "E0410")
        if self.start >= stop:
            raise Misfit(f"no channel is left from {self.start} to {stop}", "stop", "E0403", "stop is excluded")
        return resized(x, axis, stop - self.start)

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place, and channels."""
        return (at_place(output.rank, locate(output, "C", "the axis")),)

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """C is how many are taken; the rest stays."""
        axis = locate(inputs[0], "C", "the axis")
        count = output.sizes[axis]
        if isinstance(self.start, tuple):
            listed = ", ".join(sums.shortened(list(map(str, self.start))))
            cause = Cause((), ("start",), f"len([{listed}]) = {count}")
        elif self.stop is not None:
            formula = f"{self.stop} - {self.start} = {count}"
            cause = Cause((), ("stop", "start"), formula) if self.start else sums.written("stop")
        elif self.start:
            cause = Cause(((0, axis),), ("start",), f"{inputs[0].sizes[axis]} - {self.start} = {count}")
        else:
            cause = sums.kept(axis)
        return sums.replaced(output, axis, cause)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """A window on the input; of a list with gaps a copy, which keeps the list."""
        (x,) = inputs
        sizes, start = (x.batch, *output.sizes), self.start
        if isinstance(start, int) or start == tuple(range(start[0], start[-1] + 1)):
            return tape.view(x, sizes)
        result = tape.new(sizes)
        if tape.training:
            tape.aside(len(start), 8)
        return result


def resized(x: Shape, axis: int, size: int) -> Shape:
    """``x`` with another size along ``axis``."""
    return x.resized(*x.sizes[:axis], size, *x.sizes[axis + 1 :])


def _no_channel(channel: int, channels: int) -> Misfit:
    there = f"the {channels} channels are" if channels > 1 else "the one channel is"
    return Misfit(f"there is no channel {channel}: {there} counted from 0", "start", "E0410")
