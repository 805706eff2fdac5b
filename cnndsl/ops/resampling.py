"""Resampling: more or fewer positions from the same values."""

from __future__ import annotations

from decimal import Decimal
from math import floor
from typing import TYPE_CHECKING

from cnndsl.ops import sums, windows
from cnndsl.ops.arguments import Factor, Positive, ResizeMode, Tensor, Window
from cnndsl.ops.operation import Cause, Costs, Misfit, Operation, Weight
from cnndsl.ops.reach import SAME, Along, Reach, Reads, repeated, resampled, sliding
from cnndsl.shape import Shape

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape

_TAPS = {"nearest": 1, "linear": 2, "bilinear": 4, "bicubic": 16, "trilinear": 8}
_RANKS = {"nearest": (2, 3, 4), "linear": (2,), "bilinear": (3,), "bicubic": (3,), "trilinear": (4,)}


class Upsample(Operation):
    """Resizes H and W (or L) to ``size``, by ``scale_factor`` (size * factor, rounded down), or to those of ``like``.

    ``mode`` is "nearest", "linear" (on C x L), "bilinear" or "bicubic" (on C x H x W), or "trilinear"
    (on C x D x H x W); ``align_corners`` is for all but the first, and false unless given.

    Example:
        >>> upsample(scale_factor=2)  # 64x28x28 -> 64x56x56
        >>> upsample(56x40, mode="bilinear")  # 64x28x28 -> 64x56x40
        >>> upsample(like=skip)  # 64x14x14 and 256x28x28 -> 64x28x28
    """

    name = "upsample"
    keeps = "nothing"

    size: Window | None = None
    scale_factor: Factor | None = None
    mode: ResizeMode = "nearest"
    align_corners: bool | None = None
    like: Tensor | None = None

    def infer(self, *inputs: Shape) -> Shape:
        """C stays; the rest is resized."""
        x, *like = inputs
        windows.need_map(self.name, x)
        if (self.size is not None) + (self.scale_factor is not None) + len(like) != 1:
            raise Misfit("upsample needs one of size, scale_factor and like", None, "E0304")
        if x.rank not in _RANKS[self.mode]:
            fitting = {"linear": "CxL", "trilinear": "CxDxHxW"}.get(self.mode, "CxHxW")
            raise Misfit(f'mode "{self.mode}" needs an input of {fitting}, and this one is {x}', "mode", "E0411")
        if self.align_corners is not None and self.mode == "nearest":
            raise Misfit('align_corners means nothing to mode "nearest"', "align_corners", "E0302", "leave it out")
        return x.resized(x.sizes[0], *self._sizes(x, *like))

    def _sizes(self, x: Shape, like: Shape | None = None) -> tuple[int, ...]:
        if like is not None:
            if like.rank != x.rank:
                raise Misfit(f"like is {like}, and the input is {x}", "like", "E0411")
            return like.sizes[1:]
        if self.size is not None:
            return windows.over(x, "size", self.size)
        factor = self.scale_factor
        factors = factor if isinstance(factor, tuple) else (factor,) * (x.rank - 1)
        if len(factors) != x.rank - 1:
            given, axes = len(factors), "one axis" if x.rank == 2 else f"{x.rank - 1} axes"
            raise Misfit(f"scale_factor has {given} numbers, and {x} has {axes} of positions", "scale_factor", "E0411")
        found = tuple(floor(size * float(by or 0)) for size, by in zip(x.sizes[1:], factors, strict=True))
        if any(size < 1 for size in found):
            raise Misfit(f"scale_factor {factor} leaves nothing of {windows.by(x.sizes[1:])}", "scale_factor", "E0403")
        return found

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """The neighbours of each value of the result."""
        return Costs(pooling=_TAPS[self.mode] * output.elements)

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """C stays; the rest is ``size``, that of ``like``, or a multiple."""
        axes = range(1, output.rank)
        if self.scale_factor is None:
            field, slot = ("size", None) if self.size is not None else ("like", 1)
            found = [Cause(((slot, axis),) if slot else (), (field,)) for axis in axes]
        else:
            factor = self.scale_factor
            factors = factor if isinstance(factor, tuple) else (factor,) * len(axes)
            found = [
                sums.scaled(axis, inputs[0].sizes[axis], by, output.sizes[axis])
                for axis, by in zip(axes, factors, strict=True)
            ]
        return sums.along_positions((sums.kept(0), *found))

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The neighbours of its place; of ``like`` nothing but the size."""
        reaches = map(self._reach, range(output.rank - 1), inputs[0].sizes[1:], output.sizes[1:])
        own = (Along(0, SAME), *(Along(axis, reach) for axis, reach in enumerate(reaches, 1)))
        return (own, *(None for _ in inputs[1:]))

    def _reach(self, axis: int, size: int, places: int) -> Reach:
        rise, run = size, places
        if self.scale_factor is not None:
            factor = self.scale_factor[axis] if isinstance(self.scale_factor, tuple) else self.scale_factor
            run, rise = Decimal(str(factor)).as_integer_ratio()
        if self.mode == "nearest":
            return resampled(rise, 0, run, 1, places)
        neighbours = 4 if self.mode == "bicubic" else 2
        if self.align_corners:
            return resampled(size - 1 if places > 1 else 0, 0, max(places - 1, 1), neighbours, places)
        return resampled(2 * rise, rise - run, 2 * run, neighbours, places)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result; of ``like`` only the size is read, before."""
        x, *like = inputs
        tape.drop(*like)
        return tape.map(x, (x.batch, *output.sizes))


