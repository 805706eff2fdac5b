"""The rule channels-as-kernel."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Edit, Fix
from cnndsl.graph import Step
from cnndsl.lints.edits import written
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.ops.convolution import Conv
from cnndsl.ops.windows import by, spoken
from cnndsl.source import Span
from cnndsl.syntax import tree

_LARGE = 12
"""No published dense convolution has so large a kernel (AlexNet's has 11); those of RepLKNet are depthwise."""


class ChannelsAsKernel(Rule):
    """The arguments of a convolution stand as PyTorch has them, with the input channels first.

    ``conv(3, 64, 3)`` is 3 output channels, a kernel of 64x64 and a stride of 3: a program that works wherever the map
    is large enough. Input channels are never written here. What is reported is a dense convolution whose first
    argument is the number of its input channels and whose second is a kernel of 12 and more.

    Example:
        conv(3, 64, 3) -> relu -> conv(128, 3x3)

    Instead:
        conv(64, 3x3) -> relu -> conv(128, 3x3)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Positional arguments that are input channels, output channels and, where a third stands there, a kernel."""
        for step in subject.of("conv", "conv1d", "conv3d"):
            operation = step.node.operation
            if not isinstance(operation, Conv) or operation.groups > 1 or min(operation.kernel_size) < _LARGE:
                continue
            if operation.out_channels != subject.shape(subject.operands(step)[0]).sizes[0]:
                continue
            numbers = _numbers(step)
            if len(numbers) > 1:
                yield _found(step, operation, numbers)


def _numbers(step: Step) -> tuple[Span, ...]:
    """The places of the whole numbers that the call begins with."""
    found = written(step)
    places: list[Span] = []
    for argument in found.step.call.arguments if found is not None else ():
        if argument.name is not None or not isinstance(argument.value, tree.Literal):
            break
        if type(argument.value.value) is not int:
            break
        places.append(argument.value.span)
    return tuple(places[:3])


def _found(step: Step, operation: Conv, numbers: tuple[Span, ...]) -> Finding:
    first, second, *third = numbers
    kernel = spoken(operation.kernel_size, "kernel")
    fixes: tuple[Fix, ...] = ()
    if third:
        size = by((int(third[0].text),) * len(operation.kernel_size))
        edit = Edit(first.to(third[0]), f"{second.text}, {size}")
        fixes = (Fix(f"{second.text} output channels, a kernel of {size}", (edit,)),)
    return Finding(
        f"this is {kernel} and {operation.out_channels} output channels, as many as the input has",
        second,
        help=("input channels are not written: output channels come first, then the kernel",),
        fixes=fixes,
        step=step,
    )
