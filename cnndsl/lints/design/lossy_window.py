"""The rule lossy-window."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.graph import Step
from cnndsl.lints.rule import Finding, Rule
from cnndsl.lints.subject import Subject
from cnndsl.lints.windows import NOUNS, SLIDING, Window, spoken, windows


class LossyWindow(Rule):
    """The stride of a window does not go into the map, so that positions at its end are never read.

    (size + padding - kernel) / stride is rounded down, and what is left over behind the last window is dropped: values
    of the map, or of the padding alone. Sizes that are rounded down differently in two branches do not add up again,
    and an upsampling does not lead back to the size that was. The message says whether values of the map are lost.

    Example:
        conv(16, 3x3, stride=2) -> relu -> conv(10, 1x1)

    Instead:
        conv(16, 3x3, stride=2, padding=[0, 1, 0, 1]) -> relu -> conv(10, 1x1)
    """

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Windows with positions left over behind the last one."""
        for step in subject.of(*SLIDING):
            left = [axis for axis in windows(step) if axis.left]
            if left:
                yield self._found(step, left)

    def _found(self, step: Step, left: list[Window]) -> Finding:
        sums = ", ".join(dict.fromkeys(_division(axis) for axis in left))
        lost = [axis for axis in left if axis.lost]
        help: tuple[str, ...] = ()
        if lost:
            message = f"{spoken([(axis.letter, axis.lost, axis.size) for axis in lost])} never read: {sums}"
            help = (_nearest(lost),)
        else:
            unread = " and ".join(_counted(axis) for axis in left)
            message = f"{unread} of padding left over, and none of the map: {sums}"
        return Finding(message, step.node.span, help=help, step=step)


def _division(axis: Window) -> str:
    padding = axis.before + axis.after
    size = f"{axis.size} + {padding}" if padding else str(axis.size)
    return f"({size} - {axis.span}) / {axis.stride} leaves {axis.left}"


def _counted(axis: Window) -> str:
    noun = NOUNS.get(axis.letter, axis.letter)
    return f"{axis.left} {noun}" + ("s" if axis.left > 1 else "")


def _nearest(lost: list[Window]) -> str:
    fitting: dict[str, list[str]] = {}
    for axis in lost:
        sizes = [size for size in (axis.size - axis.left, axis.size - axis.left + axis.stride) if size > 0]
        fitting.setdefault(" or ".join(map(str, sizes)), []).append(axis.letter)
    return "nothing is lost with " + ", ".join(f"{' and '.join(axes)} of {sizes}" for sizes, axes in fitting.items())
