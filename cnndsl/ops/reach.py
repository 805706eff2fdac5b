"""Which positions of an operand a position of the result reads, along one axis.

Windows repeat after a period of positions, by a whole number further: a period of 1 for a convolution, of ``stride``
for a transposed one, of 7 where 10 positions become 7. So they are exact where a result lies between the positions of
its operand.
"""

from __future__ import annotations

from collections.abc import Callable
from math import gcd
from typing import NamedTuple

LIMIT = 65_536
"""The longest period that is kept; where it would be longer, every position is taken to read everything."""

Window = tuple[int, int]
"""The first and the last position that are read; nothing where the last comes before the first."""

NOTHING: Window = (0, -1)


class Reach(NamedTuple):
    """The windows of a period of positions, and how much further those of the next period lie.

    A step of 0: all positions read the same. None: the windows are spread unevenly, or fewer than a period, and these
    are all.
    """

    windows: tuple[Window, ...]
    step: int | None

    @property
    def size(self) -> int:
        """The largest number of positions that one position reads, from the first to the last of them."""
        return max(max(last - first + 1, 0) for first, last in self.windows)

    def window(self, position: int) -> Window:
        """What ``position`` reads; it may lie beyond the border."""
        if self.step is None:
            return self.windows[position] if 0 <= position < len(self.windows) else NOTHING
        turns, place = divmod(position, len(self.windows))
        first, last = self.windows[place]
        return (first + turns * self.step, last + turns * self.step) if first <= last else NOTHING

    def over(self, window: Window) -> Window:
        """What the positions of ``window`` read together, from the first to the last."""
        return self._together(window, self._ordered())

    def _together(self, window: Window, ordered: bool) -> Window:
        start, end = window
        if self.step is None:
            start, end = max(start, 0), min(end, len(self.windows) - 1)
        if ordered and start <= end:
            return self.window(start)[0], self.window(end)[1]
        period = len(self.windows)
        read = [self.window(place) for place in range(start, min(end, start + period - 1) + 1)]
        read += [self.window(place) for place in range(max(start + period, end - period + 1), end + 1)]
        return _hull(read)

    def _ordered(self) -> bool:
        """Whether none is empty, and none begins or ends before the one before it."""
        following = [*self.windows[1:], self.window(len(self.windows))] if self.step is not None else self.windows[1:]
        return all(first <= last for first, last in self.windows) and all(
            one[0] <= other[0] and one[1] <= other[1] for one, other in zip(self.windows, following, strict=False)
        )

    def after(self, outer: Reach, places: int) -> Reach:
        """What ``places`` positions read through another operation, which reads ``outer`` of this one's result."""
        if self.step is not None and outer.step is not None and len(self.windows) == len(outer.windows) == 1:
            ((first, last),), ((start, end),) = self.windows, outer.windows
            if first <= last and start <= end:  # most operations: a window and a stride
                return Reach(((first + start * self.step, last + end * self.step),), self.step * outer.step)
        period, step = places, None
        if self.step is not None and outer.step is not None:
            turns = len(self.windows) // gcd(len(self.windows), outer.step)
            period = len(outer.windows) * turns
            step = turns * outer.step // len(self.windows) * self.step
        ordered = self._ordered()
        return _made(lambda place: self._together(outer.window(place), ordered), period, step, places)

    def joined(self, other: Reach, places: int) -> Reach:
        """What ``places`` positions read where they read both: from the first to the last."""
        period, step = places, None
        one, two = len(self.windows), len(other.windows)
        if self.step is not None and other.step is not None and self.step * two == other.step * one:
            period = one * two // gcd(one, two)
            step = self.step * (period // one)
        return _made(lambda place: _hull([self.window(place), other.window(place)]), period, step, places)

    def whole(self, places: int) -> Reach:
        """What ``places`` positions read together, for all of them."""
        return everything(self.over((0, places - 1)))

    def within(self, size: int) -> Reach:
        """Without what lies beyond ``size`` positions, where the windows do not move evenly."""
        if self.step:
            return self
        windows = tuple((max(first, 0), min(last, size - 1)) for first, last in self.windows)
        return everything(windows[0]) if len(set(windows)) == 1 else Reach(windows, None)


class Along(NamedTuple):
    """How one axis of an operand is read: along which axis of the result, None: none; which positions, None: all."""

    axis: int | None
    reach: Reach | None


Reads = tuple[Along, ...]
"""One for each axis of an operand."""


def everything(window: Window) -> Reach:
    """The same window for all positions."""
    return Reach((window,), 0)


def sliding(span: int, stride: int = 1, before: int = 0) -> Reach:
    """Windows of ``span`` positions, ``stride`` apart, with ``before`` values of padding in front."""
    return Reach(((-before, span - 1 - before),), stride)


SAME = sliding(1)
"""The same position."""


def at_place(rank: int, *mixed: int) -> Reads:
    """Each axis of the operand is that of the result, position by position, but that of ``mixed`` all are read."""
    return tuple(Along(axis, None if axis in mixed else SAME) for axis in range(rank))


def written(kernel: int, stride: int, dilation: int, before: int) -> Reach:
    """Of a transposed convolution: the inputs whose kernels write to a position; some positions may get nothing."""
    windows = []
    for place in range(before, before + stride):
        sources = [place - tap * dilation for tap in range(kernel)]
        windows.append(_hull([(one // stride, one // stride) for one in sources if one % stride == 0]))
    return Reach(tuple(windows), 1)


def parts(size: int, places: int) -> Reach:
    """``places`` windows that cover ``size`` positions, as adaptive pooling has them."""
    common = gcd(size, places)
    return _made(
        lambda place: (place * size // places, -(-(place + 1) * size // places) - 1),
        places // common,
        size // common,
        places,
    )


def repeated(times: int) -> Reach:
    """Each position ``times`` times."""
    return Reach(((0, 0),) * times, 1)


def resampled(rise: int, start: int, run: int, neighbours: int, places: int) -> Reach:
    """Of position o the ``neighbours`` of (o * rise + start) / run: 1, the one before; 2 or 4, those around it.

    A position that is met exactly is read alone.
    """

    def window(place: int) -> Window:
        floor, rest = divmod(place * rise + start, run)
        between = neighbours // 2 if rest else 0
        return floor - max(between - 1, 0), floor + between

    common = gcd(rise, run)
    return _made(window, run // common, rise // common, places)


def _made(window: Callable[[int], Window], period: int, step: int | None, places: int) -> Reach:
    """The windows of a period, the shortest there is; all windows, where they are uneven or fewer than a period."""
    if period > places:
        period, step = places, None
    if period > LIMIT:
        return everything(_hull([window(0), window(places - 1)]))
    windows = tuple(map(window, range(period)))
    if step is None:
        return everything(windows[0]) if len(set(windows)) == 1 else Reach(windows, None)
    for shortest in range(1, period):
        if period % shortest == 0 and step * shortest % period == 0:
            short = Reach(windows[:shortest], step * shortest // period)
            if all(short.window(place) == windows[place] for place in range(shortest, period)):
                return short
    return Reach(windows, step)


def _hull(windows: list[Window]) -> Window:
    """From the first to the last of what is read, windows that read nothing left out."""
    read = [one for one in windows if one[0] <= one[1]]
    return (min(one[0] for one in read), max(one[1] for one in read)) if read else NOTHING
