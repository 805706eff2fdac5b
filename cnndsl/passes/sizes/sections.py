"""The sizes of one symbol, or of several that move together, that a network takes, the others at their defaults.

The strides have a period P. For each remainder the network is run at its smallest size; the outcome holds for a number
of periods that the run itself knows, then it is run again there, until it holds forever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from cnndsl.graph import Graph, steps
from cnndsl.ops import Misfit
from cnndsl.passes.sizes.growth import Horizon, TooShort
from cnndsl.passes.sizes.run import Fault, Outcome, Run
from cnndsl.passes.sizes.sets import Sizes
from cnndsl.passes.sizes.traced import Untraceable
from cnndsl.source import Span

PERIOD = 2_048
"""Longer periods of the strides are not looked at as such: sizes are tried one by one."""
TRIALS = 12_288
"""Runs for one set."""
WORK = 120_000
"""Steps that these may take together."""
LISTED = 2**20
"""Single sizes that are listed; what does not end is not, but for its beginning."""


class Stretch(NamedTuple):
    """The sizes ``first``, ``first + period``, ...: ``times`` of them (None: without end), and how they come out."""

    first: int
    times: int | None
    outcome: Outcome


class Section(NamedTuple):
    """What was found out about symbols that move together; ``known``: nothing outside these two was looked at."""

    graph: Graph
    training: bool
    fixed: dict[str, int]
    symbols: tuple[str, ...]
    period: int
    stretches: tuple[Stretch, ...]
    known: tuple[int, int] | None

    def sizes(self, apart_from: Collection[tuple[str, Span]] = ()) -> Sizes:
        """The sizes that fit; ``apart_from``: whatever these steps at these places say."""
        fitting = [
            stretch
            for stretch in self.stretches
            if all((fault.step, fault.span) in apart_from for fault in stretch.outcome.faults)
        ]
        return self._set(fitting)

    def _set(self, stretches: list[Stretch]) -> Sizes:
        """The sizes of these stretches; of more than ``LISTED`` single ones the smallest."""
        period, known = self.period, self.known
        endless = [stretch.first for stretch in stretches if stretch.times is None]
        start = max(endless, default=1)
        listed = [
            range(first, start if times is None else first + times * period, period) for first, times, _ in stretches
        ]
        if sum(map(len, listed)) > LISTED:
            listed = [range(one.start, min(one.stop, LISTED + 1), period) for one in listed]
            endless, start, known = [], 1, (1, LISTED)
        members = [size for one in listed for size in one]
        return Sizes.of(members, start, period, {first % period for first in endless}, known)

    def refusal(self, size: int) -> Fault | None:
        """The first step that does not take this size; None: it fits."""
        outcome = run_at(self.graph, Run(Horizon(), self.training), {**self.fixed, **dict.fromkeys(self.symbols, size)})
        return outcome.faults[0] if outcome.faults else None

    def refused(self, least: int, most: int) -> list[set[int]]:
        """For each step that is the first not to take some of these sizes, which; in the order of the text."""
        found: dict[tuple[str, Span], set[int]] = {}
        for first, times, outcome in self.stretches:
            if outcome.faults:
                begin = first + max(0, -(-(least - first) // self.period)) * self.period
                end = most if times is None else min(most, first + (times - 1) * self.period)
                fault = outcome.faults[0]
                found.setdefault((fault.step, fault.span), set()).update(range(begin, end + 1, self.period))
        order = {step.name: place for place, step in enumerate(steps(self.graph))}
        return [
            found[key] for key in sorted(found, key=lambda key: (order.get(key[0], -1), key[1].start)) if found[key]
        ]


def section(
    graph: Graph,
    symbols: tuple[str, ...],
    training: bool = False,
    others: Mapping[str, int] | None = None,
    apart: bool = False,
) -> Section:
    """The sizes of ``symbols``, which are all equal, with ``others`` and the other symbols at their defaults.

    ``apart``: also what is demanded behind joins whose operands differ (``Run``).
    """
    fixed = {**graph.symbols, **(others or {})}
    period = 1
    while period <= PERIOD:
        try:
            stretches = sorted(
                _stretches(graph, symbols, (training, apart), period, fixed),
                key=lambda stretch: stretch.first,
            )
            return Section(graph, training, fixed, symbols, period, tuple(stretches), None)
        except TooShort as short:
            period *= short.factor
        except (Untraceable, _TooLong):
            break
    return _one_by_one(graph, symbols, (training, apart), fixed)


class _TooLong(Exception):
    """More than ``TRIALS`` or ``WORK``."""


def run_at(graph: Graph, run: Run, sizes: dict[str, int]) -> Outcome:
    """The outcome with these sizes of the symbols, the others at their defaults."""
    if graph.sized is None:
        raise ValueError(f"{graph.name} is no network of its own")
    try:
        shapes = graph.sized({**graph.symbols, **sizes})
    except Misfit as misfit:
        fault = Fault(graph.inputs[0], "input", graph[graph.inputs[0]].span, misfit.why)
        return Outcome({}, (fault,), {}, run.watch.periods)
    return run(graph, shapes)


def _stretches(
    graph: Graph, symbols: tuple[str, ...], modes: tuple[bool, bool], period: int, fixed: dict[str, int]
) -> Iterator[Stretch]:
    horizon = Horizon()
    run = Run(horizon, *modes)
    trials = 0
    for first in range(1, period + 1):
        size: int | None = first
        while size is not None:
            trials += 1
            if trials > TRIALS or run.steps > WORK:
                raise _TooLong
            horizon.periods = None
            grown = horizon.grown(size, period)
            outcome = run_at(graph, run, {**fixed, **dict.fromkeys(symbols, grown)})
            times = horizon.periods
            yield Stretch(size, times, outcome)
            size = size + times * period if times is not None else None


def _one_by_one(graph: Graph, symbols: tuple[str, ...], modes: tuple[bool, bool], fixed: dict[str, int]) -> Section:
    run = Run(Horizon(), *modes)
    most = min(max(2 * max(graph.symbols[symbol] for symbol in symbols), TRIALS // 4), TRIALS)
    default = fixed[symbols[0]]
    run_at(graph, run, fixed)
    if run.steps * default < WORK:
        looked_at = range(1, min(most, WORK // max(1, run.steps)) + 1)
    else:
        around = WORK // run.steps // 4
        looked_at = range(max(1, default - around), default + around + 1)
    stretches = tuple(
        Stretch(size, 1, run_at(graph, run, {**fixed, **dict.fromkeys(symbols, size)})) for size in looked_at
    )
    return Section(graph, run.training, fixed, symbols, 1, stretches, (looked_at[0], looked_at[-1]))