class PixelShuffle(Operation):
    """C * r * r x H x W becomes C x H * r x W * r (Shi et al., 2016), r being ``upscale_factor``.

    Example:
        >>> pixel_shuffle(2)  # 256x14x14 -> 64x28x28
    """

    name = "pixel_shuffle"
    keeps = "nothing"

    upscale_factor: Positive

    def infer(self, *inputs: Shape) -> Shape:
        """Channels become positions."""
        (x,) = inputs
        windows.need_rank(self.name, x, "CHW")
        channels, height, width = x.sizes
        by = self.upscale_factor
        if channels % by**2:
            why = f"upscale_factor {by} needs channels in multiples of {by**2}, and there are {channels}"
            raise Misfit(why, "upscale_factor", "E0404")
        return x.resized(channels // by**2, height * by, width * by)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """Nothing: values are moved."""
        return Costs()

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """C divided by the square of ``upscale_factor``, the rest times it."""
        return sums.shuffled(inputs[0], output, self.upscale_factor, "upscale_factor", "/*")

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """A position of one of the channels."""
        return ((Along(0, None), *(Along(axis, repeated(self.upscale_factor)) for axis in (1, 2))),)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result."""
        return tape.new((inputs[0].batch, *output.sizes))


class SpaceToDepth(Operation):
    """C x H * r x W * r becomes C * r * r x H x W, r being ``downscale_factor``: the reverse of ``pixel_shuffle``.

    The values of a square follow one another within their channel, as in PyTorch's ``PixelUnshuffle``.

    Example:
        >>> space_to_depth(2)  # 64x28x28 -> 256x14x14
    """

    name = "space_to_depth"
    keeps = "nothing"

    downscale_factor: Positive

    def infer(self, *inputs: Shape) -> Shape:
        """Positions become channels."""
        (x,) = inputs
        windows.need_rank(self.name, x, "CHW")
        channels, height, width = x.sizes
        by = self.downscale_factor
        if height % by or width % by:
            why = f"downscale_factor {by} does not divide {height}x{width}"
            raise Misfit(why, "downscale_factor", "E0404")
        return x.resized(channels * by**2, height // by, width // by)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """Nothing: values are moved."""
        return Costs()

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """C times the square of ``downscale_factor``, the rest divided by it."""
        return sums.shuffled(inputs[0], output, self.downscale_factor, "downscale_factor", "*/")

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """A square of positions."""
        by = self.downscale_factor
        return ((Along(0, None), *(Along(axis, sliding(by, by)) for axis in (1, 2))),)
