"""What norms have in common: their weights, their statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnndsl.ops.operation import Weight

if TYPE_CHECKING:
    from cnndsl.ops.tensors import Array, Tape

WIDE = 4
"""Bytes of a statistic where values take fewer."""


def normalized(tape: Tape, x: Array, statistics: int) -> Array:
    """The result of batch norm; so many means and as many deviations are kept with the input."""
    result = tape.like(x)
    tape.keep(x)
    tape.aside(2 * statistics, max(tape.width, WIDE))
    return result


def divided_by_neighbours(tape: Tape, x: Array, size: int) -> Array:
    """The result of local response norm over ``size`` channels.

    The squares, with channels around them; their mean; that times alpha, plus k, to the power; the quotient.
    """
    square = tape.like(x)
    tape.keep(x)
    around = tape.new((x.batch, x.sizes[1] + size - 1, *x.sizes[2:]))
    tape.drop(square)
    mean = tape.new(x.sizes)
    tape.keep(around)
    tape.drop(around)
    scaled = tape.like(mean)
    moved = tape.like(scaled)
    tape.drop(scaled)
    power = tape.like(moved)
    tape.keep(moved, power)
    tape.drop(moved, mean)
    result = tape.like(x, power)
    tape.drop(power)
    return result


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
