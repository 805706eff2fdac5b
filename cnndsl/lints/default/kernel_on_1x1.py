"""The rule kernel-on-1x1."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import prod

from cnndsl.diagnostics.diagnostic import Edit, Fix
from cnndsl.graph import Step
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.lints.windows import Window, windows
from cnndsl.ops.windows import by
from cnndsl.source import Span

WALKS = 20
"""Lines for which the network is searched for heads of other sizes; each search goes through all of it."""


class KernelOn1x1(Rule):
    """A kernel of more than one value works on a map of one position: the rest of it meets nothing but padding.

    A 3x3 kernel on 1x1 with padding 1 uses the value in its middle. The other eight are multiplied with zeros and
    never learn, at nine times the parameters of a 1x1 convolution that computes the same. Where the maps were pooled
    too often, or the input is too small for the network, that is the mistake to mend. Of heads that read maps of
    several sizes, as in SSD (Liu et al., 2016), the one on the smallest map is not reported.

    Example:
        conv(64, 3x3, padding=1) -> relu -> global_avgpool
        conv(32, 3x3, padding=1) -> relu -> flatten -> linear(10)

    Instead:
        conv(64, 3x3, padding=1) -> relu -> global_avgpool
        conv(32, 1x1) -> relu -> flatten -> linear(10)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Convolutions of 1x1 maps of whose kernels a part meets the input."""
        parallel: dict[Span, bool] = {}
        for step in subject.of("conv", "conv1d"):
            (x,) = subject.operands(step)
            if subject.shape(x).elements != subject.shape(x).sizes[0]:
                continue
            axes = windows(step)
            kernel, met = prod(axis.kernel for axis in axes), prod(axis.taps for axis in axes)
            if met == kernel:
                continue
            line = step.node.span
            if line not in parallel and len(parallel) < WALKS:  # of all uses of a line alike
                parallel[line] = _is_one_of_several(subject, step)
            if not parallel.get(line):
                yield self._found(subject, step, axes, kernel, met)

    def _found(self, subject: Subject, step: Step, axes: tuple[Window, ...], kernel: int, met: int) -> Finding:
        shown, one = by(tuple(axis.kernel for axis in axes)), by(tuple(1 for _ in axes))
        verb = "meets" if met == 1 else "meet"
        message = f"{met} of the {kernel} values of this kernel {verb} the one position of the map, the others padding"
        size, padding = subject.argument(step, "kernel_size"), subject.argument(step, "padding")
        fixes: tuple[Fix, ...] = ()
        if size.text == shown and padding.text.isdigit() and met == 1:
            fixes = (Fix(f"a kernel of {one}", (Edit(size, one), Edit(padding, "0"))),)
        span = size if size.source is step.node.span.source else step.node.span
        notes = ("perhaps there is too much pooling before it, or the input is too small",)
        return Finding(message, span, help=(f"write a kernel of {one}",), fixes=fixes, step=step, notes=notes)


def _is_one_of_several(subject: Subject, step: Step) -> bool:
    """Whether a kernel like this one gives a larger map, and neither depends on the other."""
    kernel = getattr(step.node.operation, "kernel_size", None)
    larger = [one for one in subject.of(step.node.kind) if max(subject.shape(one).sizes[1:]) > 1]
    alike = [one for one in larger if getattr(one.node.operation, "kernel_size", None) == kernel]
    if not alike:
        return False
    related = _reached(step, lambda one: [subject.by_name[name] for name in one.operands])
    related |= _reached(step, subject.readers)
    return any(one.name not in related for one in alike)


def _reached(step: Step, following: Callable[[Step], Iterable[Step]]) -> set[str]:
    """``step`` and all to which ``following`` leads from there."""
    found = {step.name}
    pending = [step]
    while pending:
        for one in following(pending.pop()):
            if one.name not in found:
                found.add(one.name)
                pending.append(one)
    return found
