"""What adds to the border of a map, or takes it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnndsl.ops import sums, windows
from cnndsl.ops.arguments import SIDES, Number, PadMode, Pair, Sides, Tensor
from cnndsl.ops.operation import Cause, Costs, Misfit, Operation, Weight
from cnndsl.ops.reach import SAME, Along, Reads, sliding
from cnndsl.ops.shaping import Shaping
from cnndsl.shape import Shape

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape


class Pad(Operation):
    """Adds values around H and W (or before and after L).

    ``padding`` is one number, (H, W), or the four sides [left, right, top, bottom]; on C x L one number or
    [left, right]. ``mode`` is "constant" (``value``), "reflect", "replicate" or "circular".

    Example:
        >>> pad(1)  # 64x56x56 -> 64x58x58
        >>> pad([0, 1, 0, 1], mode="replicate")  # 3x224x224 -> 3x225x225
    """

    name = "pad"
    keeps = "nothing"

    padding: Sides
    mode: PadMode = "constant"
    value: Number = 0

    def infer(self, *inputs: Shape) -> Shape:
        """C stays; the rest grows."""
        (x,) = inputs
        windows.need_map(self.name, x)
        spread = self.spread(x)
        windows.check_padding_mode(self.mode, x.sizes[1:], spread)
        return x.resized(x.sizes[0], *(size + sum(pads) for size, pads in zip(x.sizes[1:], spread, strict=True)))

    def spread(self, x: Shape) -> windows.Spread:
        """What is added to each spatial axis of ``x``, before and after; raises ``Misfit``."""
        spatial = x.rank - 1
        padding = self.padding if isinstance(self.padding, tuple) else (self.padding,) * spatial
        if len(padding) not in (spatial, 2 * spatial):
            help = f"write [{', '.join(SIDES[: 2 * spatial])}]"
            raise Misfit(f"padding has {len(padding)} sides, and {x} has {2 * spatial}", "padding", "E0411", help)
        return windows.sides(padding, spatial)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """Nothing: values are moved."""
        return Costs()

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """C stays; the rest grows by what is added on both sides."""
        found = [sums.kept(0)]
        for axis, pads in enumerate(self.spread(inputs[0]), 1):
            formula = f"{inputs[0].sizes[axis]} + {sum(pads)} = {output.sizes[axis]}"
            found.append(Cause(((0, axis),), ("padding",), formula) if sum(pads) else sums.kept(axis))
        return sums.along_positions(found)

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The place less what was added before it."""
        reaches = [sliding(1, 1, pads[0]) for pads in self.spread(inputs[0])]
        return ((Along(0, SAME), *(Along(axis, reach) for axis, reach in enumerate(reaches, 1))),)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result."""
        return tape.border(inputs[0], self.spread(tape.shapes[0]), self.mode)


class CenterCrop(Shaping):
    """The middle of C x H x W, cut to ``size`` or to the H and W of another tensor, ``like``.

    (H - size) / 2 rows, rounded down, are taken away above, and the rest below; columns alike.

    Example:
        >>> center_crop(56x56)  # 512x64x64 -> 512x56x56
        >>> center_crop(like=up)  # 512x64x64 and 256x56x56 -> 512x56x56
    """

    name = "center_crop"

    size: Pair | None = None
    like: Tensor | None = None

    def infer(self, *inputs: Shape) -> Shape:
        """C stays; the rest is cut."""
        x, *like = inputs
        windows.need_rank(self.name, x, "CHW")
        if (self.size is not None) + len(like) != 1:
            raise Misfit("center_crop needs one of size and like", None, "E0304")
        size = self.size
        if like:
            windows.need_rank("like", like[0], "CHW")
            size = like[0].sizes[1:]
        if size is None or size[0] > x.sizes[1] or size[1] > x.sizes[2]:
            why = f"{windows.spoken(size or (), 'crop')} does not fit {windows.spoken(x.sizes[1:], 'input')}"
            raise Misfit(why, "like" if like else "size", "E0402")
        return x.resized(x.sizes[0], *size)

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """C stays; the rest is ``size``, or that of ``like``."""
        if self.size is not None:
            return sums.along_positions((sums.kept(0), *(sums.written("size") for _ in output.sizes[1:])))
        return (sums.kept(0), *(Cause(((1, axis),), ("like",)) for axis in (1, 2)))

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The place and what was cut before it; of ``like`` nothing but the size."""
        cut = [size - left for size, left in zip(inputs[0].sizes[1:], output.sizes[1:], strict=True)]
        reaches = [sliding(1, 1, -(size // 2)) for size in cut]
        own = (Along(0, SAME), *(Along(axis, reach) for axis, reach in enumerate(reaches, 1)))
        return (own, *(None for _ in inputs[1:]))

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """A window on the input."""
        return tape.view(inputs[0], (inputs[0].batch, *output.sizes))
