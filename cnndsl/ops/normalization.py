"""Normalisations."""

from __future__ import annotations

from cnndsl.ops.arguments import Positive
from cnndsl.ops.operation import Costs, Misfit, Operation, Weight
from cnndsl.ops.windows import need_size
from cnndsl.shape import Shape


class BatchNorm(Operation):
    """Batch normalisation of C, C x L or C x H x W (Ioffe & Szegedy, 2015).

    Each channel is shifted and divided by its mean and deviation over the batch and all positions; in inference by
    their running averages. Then a learned factor and term, unless ``affine=false``.
    """

    name = "bn"
    keeps = "input"

    eps: float = 1e-5
    momentum: float | None = 0.1
    affine: bool = True
    track_running_stats: bool = True
    num_features: Positive | None = None

    def infer(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        (x,) = inputs
        if not 1 <= x.rank <= 3:
            raise Misfit(f"bn needs an input of CxHxW, CxL or C, and this one is {x}", None, "E0411")
        need_size("num_features", self.num_features, x.sizes[0])
        return x

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """Factor and term, then the running averages and how many batches they have seen."""
        return norm_weights(inputs[0].sizes[0], self.affine, self.track_running_stats)

    def costs(self, inputs: tuple[Shape, ...], output: Shape) -> Costs:
        """A factor and a term a value, as in inference."""
        return Costs(normalization=(2 if self.affine else 1) * output.elements)


class Lrn(Operation):
    """Local response normalisation across channels (Krizhevsky et al., 2012).

    x / (k + alpha / size * s) ** beta, where s is the sum of x ** 2 over ``size`` neighbouring channels. This is
    PyTorch's convention: a paper that multiplies the sum by alpha itself (AlexNet: 1e-4, size 5) is written with
    alpha * size (5e-4).
    """

    name = "lrn"
    keeps = "input"

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


def norm_weights(channels: int, affine: bool, running: bool) -> tuple[Weight, ...]:
    """The tensors of a norm over ``channels``."""
    learned = (Weight("weight", (channels,)), Weight("bias", (channels,))) if affine else ()
    if not running:
        return learned
    return (
        *learned,
        Weight("running_mean", (channels,), buffer=True),
        Weight("running_var", (channels,), buffer=True),
        Weight("num_batches_tracked", (), buffer=True),
    )
