"""Stages by resolution, where the author has made no groups: what works on maps of one size stands in one frame."""

from __future__ import annotations

from itertools import pairwise
from math import prod

from cnndsl.backends.graphviz.label import measured
from cnndsl.backends.graphviz.picture import Box, Cluster, Picture

_SHARE = 0.6
"""Of the maps, how many must stand in a stage with others."""


def stages(picture: Picture) -> Picture:
    """The same picture with frames, unless it has clusters, goes up again or changes its resolution all the time."""
    shown = [member for member in picture.members if isinstance(member, Box)]
    maps = [box for box in shown if _resolution(box)]
    if len(shown) < len(picture.members) or not maps:
        return picture
    runs: list[list[Box]] = [[maps[0]]]
    for box in maps[1:]:
        if _resolution(box) == _resolution(runs[-1][-1]):
            runs[-1].append(box)
        else:
            runs.append([box])
    framed = {run[0].key: run for run in runs if len(run) > 1}
    areas = [prod(_resolution(run[0])) for run in runs]
    if any(before <= after for before, after in pairwise(areas)):
        return picture
    if len(framed) < 2 or sum(map(len, framed.values())) < _SHARE * len(maps):
        return picture
    inside = {box.key for run in framed.values() for box in run}
    members = (_stage(framed[box.key]) if box.key in framed else box for box in shown if _stays(box, framed, inside))
    return picture._replace(members=tuple(members))


def _stays(box: Box, framed: dict[str, list[Box]], inside: set[str]) -> bool:
    return box.key in framed or box.key not in inside


def _resolution(box: Box) -> tuple[int, ...]:
    """H and W of the maps that it makes; nothing for an input, and for what runs in training only."""
    if box.shape is None or not box.steps or box.kind == "input" or box.training:
        return ()
    return box.shape.sizes[1:] if box.shape.rank == 3 and max(box.shape.sizes[1:]) > 1 else ()


def _stage(run: list[Box]) -> Cluster:
    params, macs = sum(box.params for box in run), sum(box.macs for box in run)
    title = measured(_resolution(run[0]))
    return Cluster(f"stage/{run[0].key}", None, tuple(run), params, macs, title=title)
