"""``cnn diff``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NamedTuple

from cnndsl.cli.failure import Failure
from cnndsl.cli.output import put
from cnndsl.cli.programs import sound
from cnndsl.passes.difference import Difference, difference
from cnndsl.summary.difference import Sides, as_json, listed, markdown, text

if TYPE_CHECKING:
    from cnndsl.graph import Graph

_TROUBLE = 2


class Pairs(NamedTuple):
    """Networks to compare, with what they are called, and the names of those that only one target has."""

    both: list[tuple[Sides, Graph, Graph]]
    only_before: list[str]
    only_after: list[str]


def run(options: argparse.Namespace) -> int:
    """Print or write what differs: 0 nothing, 1 something, 2 they cannot be compared."""
    try:
        pairs = paired(options.before, options.after, options)
        found = [(sides, difference(before, after)) for sides, before, after in pairs.both]
        put(_shown(found, pairs, options), options)
    except Failure as failure:
        failure.status = _TROUBLE
        raise
    return int(bool(pairs.only_before or pairs.only_after) or not all(one.same for _, one in found))


def paired(one: str, other: str, options: argparse.Namespace) -> Pairs:
    """The networks of two targets: one of each whatever their names, of several those of the same name."""
    (first, ours), (second, theirs) = (sound(target, options) for target in (one, other))
    before, after = _asked(ours.networks, second.network), _asked(theirs.networks, first.network)
    if len(before) == len(after) == 1:
        (old,), (new,) = before.values(), after.values()
        told_apart = old.name != new.name or one == other
        return Pairs([(Sides(old.name, new.name) if told_apart else Sides(one, other), old, new)], [], [])
    both = [name for name in after if name in before]
    if not both:
        names = ", ".join([*before, *after])
        help = f"name one of each, as in FILE:NETWORK ({names})"
        raise Failure(f"{one} and {other} have no network of the same name", _TROUBLE, help)
    return Pairs(
        [(Sides(_called(one, name), _called(other, name)), before[name], after[name]) for name in both],
        [name for name in before if name not in after],
        [name for name in after if name not in before],
    )


def _asked(networks: dict[str, Graph], name: str | None) -> dict[str, Graph]:
    """The one network that the other target names, where it is there."""
    return {name: networks[name]} if name in networks else networks


def _called(target: str, name: str) -> str:
    return target if target == name or target.endswith(f":{name}") else f"{target}:{name}"


def _shown(found: list[tuple[Sides, Difference]], pairs: Pairs, options: argparse.Namespace) -> str:
    form = options.format
    if form == "json":
        import json

        values = {
            "networks": [as_json(one, sides) for sides, one in found],
            "only_before": pairs.only_before,
            "only_after": pairs.only_after,
        }
        return json.dumps(values, indent=2) + "\n"
    show = markdown if form == "markdown" else text
    several = len(found) > 1
    parts = [show(one, sides) for sides, one in found if not (several and one.same)]
    alike = [one.after for _, one in found if several and one.same]
    lists = [(alike, ""), (pairs.only_before, options.before), (pairs.only_after, options.after)]
    return "\n".join([*parts, *(listed(names, form, only) for names, only in lists if names)])
