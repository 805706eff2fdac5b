"""What ``load_state_dict`` would say of the weights of one network in the other."""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.passes.difference.layers import Layers
from cnndsl.passes.difference.matching import Matching


class Mismatch(NamedTuple):
    """A key of both networks, with the sizes that it has."""

    key: str
    before: tuple[int, ...]
    after: tuple[int, ...]


class Loading(NamedTuple):
    """Keys in PyTorch's words: ``missing`` in the network before, ``unexpected`` in the one after.

    ``renamed`` maps keys before to keys after: the same tensor of the same sizes under another key.
    """

    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    mismatched: tuple[Mismatch, ...]
    renamed: dict[str, str]

    @property
    def loads(self) -> bool:
        """Whether the weights of the one are taken by the other."""
        return not (self.missing or self.unexpected or self.mismatched)


def loading(before: Layers, after: Layers, matching: Matching) -> Loading:
    """The weights before, loaded after."""
    ours, theirs = before.weights, after.weights
    renamed: dict[str, str] = {}
    for left, right in matching.pairs:
        named = {weight.name: (key, weight.sizes) for key, weight in after.flat[right].weights.items()}
        for key, weight in before.flat[left].weights.items():
            other, sizes = named.get(weight.name, (key, ()))
            if other != key and sizes == weight.sizes:
                renamed[key] = other
    return Loading(
        missing=tuple(key for key in theirs if key not in ours),
        unexpected=tuple(key for key in ours if key not in theirs),
        mismatched=tuple(
            Mismatch(key, weight.sizes, theirs[key].sizes)
            for key, weight in ours.items()
            if key in theirs and theirs[key].sizes != weight.sizes
        ),
        renamed=renamed,
    )
