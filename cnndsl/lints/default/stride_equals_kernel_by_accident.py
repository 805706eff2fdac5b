"""The rule stride-equals-kernel-by-accident."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Edit, Fix
from cnndsl.graph import Step
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.lints.windows import Window, spoken, windows
from cnndsl.ops.convolution import Conv
from cnndsl.ops.windows import by
from cnndsl.source import Span


class StrideEqualsKernelByAccident(Rule):
    """A convolution has a stride as large as its kernel, so that no two windows overlap.

    ``conv(15, 7, 7)`` is a kernel of 7 and a stride of 7. In Keras 1 the same arguments meant a kernel of 7x7, and the
    mistake trains silently: most of what a small pattern could tell is cut apart. Where it is meant, it cuts the map
    into patches: an even kernel that divides the map, as in ConvNeXt (Liu et al., 2022), is not reported, nor is a
    first convolution that divides the image, as in ConvMixer (Trockman & Kolter, 2022), unless others follow.

    Example:
        conv(15, 5, 5) -> relu
        conv(250, 5, 5) -> relu -> flatten -> linear(10)

    Instead:
        conv(15, 5x5) -> relu
        conv(250, 5x5) -> relu -> flatten -> linear(10)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Strides that equal kernels of 3 and more, but for patches; none are patches where others are no patches."""
        patches: list[Finding] = []
        found: list[Finding] = []
        for step in subject.of("conv", "conv1d"):
            operation = step.node.operation
            if not isinstance(operation, Conv) or operation.stride != operation.kernel_size:
                continue
            if max(operation.kernel_size) < 3 or max(operation.dilation) > 1:
                continue
            axes = windows(step)
            if all(axis.places == 1 and not axis.left for axis in axes):
                continue
            first = subject.operands(step)[0].name not in subject.learned
            odd = any(axis.kernel > 1 and axis.kernel % 2 for axis in axes)
            if odd or any(axis.lost for axis in axes):
                patch = first and not any(axis.lost for axis in axes)
                (patches if patch else found).append(self._found(subject, step, axes))
        yield from (*(patches if found else ()), *found)

    def _found(self, subject: Subject, step: Step, axes: tuple[Window, ...]) -> Finding:
        shown = by(tuple(axis.kernel for axis in axes))
        message = f"kernel and stride are both {shown}, so the windows do not overlap"
        if lost := [(axis.letter, axis.lost, axis.size) for axis in axes if axis.lost]:
            message += f", and {spoken(lost)} never read"
        kernel, stride = subject.argument(step, "kernel_size"), subject.argument(step, "stride")
        span = stride if stride.source is step.node.span.source else step.node.span
        help = "leave the stride out if the windows are meant to overlap"
        fixes: tuple[Fix, ...] = ()
        between = Span(kernel.source, kernel.end, stride.start).text if kernel.source is stride.source else ""
        if not _is_written(stride) or stride == kernel:
            pass
        elif between.strip() == "," and _is_written(kernel):
            edit = Edit(kernel.to(stride), shown)
            help = f"behind the kernel stands the stride: a kernel of {shown} is written `{shown}`"
            fixes = (Fix(f"a kernel of {shown}, a stride of 1", (edit,)),)
        else:
            fixes = (Fix("a stride of 1", (Edit(stride, "1"),)),)
        return Finding(message, span, help=(help,), fixes=fixes, step=step)


def _is_written(span: Span) -> bool:
    """Whether it is a number or size, which belongs to this call alone."""
    return re.fullmatch(r"\d+(x\d+)?", span.text) is not None
