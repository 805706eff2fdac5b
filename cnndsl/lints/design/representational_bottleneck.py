"""The rule representational-bottleneck."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.graph import Step, origin
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.lints.windows import SLIDING, windows
from cnndsl.ops.convolution import Conv
from cnndsl.trace import Value

_PART = 4
"""How many times fewer values are an extreme compression: those of a stride of 2 with the same channels."""


class RepresentationalBottleneck(Rule):
    """All that a network knows goes through a pool or stride that leaves a quarter of the values or fewer.

    "Avoid representational bottlenecks ... one should avoid bottlenecks with extreme compression" (Szegedy et al.,
    "Rethinking the Inception Architecture", 2015): what is lost there no later layer brings back. Their remedy for
    reducing the grid is to grow the channels at the same time, by a strided convolution beside the pool (Figure 10).
    Reported where nothing leads around the step, convolutions follow, and the result has fewer values than the image.

    Example:
        conv(64, 7x7, stride=4, padding=3) -> relu
        conv(64, 3x3, padding=1) -> relu -> maxpool(2x2)
        conv(64, 3x3, padding=1) -> relu
        global_avgpool -> flatten -> linear(10)

    Instead:
        conv(64, 7x7, stride=4, padding=3) -> relu
        concat {
            conv(64, 3x3, stride=2, padding=1) -> relu
            maxpool(2x2)
        }
        conv(128, 3x3, padding=1) -> relu
        global_avgpool -> flatten -> linear(10)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Pools and dense strided convolutions that all paths go through."""
        image = sum(subject.graph.shapes[Value(name)].elements for name in subject.graph.inputs)
        for step in _alone(subject):
            operation = step.node.operation
            if isinstance(operation, Conv) and operation.groups > 1:
                continue
            (before,), after = (subject.shape(one) for one in subject.operands(step)), subject.shape(step)
            if after.elements < image and _PART * after.elements <= before.elements:
                times = round(before.elements / after.elements, 1)
                message = f"{before} becomes {after}: {times:g} times fewer values, and nothing leads around"
                help = "grow the channels as the map shrinks, or put a strided convolution beside the pool"
                yield Finding(message, step.node.span, help=(help,), step=step)


def _alone(subject: Subject) -> Iterator[Step]:
    """Windows with a stride through which all paths go to the results of inference, convolutions behind them."""
    ways = _ways(subject)
    place = {step.name: index for index, step in enumerate(ways)}
    last = max((index for index, step in enumerate(ways) if step.node.kind in ("conv", "conv1d")), default=-1)
    furthest = 0
    for index, step in enumerate(ways[:last]):
        if furthest <= index and step.node.kind in SLIDING and max(axis.stride for axis in windows(step)) > 1:
            yield step
        readers = [place[reader.name] for reader in subject.readers(step) if reader.name in place]
        furthest = max([furthest, *readers, *([len(ways)] if step.name in subject.outputs else [])])


def _ways(subject: Subject) -> list[Step]:
    """The steps on which the results of inference depend, in the order of the text."""
    ends = (origin(subject.graph, output.value) for output in subject.graph.outputs if not output.training)
    needed = {name for name in ends if name is not None}
    for step in reversed(subject.steps):
        if step.name in needed:
            needed.update(step.operands)
    return [step for step in subject.steps if step.name in needed]
