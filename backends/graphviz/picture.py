"""A picture before it has a form: boxes, clusters of boxes, and the arrows between boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cnndsl.passes.folding import Part
from cnndsl.shape import Shape


class DrawError(ValueError):
    """Why something cannot be drawn; ``help`` says what to do."""

    def __init__(self, why: str, help: str = "") -> None:
        super().__init__(why)
        self.help = help


class Box(NamedTuple):
    """An input, an output, a closed block or group, or an operation with the small ones that belong to it.

    ``key`` names it in the picture and comes from the dotted name alone. ``steps`` are in text order, the one that
    gives the box its ``kind`` (a key of ``FAMILIES``) at ``main``; an output has none. ``part`` is what it stands for:
    that step, or a block with nothing else inside. ``times`` are in sequence,
    ``abreast`` beside one another. ``before`` is the shape that it reads, ``shape`` what it gives. ``shared`` is the
    module whose weights it has in common with another box. ``mark`` is a style of ``theme.MARKS`` and ``notes`` are
    further lines: both are for those who draw on a picture, as the difference of two networks does. ``period`` is the
    repetition of which ``steps`` are the first.
    """

    key: str
    name: str
    part: Part | None
    kind: str
    steps: tuple[Part, ...]
    main: int
    before: Shape | None
    shape: Shape | None
    params: int = 0
    macs: int = 0
    times: int = 1
    abreast: int = 1
    training: bool = False
    shared: str = ""
    mark: str = ""
    notes: tuple[str, ...] = ()
    period: Part | None = None


class Cluster(NamedTuple):
    """What is open: a block, a group or a repetition, of which the first is shown; or, without ``part``, a stage."""

    key: str
    part: Part | None
    members: tuple[Box | Cluster, ...]
    params: int = 0
    macs: int = 0
    training: bool = False
    title: str = ""


class Arrow(NamedTuple):
    """What flows from a box to another: ``skip`` where the rest of the flow takes a longer way.

    ``sized``: only its size is asked for, as ``center_crop(like=up)`` does.
    """

    tail: str
    head: str
    shape: Shape | None
    skip: bool = False
    sized: bool = False
    training: bool = False
    mark: str = ""


class Picture(NamedTuple):
    """All of it; ``params`` and ``macs`` are those of the whole network."""

    name: str
    members: tuple[Box | Cluster, ...]
    arrows: tuple[Arrow, ...]
    params: int
    macs: int


def boxes(members: Iterable[Box | Cluster]) -> Iterator[Box]:
    """All boxes, through all clusters."""
    for member in members:
        if isinstance(member, Box):
            yield member
        else:
            yield from boxes(member.members)
