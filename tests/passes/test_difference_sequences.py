"""Sequences against brute force, and their work counted in comparisons."""

from __future__ import annotations

from itertools import combinations, pairwise
from random import Random

import pytest

from cnndsl.passes.difference.sequences import common, heaviest, likest


def longest(one: list[int], other: list[int]) -> int:
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for left, item in enumerate(one):
        for right, same in enumerate(other):
            best = max(table[left][right + 1], table[left + 1][right])
            table[left + 1][right + 1] = table[left][right] + 1 if item == same else best
    return table[-1][-1]


@pytest.mark.parametrize("seed", range(200))
def test_common_is_a_longest_common_subsequence(seed: int) -> None:
    random = Random(seed)
    one, other = ([random.randrange(4) for _ in range(random.randrange(12))] for _ in range(2))
    pairs = common(one, other)
    assert all(one[left] == other[right] for left, right in pairs)
    assert all(left < end and right < stop for (left, right), (end, stop) in pairwise(pairs))
    assert len(pairs) == longest(one, other)


@pytest.mark.parametrize("seed", range(100))
def test_heaviest_is_the_heaviest_of_all(seed: int) -> None:
    random = Random(seed)
    size = random.randrange(1, 9)
    pairs = list(enumerate(random.sample(range(size), size)))
    weights = [random.randrange(1, 4) for _ in pairs]
    kept = heaviest(pairs, weights)
    ways = (way for count in range(size + 1) for way in combinations(range(size), count))
    rising = [way for way in ways if all(pairs[a][1] < pairs[b][1] for a, b in combinations(way, 2))]
    assert sum(weights[left] for left, _ in kept) == max(sum(weights[place] for place in way) for way in rising)
    assert sorted(kept) == sorted(kept, key=lambda pair: pair[1])


def test_likest_takes_the_pairs_that_add_up_to_the_most() -> None:
    likes = {("a", "x"): 1.0, ("a", "y"): 5.0, ("b", "x"): 5.0, ("b", "y"): 3.0, ("c", "y"): 4.0}
    assert likest("abc", "xy", lambda left, right: likes.get((left, right), 0)) == [(1, 0), (2, 1)]


class Counted:
    """An item that counts how often it is compared."""

    comparisons = 0

    def __init__(self, value: int) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        Counted.comparisons += 1
        return isinstance(other, Counted) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


def counted(one: list[int], other: list[int]) -> int:
    Counted.comparisons = 0
    common([Counted(value) for value in one], [Counted(value) for value in other])
    return Counted.comparisons


@pytest.mark.parametrize("size", [2_000, 20_000])
def test_few_edits_cost_little_more_than_looking_at_each_item_once(size: int) -> None:
    random = Random(size)
    one = [random.randrange(5) for _ in range(size)]
    other = list(one)
    for _ in range(20):
        other.insert(random.randrange(len(other)), 9)
    assert counted(one, other) < 25 * size


@pytest.mark.parametrize("size", [2_000, 20_000])
def test_sequences_with_nothing_in_common_are_given_up(size: int) -> None:
    assert counted([1] * size, [2] * size) < 200_000
    random = Random(size)
    one, other = ([random.randrange(50) for _ in range(size)] for _ in range(2))
    assert counted(one, other) < 2_000_000 + 20 * size


@pytest.mark.parametrize("size", [500, 5_000])
def test_likeness_is_asked_in_pieces(size: int) -> None:
    asked = 0

    def alike(left: int, right: int) -> float:
        nonlocal asked
        asked += 1
        return 1.0

    pairs = likest(range(size), range(size), alike)
    assert len(pairs) == size
    assert asked <= 64 * size
