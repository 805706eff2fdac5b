"""The rule border-layer."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject


class BorderLayer(Rule):
    """A convolution reads a map that has seen more than the whole input already, and no layer behind it sees more.

    What a layer learns, it learns from larger parts of the image than the layers before it saw. Where the receptive
    field covers the image, even along the path that sees least, that ends: Richter et al. ("Should You Go Deeper?",
    2021) call the first such layer the border layer, and find that it and those behind it do not make the network more
    accurate. Use a larger input, pool less or later, or make the network shorter. ResNet-50 needs an image of 75
    pixels at least; beyond 427 its last map no longer sees all of it.

    Example:
        network example {
            input image: [3, H=32, W=32]
            for width in [64, 128, 256, 512] {
                repeat 2 { conv(width, 3x3, padding=1) -> relu }
                maxpool(2x2)
            }
            flatten -> linear(10)
        }

    Instead:
        network example {
            input image: [3, H=32, W=32]
            for width in [64, 128, 256] {
                repeat 2 { conv(width, 3x3, padding=1) -> relu }
                maxpool(2x2)
            }
            flatten -> linear(10)
        }
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """The first convolution whose input has seen more than the image along all axes."""
        if not subject.of("conv", "conv1d"):
            return
        from cnndsl.passes.feasible import feasible, sights

        beyond: dict[str, dict[str, tuple[int, int]]] = {}
        short: set[str] = set()
        for step, axis, seen, size in sights(subject.graph):
            beyond.setdefault(step.name, {})[axis] = (seen, size)
            if seen <= size:
                short.add(step.name)
        border = [name for name in beyond if name not in short]
        if not border:
            return
        step, axes = subject.by_name[border[0]], beyond[border[0]]
        whole = "x".join(str(size) for _, size in axes.values())
        message = f"what this {step.node.kind} reads has seen {'x'.join(str(seen) for seen, _ in axes.values())}"
        message += f", and the input is {whole}"
        ends = feasible(subject.graph)
        least = "x".join(str(ends[axis][0]) for axis in axes if axis in ends)
        most = "x".join(str(ends[axis][1]) for axis in axes if axis in ends)
        count = len(border)
        notes = (f"the first of {count} convolutions of which that is true",) if count > 1 else ()
        help = f"with an input from {least} to {most} each has something left to see, and the last map sees all of it"
        yield Finding(message, step.node.span, help=(help,), notes=notes, step=step)
