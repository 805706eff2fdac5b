"""The rule softmax-axis."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.diagnostics.diagnostic import Fix
from cnndsl.lints.edits import argument
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.ops.axes import locate
from cnndsl.shape import SPATIAL


class SoftmaxAxis(Rule):
    """A softmax of maps runs along their rows or columns and not over the classes.

    In C x H x W the classes are C. `dim=-1`, which is right where channels stand last, is W here: the values of each
    row of each map add up to one, and those of a position do not. Attention over all positions flattens H and W into
    one axis first, and is left alone, as is a softmax along a sequence that does not end the network.

    Example:
        conv(21, 1x1) -> softmax(dim=-1)

    Instead:
        conv(21, 1x1) -> softmax(dim="C")
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Softmax along one of several axes of positions, or along the one of a result."""
        for step in subject.of("softmax", "log_softmax"):
            shape = subject.shape(step)
            axis = locate(shape, getattr(step.node.operation, "dim", 1), "dim")
            letter, spatial = shape.axes[axis], [one for one in shape.axes if one in SPATIAL]
            result = step.name in subject.outputs
            if letter not in SPATIAL or "C" not in shape.axes or shape.sizes[axis] == 1:
                continue
            if len(spatial) == 1 and not result:
                continue
            channels, size = shape.channels, shape.sizes[axis]
            yield Finding(
                f"{step.node.kind} of {shape} runs along {letter}, over {size} positions, not over the {channels} of C",
                subject.argument(step, "dim"),
                help=('write `dim="C"`',),
                fixes=(Fix('write `dim="C"`', argument(step, "dim", '"C"')),),
                step=step,
            )
