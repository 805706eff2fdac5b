"""The rule filters-never-grow."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from cnndsl.graph import Step
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.ops.windows import by
from cnndsl.shape import Shape

_FOURTH = 4
"""How much smaller a map must be along every axis: after two strides of 2."""


class FiltersNeverGrow(Rule):
    """Maps become smaller and smaller, and have no more channels than at the start.

    Each stride of 2 leaves a quarter of the positions, so with the same channels a quarter of the values and of the
    work. Networks since VGG double the channels where they halve the map (Simonyan & Zisserman, 2014; He et al., 2015):
    late layers tell many things apart, of which each is somewhere in a large part of the image.

    Example:
        repeat 3 { conv(64, 3x3, padding=1) -> relu -> maxpool(2x2) }
        global_avgpool -> flatten -> linear(10)

    Instead:
        for width in [64, 128, 256] {
            conv(width, 3x3, padding=1) -> relu -> maxpool(2x2)
        }
        global_avgpool -> flatten -> linear(10)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Networks whose smallest map has no more channels than the largest, and a quarter of its size or less."""
        maps = [(shape, step) for step in subject.of("conv", "conv1d") for shape in _maps(subject, step)]
        if not maps:
            return
        largest, smallest = (choose(prod(shape.sizes[1:]) for shape, _ in maps) for choose in (max, min))
        wide = max((pair for pair in maps if prod(pair[0].sizes[1:]) == largest), key=_channels)
        last = max((pair for pair in maps if prod(pair[0].sizes[1:]) == smallest), key=_channels)
        before, after = wide[0], last[0]
        shrunk = all(_FOURTH * small <= large for small, large in zip(after.sizes[1:], before.sizes[1:], strict=True))
        if shrunk and after.sizes[0] <= before.sizes[0]:
            message = f"maps of {by(before.sizes[1:])} have {before.sizes[0]} channels,"
            message += f" and maps of {by(after.sizes[1:])} have {after.sizes[0]}"
            help = "double the channels where the map is halved"
            yield Finding(message, last[1].node.span, help=(help,), step=last[1])


def _maps(subject: Subject, step: Step) -> list[Shape]:
    """What it gives, and what it reads unless that is an input: maps of several positions."""
    (source,) = subject.operands(step)
    found = [subject.shape(step)]
    if source.name in subject.learned:
        found.append(subject.shape(source))
    return [shape for shape in found if prod(shape.sizes[1:]) > 1]


def _channels(pair: tuple[Shape, Step]) -> int:
    return pair[0].sizes[0]
