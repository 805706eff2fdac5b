"""All plans for a fault, the likely ones first, as far as they survive a rehearsal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cnndsl.repairs.branches import branches
from cnndsl.repairs.case import Case, Plan
from cnndsl.repairs.declared import inputs, promises, written
from cnndsl.repairs.ends import ends
from cnndsl.repairs.numbers import numbers
from cnndsl.repairs.rehearsal import Miss, Patch
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
    inputs,
    removed,
    promises,
)


def proposals(case: Case) -> list[Plan]:
    """The plans that may work, by rank."""
    found: list[Plan] = []
    for family in _FAMILIES:
        for plan in family(case):
            played = _rehearsed(case, plan)
            if played is not None:
                found.append(played)
        if case.rehearsal.left <= 0:
            break
    return sorted(found, key=lambda plan: plan.rank)


def _rehearsed(case: Case, plan: Plan) -> Plan | None:
    """The plan with what follows from it: sizes that are written and would no longer be true go."""
    if not plan.patches:
        return plan._replace(rank=plan.rank + 0.3)
    played = case.rehearsal.helps(plan.patches)
    if played is None:
        return None
    fresh = [miss for miss in played.written if not _is_old(case, miss)]
    changes = case.dropped(fresh)
    if changes is None:
        return None
    patches = {**plan.patches}
    for miss in fresh:
        known = patches.get(miss.node.span.start, Patch())
        patches[miss.node.span.start] = known._replace(changes={**known.changes, miss.field or "": None})
    rank = plan.rank + 0.35 * len(fresh)
    return plan._replace(calls=(*plan.calls, *changes), patches=patches, rank=rank)


def _is_old(case: Case, miss: Miss) -> bool:
    """Whether it was wrong before, by another fault."""
    return any(miss.node is one.node and miss.field == one.field for one in case.rehearsal.base.written) and (
        miss.node.span.start != case.site.span.start
    )
