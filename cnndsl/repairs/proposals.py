"""All plans for a fault, the likely ones first, as far as they survive a rehearsal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cnndsl.repairs.branches import branches
from cnndsl.repairs.case import Case, Plan
from cnndsl.repairs.declared import inputs, promises, written
from cnndsl.repairs.ends import ends
from cnndsl.repairs.everywhere import everywhere
from cnndsl.repairs.numbers import numbers
from cnndsl.repairs.shapings import shapings
from cnndsl.repairs.steps import exchanged, inserted, removed

_FAMILIES: tuple[Callable[[Case], Iterator[Plan]], ...] = (
    written,
    branches,
    shapings,
    ends,
    inserted,
    exchanged,
    numbers,
    everywhere,
    inputs,
    removed,
    promises,
)


def proposals(case: Case) -> Iterator[Plan]:
    """The plans for a fault in no order."""
    for family in _FAMILIES:
        yield from family(case)


def rehearsed(case: Case, plan: Plan) -> Plan | None:
    """The plan with what follows from it: sizes that are written and would no longer be true go. None: it fails."""
    if not plan.patches:
        return plan._replace(rank=plan.rank + 0.3)
    if plan.level is not None and not case.rehearsal.helps_here(plan.patches, plan.level):
        return None
    if plan.local or case.rehearsal.left <= 0:
        return plan
    written = case.rehearsal.helps(plan.patches)
    if written is None:
        return plan if case.rehearsal.left <= 0 else None
    changes = case.dropped(written)
    if changes is None:
        return None
    return plan._replace(calls=(*plan.calls, *changes), rank=plan.rank + 0.35 * len(written))
