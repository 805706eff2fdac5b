"""The rule linear-composition."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Fix, Label
from cnndsl.graph import Step
from cnndsl.lints.edits import insertion
from cnndsl.lints.kinds import DROPS, MOVES, POINTWISE, SQUASHERS
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import LAYERS, Subject
from cnndsl.ops.convolution import Conv

_LINEAR = frozenset(
    {
        *(*MOVES, *DROPS, "bn", "identity", "scale", "shift", "add", "sub", "mul", "pad", "center_crop"),
        *("avgpool", "adaptive_avgpool", "global_avgpool", "mean", "sum"),
    }
)
"""What is linear in its one operand, in inference at least."""


class LinearComposition(Rule):
    """A convolution or linear layer reads another with nothing between them that is not linear.

    Two linear maps, one after the other, are one linear map: what the second adds in parameters and operations it does
    not add in what can be computed. Batch norm (in inference), dropout and average pooling are linear too. As a rule
    an activation was forgotten. Factorisations are meant and not reported: a depthwise or grouped convolution beside a
    pointwise one, a map that is narrower than both ends, as in inverted residuals (Sandler et al., 2018), and kernels
    along different axes, 1x3 then 3x1.

    Example:
        conv(64, 3x3, padding=1) -> conv(64, 3x3, padding=1) -> relu
        global_avgpool -> flatten -> linear(10)

    Instead:
        conv(64, 3x3, padding=1) -> relu -> conv(64, 3x3, padding=1) -> relu
        global_avgpool -> flatten -> linear(10)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Dense maps whose one reader, through linear steps, is a dense map, unless they factorise one.

        Of a network without any activation the first two.
        """
        none = not subject.of(*POINTWISE)
        for first in subject.of(*LAYERS):
            if not _is_dense(first):
                continue
            between: list[Step] = []
            reader = subject.reader(first)
            while reader is not None and reader.node.kind in _LINEAR and len(reader.operands) == 1:
                between.append(reader)
                reader = subject.reader(reader)
            if reader is not None and _is_dense(reader) and not _factorises(subject, first, reader):
                yield self._found(subject, first, between, reader, none)
                if none:
                    return

    def _found(self, subject: Subject, first: Step, between: list[Step], second: Step, none: bool) -> Finding:
        named = ", ".join(dict.fromkeys(step.node.kind for step in between))
        message = f"this {first.node.kind} and {_called(second)} are one linear map: "
        message += f"only {named} between them" if named else "nothing between them"
        span, reading = first.node.span, second.node.span
        labels = (Label(reading, "this reads it"),) if reading.source is span.source and reading != span else ()
        act = next((step.node.kind for step in subject.of(*(POINTWISE - SQUASHERS))), "relu")
        edits = insertion(between[0] if between and between[0].node.kind == "bn" else first, act)
        fixes = (Fix(f"put {act} between them", edits),) if edits else ()
        notes = ("no activation stands anywhere in this network",) if none else ()
        return Finding(message, span, labels=labels, fixes=fixes, step=first, notes=notes)


def _called(step: Step) -> str:
    return f"the {step.node.kind} after it" if step.name.rpartition(".")[2].isdigit() else step.name


def _is_dense(step: Step) -> bool:
    """Whether every feature of its result is a sum over all features of its input, at the same resolution or less."""
    operation, kind = step.node.operation, step.node.kind
    if kind not in LAYERS or getattr(operation, "groups", 1) > 1:
        return False
    return not kind.startswith("conv_transpose") or max(getattr(operation, "stride", (1,))) == 1


def _factorises(subject: Subject, first: Step, second: Step) -> bool:
    """Whether the two are cheaper than one: through fewer features, or along one axis after the other."""
    inner, outer = first.node.operation, second.node.operation
    if isinstance(inner, Conv) and isinstance(outer, Conv) and len(inner.kernel_size) == len(outer.kernel_size):
        pairs = list(zip(inner.kernel_size, outer.kernel_size, strict=True))
        if max(inner.kernel_size) > 1 and max(outer.kernel_size) > 1 and all(min(pair) == 1 for pair in pairs):
            return True
    (before, given), (read, after) = _features(subject, first), _features(subject, second)
    return given < before and read < after


def _features(subject: Subject, step: Step) -> tuple[int, int]:
    """How many features it reads, and how many it gives."""
    axis = -1 if step.node.kind == "linear" else 0
    (x,) = subject.operands(step)
    return subject.shape(x).sizes[axis], subject.shape(step).sizes[axis]
