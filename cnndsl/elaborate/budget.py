"""What a file may cost: every limit of the compiler stands here."""

from __future__ import annotations

from cnndsl.elaborate.fault import Exhausted
from cnndsl.source import Span

STEPS = 800_000
"""Expressions evaluated in one check; a statement counts as ``STATEMENT`` of them, a repetition as ``REPETITION``."""
STATEMENT = 3
REPETITION = 2
NODES = 110_000
"""Nodes made in one check; a block instance counts as ``INSTANCE`` of them."""
INSTANCE = 12
OPERATIONS = 2_000_000
"""Operations of a network, each instance of a block counted out."""
NESTING = 64
"""Braces and block calls inside one another."""
DEPTH = 100
"""Expressions inside one another."""
ITEMS = 100_000
"""Length of a list."""
INTEGER = 2**63
"""Integers stay below."""
ELEMENTS = 2**53
"""Numbers in a value or a weight."""
CHARACTERS = 10_000
"""Length of a string."""


class Budget:
    """What is left of steps and nodes."""

    __slots__ = ("nodes", "steps")

    def __init__(self) -> None:
        self.steps = STEPS
        self.nodes = NODES

    def step(self, span: Span, count: int = 1) -> None:
        """Pay for an expression or a statement."""
        self.steps -= count
        if self.steps < 0:
            raise Exhausted(f"this takes more than {STEPS:,} steps to evaluate", span)

    def node(self, span: Span, count: int = 1) -> None:
        """Pay for a node."""
        self.nodes -= count
        if self.nodes < 0:
            raise Exhausted(f"this makes more than {NODES:,} nodes", span)

    def loop(self, trips: int, span: Span) -> None:
        """Refuse a loop that cannot end within the budget."""
        if trips * REPETITION > self.steps:
            raise Exhausted(f"{trips:,} repetitions are more than fit into {STEPS:,} steps", span)

    def is_small(self, cost: tuple[int, int]) -> bool:
        """Whether so many nodes and steps are next to nothing."""
        return cost[0] < NODES // 100 and cost[1] < STEPS // 100

    def rest(self, done: int, cost: tuple[int, int], left: int, trips: int, span: Span) -> None:
        """Refuse the ``left`` of ``trips`` repetitions, where ``done`` of them have cost so many nodes and steps."""
        nodes, steps = (part * left // done for part in cost)
        if nodes > self.nodes:
            raise Exhausted(f"{trips:,} repetitions of this make more than {NODES:,} nodes", span)
        if steps > self.steps:
            raise Exhausted(f"{trips:,} repetitions of this take more than {STEPS:,} steps to evaluate", span)
