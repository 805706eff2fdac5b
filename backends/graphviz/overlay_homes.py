"""Which box of a picture shows a step: of what is repeated, that of the first."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.backends.graphviz.overlay_marks import Side
from cnndsl.backends.graphviz.picture import Box, Cluster, Picture
from cnndsl.passes.folding import Part


class Homes:
    """The boxes of all steps of a picture."""

    def __init__(self, picture: Picture, side: Side) -> None:
        self._boxes: dict[str, str] = {}
        self._first: dict[str, str] = {}
        for member in _all(picture.members):
            if isinstance(member, Box):
                self._boxes.update((side.name(mark), member.key) for _, mark in side.marks(member))
            else:
                self._repeat(member.part)

    def _repeat(self, part: Part | None) -> None:
        for run in part.runs[1:] if part is not None else ():
            for first, node in zip(part.runs[0], run, strict=True):  # type: ignore[union-attr]
                self._first[part.prefix + node.name] = part.prefix + first.name  # type: ignore[union-attr]

    def of(self, name: str) -> str:
        """The key of the box of a step; empty where none shows it."""
        while name not in self._boxes:
            parts = name.split(".")
            heads = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
            head = next((head for head in heads if head in self._first), None)
            if head is None:
                return ""
            name = self._first[head] + name[len(head) :]
        return self._boxes[name]


def _all(members: tuple[Box | Cluster, ...]) -> Iterator[Box | Cluster]:
    for member in members:
        yield member
        if isinstance(member, Cluster):
            yield from _all(member.members)
