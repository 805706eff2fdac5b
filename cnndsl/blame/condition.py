"""What the sizes that fit have in common, in words: asked of each size, and sure where a whole period was asked."""

from __future__ import annotations

from collections.abc import Callable

from cnndsl.blame.trials import Spent

Good = Callable[[int], bool]

_PERIOD = 64
"""Longer periods are not looked at."""


def condition(below: int | None, above: int | None, good: Good) -> str:
    """What a size must be; ``below`` and ``above`` are the nearest that fit, ``good`` asks. Empty: nobody knows."""
    try:
        if below is not None and above is not None:
            return _periodic(below, above, good)
        if above is not None and good(above + 1):
            return f"at least {above}" if good(2 * above) else f"from {above} to {_last(above, good)}"
        return _stretch(above, good) if above is not None else _stretch(below or 0, good)
    except Spent:
        return ""


def _periodic(below: int, above: int, good: Good) -> str:
    last = _end(above, 1, good)
    period = last - below
    if last - above >= _PERIOD or period > _PERIOD:
        return ""
    if any(good(last + step) is not (above + period <= last + step) for step in range(1, period + 1)):
        return ""
    more = last - above
    if not more:
        return _residue(above % period, period)
    if above % period == 0:
        return f"a multiple of {period} or up to {more} more"
    if last % period == 0:
        return f"a multiple of {period} or up to {more} less"
    return f"from {above} to {last}, or a multiple of {period} away"


def _residue(rest: int, period: int) -> str:
    if period == 2:
        return "odd" if rest else "even"
    return f"{rest} more than a multiple of {period}" if rest else f"a multiple of {period}"


def _stretch(one: int, good: Good) -> str:
    """From one end to the other."""
    least, most = _end(one, -1, good), _end(one, 1, good)
    if most - least >= _PERIOD:
        return ""
    return f"{least}" if least == most else f"from {least} to {most}"


def _last(size: int, good: Good) -> int:
    """The last size that fits, below twice the first; there is one end."""
    least, most = size, 2 * size
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if good(middle) else (least, middle)
    return least


def _end(size: int, step: int, good: Good) -> int:
    """The last of the sizes that follow one another and fit; no further than a period."""
    last = size
    while abs(last - size) < _PERIOD and good(last + step):
        last += step
    return last
