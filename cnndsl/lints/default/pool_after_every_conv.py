"""The rule pool-after-every-conv."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.graph import Step
from cnndsl.lints.kinds import DROPS, POINTWISE
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.lints.windows import windows
from cnndsl.ops.windows import by

FEWEST = 5
"""Convolutions: four with a pool each are a usual small network."""

_IN_PLACE = POINTWISE.union(
    DROPS, ("bn", "layer_norm", "group_norm", "instance_norm", "lrn", "identity", "scale", "shift")
)


class PoolAfterEveryConv(Rule):
    """Each of five or more convolutions is followed by a pool, so the map shrinks before it is looked at.

    Every pool with stride 2 leaves a quarter of the positions. Five of them leave 7x7 of 224x224 and one position of
    32x32, after five convolutions in all. Networks that see more share a map between several convolutions: two 3x3
    see 5x5 and three see 7x7 (Simonyan & Zisserman, 2014).

    Example:
        for width in [16, 32, 64, 128, 256] {
            conv(width, 3x3, padding=1) -> relu -> maxpool(2x2)
        }
        flatten -> linear(10)

    Instead:
        for width in [16, 32, 64] {
            repeat 2 { conv(width, 3x3, padding=1) -> relu }
            maxpool(2x2)
        }
        flatten -> linear(10)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Networks of five and more convolutions of maps, every one of them followed by a pool with a stride."""
        convolutions = subject.of("conv")
        if len(convolutions) < FEWEST:
            return
        pools: list[Step] = []
        for step in convolutions:
            pool = _pool(subject, step)
            if pool is None:
                return
            pools.append(pool)
        (first,), last = subject.operands(convolutions[0]), pools[-1]
        small = by(subject.shape(last).sizes[1:])
        message = f"every convolution has a pool behind it: {len(pools)} of them leave {small}"
        message += f" of {by(subject.shape(first).sizes[1:])}"
        yield Finding(message, last.node.span, help=("let two or three convolutions share a map",))


def _pool(subject: Subject, step: Step) -> Step | None:
    """The pool with a stride that alone reads it, through steps that stay at their place; None: there is none."""
    reader = subject.reader(step)
    while reader is not None and reader.node.kind in _IN_PLACE:
        reader = subject.reader(reader)
    if reader is None or reader.node.kind not in ("maxpool", "avgpool"):
        return None
    return reader if all(axis.stride > 1 for axis in windows(reader)) else None
