"""Normalisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnndsl.ops import sums
from cnndsl.ops.arguments import Epsilon, Positive
from cnndsl.ops.operation import FACTORS, Cause, Costs, Misfit, Operation, Weight
from cnndsl.ops.reach import Reads, at_place
from cnndsl.ops.statistics import WIDE, divided_by_neighbours, norm_weights, normalized
from cnndsl.ops.windows import need_map, need_size
from cnndsl.shape import Shape

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape


class Norm(Operation):
    """What all of them share: the shape stays, and the backward pass needs the flow."""

    keeps = "input"

    def causes(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Cause, ...]:
        """All sizes stay."""
        return sums.all_kept(output)


class BatchNorm(Norm):
    """Batch normalisation of C, C x L, C x H x W or C x D x H x W (Ioffe & Szegedy, 2015).

    Each channel is shifted and divided by its mean and deviation over the batch and all positions; in inference by
    their running averages. Then a learned factor and term, unless ``affine=false``. ``momentum=none`` averages all
    batches alike.

    Example:
        >>> bn  # 64x56x56 -> 64x56x56, 128 parameters
    """

    name = "bn"
    initial = FACTORS

    eps: Epsilon = 1e-5
    momentum: float | None = 0.1
    affine: bool = True
    track_running_stats: bool = True
    num_features: Positive | None = None

    def values(self, x: Shape) -> int:
        """Over how many values of one image it takes a mean, in training."""
        return x.elements // x.sizes[0]

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        (x,) = inputs
        if not 1 <= x.rank <= 4:
            raise Misfit(f"bn needs an input of CxHxW, CxL, CxDxHxW or C, and this one is {x}", None, "E0411")
        need_size("num_features", self.num_features, x.sizes[0])
        return x

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """Factor and term, then the running averages and how many batches they have seen."""
        return norm_weights(inputs[0].sizes[0], self.affine, self.track_running_stats)

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """A factor and a term a value, as in inference; where nothing is tracked, mean and deviation too."""
        return Costs(normalization=_operations(self.affine, self.track_running_stats) * output.elements)

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place; all of a channel, where nothing is tracked."""
        mixed = () if self.track_running_stats else tuple(range(1, output.rank))
        return (at_place(output.rank, *mixed),)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result, and mean and deviation of each channel."""
        return normalized(tape, inputs[0], inputs[0].sizes[1])


class LayerNorm(Norm):
    """Layer normalisation over the features of each position (Ba et al., 2016).

    On C x H x W (or C x L) the channels of each position are shifted and divided by their mean and deviation, as in
    ConvNeXt; on features alone, or where the axis of features is the last, it is PyTorch's ``LayerNorm`` over that
    axis. Then a learned factor and term a channel.

    Example:
        >>> layer_norm(eps=1e-6)  # 96x56x56 -> 96x56x56, 192 parameters
        >>> layer_norm  # 768 -> 768, 1,536 parameters
    """

    name = "layer_norm"
    initial = FACTORS

    eps: Epsilon = 1e-5
    elementwise_affine: bool = True
    bias: bool = True

    def axis(self, x: Shape) -> int:
        """Which axis of ``x`` it normalises: C, or the last where none is called so; raises ``Misfit``."""
        if x.rank == 0:
            raise Misfit("layer_norm needs an axis of features, and its input is a scalar", None, "E0411")
        axis = x.axes.find("C") if "C" in x.axes else x.rank - 1
        if 0 < axis < x.rank - 1:
            why = f"layer_norm needs C as the first or the last axis, and the axes of {x} are {x.axes}"
            raise Misfit(why, None, "E0410")
        return axis

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        self.axis(inputs[0])
        return inputs[0]

    def rerun(self, before: tuple[Shape, ...], *inputs: Shape) -> Shape:
        """The size of the axis is an argument of the generated code, also where there are no weights."""
        size, now = before[0].sizes[self.axis(before[0])], inputs[0].sizes[self.axis(inputs[0])]
        if size != now:
            raise Misfit(f"layer_norm was made for {size} features, and there are {now}", None, "E0405")
        return self.infer(*inputs)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """Factor and term."""
        if not self.elementwise_affine:
            return ()
        sizes = (inputs[0].sizes[self.axis(inputs[0])],)
        return (Weight("weight", sizes), Weight("bias", sizes)) if self.bias else (Weight("weight", sizes),)

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """Mean, deviation, factor and term."""
        return Costs(normalization=_operations(self.elementwise_affine) * output.elements)

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place, and all features."""
        return (at_place(output.rank, self.axis(output)),)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result, and mean and deviation of each position; on C x H x W with C moved to the end and back."""
        (x,) = inputs
        axis = self.axis(tape.shapes[0]) + 1
        order = (*(place for place in range(x.rank) if place != axis), axis)
        moved = tape.transposed(x, order)
        if axis < x.rank - 1:
            tape.drop(x)
        result = tape.new(moved.sizes)
        tape.keep(moved)
        tape.aside(2 * x.elements // x.sizes[axis], max(tape.width, WIDE))
        tape.drop(moved)
        back = tape.transposed(result, tuple(order.index(place) for place in range(x.rank)))
        tape.drop(result)
        return back


class GroupNorm(Norm):
    """Group normalisation (Wu & He, 2018): the channels of each group, over all positions, are normalised together.

    One group is layer normalisation over C, H and W; as many groups as channels is instance normalisation.

    Example:
        >>> group_norm(32)  # 256x14x14 -> 256x14x14, 512 parameters
    """

    name = "group_norm"
    initial = FACTORS

    num_groups: Positive
    eps: Epsilon = 1e-5
    affine: bool = True
    num_channels: Positive | None = None

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        (x,) = inputs
        if x.rank == 0:
            raise Misfit("group_norm needs channels, and its input is a scalar", None, "E0411")
        need_size("num_channels", self.num_channels, x.sizes[0])
        if x.sizes[0] % self.num_groups:
            why = f"num_groups {self.num_groups} does not divide {x.sizes[0]} channels"
            raise Misfit(why, "num_groups", "E0404")
        return x

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """Factor and term a channel."""
        return norm_weights(inputs[0].sizes[0], self.affine, running=False)

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """Mean, deviation, factor and term."""
        return Costs(normalization=_operations(self.affine) * output.elements)

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """Everything: channels of a group, and all positions."""
        return (at_place(output.rank, *range(output.rank)),)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result, from a copy where the values do not follow one another; mean and deviation of each group."""
        packed = tape.packed(inputs[0])
        result = tape.new(packed.sizes)
        tape.keep(packed)
        tape.aside(2 * packed.batch * self.num_groups)
        tape.drop(packed)
        return result


class InstanceNorm(Norm):
    """Instance normalisation of C x L, C x H x W or C x D x H x W (Ulyanov et al., 2016): each channel
    of each image by itself.

    Example:
        >>> instance_norm  # 64x32x32 -> 64x32x32
        >>> instance_norm(affine=true)  # 64x32x32 -> 64x32x32, 128 parameters
    """

    name = "instance_norm"
    initial = FACTORS

    eps: Epsilon = 1e-5
    momentum: float = 0.1
    affine: bool = False
    track_running_stats: bool = False
    num_features: Positive | None = None

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        (x,) = inputs
        need_map(self.name, x)
        need_size("num_features", self.num_features, x.sizes[0])
        if x.elements == x.sizes[0]:
            why = f"instance_norm needs several values a channel, and {x} has one"
            raise Misfit(why, None, "E0412", "of one value the deviation is 0")
        return x

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """Factor and term, then the running averages, where there are any."""
        return norm_weights(inputs[0].sizes[0], self.affine, self.track_running_stats)

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """Mean, deviation, factor and term; the running averages in their place, where they are tracked."""
        return Costs(normalization=_operations(self.affine, self.track_running_stats) * output.elements)

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """All of a channel; the same place, where running averages are tracked."""
        mixed = () if self.track_running_stats else tuple(range(1, output.rank))
        return (at_place(output.rank, *mixed),)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """Batch norm of the channels of all images, its weights repeated for each image."""
        (x,) = inputs
        channels = x.batch * x.sizes[1]
        repeated = {weight.name: tape.new((channels,)) for weight in self.weights(output) if weight.sizes}
        packed = tape.packed(x)
        result = normalized(tape, packed, channels)
        tape.keep(*(array for name, array in repeated.items() if name != "bias"))
        tape.drop(packed, *repeated.values())
        return result


class Lrn(Norm):
    """Local response normalisation across channels (Krizhevsky et al., 2012).

    x / (k + alpha / size * s) ** beta, where s is the sum of x ** 2 over ``size`` neighbouring channels. This is
    PyTorch's convention: a paper that multiplies the sum by alpha itself (AlexNet: 1e-4, size 5) is written with
    alpha * size (5e-4).

    Example:
        >>> lrn(5, alpha=5e-4, k=2)  # 96x55x55 -> 96x55x55
    """

    name = "lrn"

    size: Positive
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        (x,) = inputs
        if x.rank < 2:
            raise Misfit(f"lrn needs an input of CxHxW or CxL, and this one is {x}", None, "E0411")
        return x

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """None."""
        return ()

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """The squares of the neighbours, then a factor, a power and a division."""
        return Costs(normalization=(self.size + 3) * output.elements)

    def reads(self, inputs: tuple[Shape, ...], output: Shape) -> tuple[Reads | None, ...]:
        """The same place, and channels."""
        return (at_place(output.rank, 0),)

    def allocate(self, tape: Tape, inputs: tuple[Array, ...], output: Shape) -> Array:
        """The result, and the maps on the way to it."""
        return divided_by_neighbours(tape, inputs[0], self.size)


def _operations(affine: bool, running: bool = False) -> int:
    """For each value: 2 to apply known statistics (1 without affine), 5 with what it takes to know them (4)."""
    return (2 if affine else 1) if running else (5 if affine else 4)
