"""Numbers that carry how they grow or their formula, and sets that repeat, against plain arithmetic."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from cnndsl.passes.sizes.forms import Tracer
from cnndsl.passes.sizes.growth import Horizon, TooShort
from cnndsl.passes.sizes.sets import Sizes
from cnndsl.passes.sizes.traced import Traced
from cnndsl.passes.sizes.writing import Writer

Rule = Callable[[int], tuple[int, list[bool]]]


def random_rule(seed: int) -> Rule:
    """A chain such as shape rules make, with some questions on the way."""
    chosen = random.Random(seed)
    steps = [(chosen.choice("+-*/%<=?"), chosen.randint(1, 5)) for _ in range(chosen.randint(2, 7))]

    def rule(size: int) -> tuple[int, list[bool]]:
        value, asked = size, []
        for step, number in steps:
            if step == "+":
                value = value + number
            elif step == "-":
                value = number - value if number == 1 else value - 3 * number
            elif step == "*":
                value = value * min(number, 3)
            elif step == "/":
                value = -(-value // number) if number % 2 else value // number
            elif step == "%":
                value = value + value % number
            elif step == "<":
                asked.append(value < 7 * number)
                value = max(value, 2 * number)
            elif step == "=":
                asked.append(value == size + number)
            else:
                asked.append(bool(value % number))
        return value, asked

    return rule


def grown(rule: Rule, first: int) -> tuple[int, list[bool], Horizon, int]:
    """The rule at ``first``, with the shortest period that it needs."""
    period = 1
    while True:
        horizon = Horizon()
        try:
            return *rule(horizon.grown(first, period)), horizon, period
        except TooShort as short:
            period *= short.factor


@pytest.mark.parametrize("seed", range(80))
def test_one_run_decides_about_all_sizes_up_to_its_horizon(seed: int) -> None:
    rule = random_rule(seed)
    for first in (1, 4, 11, 30):
        value, asked, horizon, period = grown(rule, first)
        for periods in range(min(horizon.periods or 40, 40)):
            here, again = rule(first + periods * period)
            assert again == asked
            assert here == (value.law.at(periods) if isinstance(value, Traced) else value)


@pytest.mark.parametrize("seed", range(80))
def test_the_horizon_is_not_shorter_than_it_must_be(seed: int) -> None:
    rule = random_rule(seed)
    for first in (1, 5, 30):
        _, _, horizon, period = grown(rule, first)
        if horizon.periods is not None:
            assert branches(rule, first + horizon.periods * period) != branches(rule, first)


@pytest.mark.parametrize("seed", range(80))
def test_formulas_say_what_the_rule_computes(seed: int) -> None:
    rule = random_rule(seed)
    for first in (9, 40):
        tracer = Tracer()
        value, asked = rule(tracer.symbol("H", first))
        if not isinstance(value, Traced):
            continue
        text = Writer({}, {}).text(value.law)
        for size in range(1, 80):
            here, again = rule(size)
            if again == asked and "max" not in text and grown_alike(rule, first, size):
                assert value.law.at({"H": size}) == here
                assert eval(text, {"floor": lambda x: int(x // 1), "ceil": lambda x: -int(-x // 1), "H": size}) == here


def grown_alike(rule: Rule, one: int, other: int) -> bool:
    """Whether the rule takes the same branches at both sizes."""
    return branches(rule, one) == branches(rule, other)


def branches(rule: Rule, size: int) -> list[bool]:
    """How all comparisons of the rule come out, those of ``max`` too."""
    found: list[bool] = []

    class Noting(Tracer):
        def compared(self, left: object, right: object, order: object, held: bool) -> None:  # type: ignore[override]
            found.append(held)

    rule(Noting().symbol("H", size))
    return found


@pytest.mark.parametrize("seed", range(60))
def test_sets_are_what_they_were_made_of(seed: int) -> None:
    chosen = random.Random(seed)
    period, start = chosen.choice((1, 2, 3, 4, 6, 8, 12)), chosen.randint(1, 30)
    residues = {rest for rest in range(period) if chosen.random() < 0.5}
    first = {size for size in range(1, start) if chosen.random() < 0.4} or {1}
    wanted = {size for size in range(1, 200) if (size in first if size < start else size % period in residues)}
    sizes = Sizes.of([size for size in first if size < start], start, period, residues)
    assert {size for size in range(1, 200) if size in sizes} == wanted
    if not wanted:
        return
    assert sizes.least == min(wanted)
    assert sizes.most == (None if residues else max(wanted))
    for size in range(1, 100):
        below, above = [one for one in wanted if one <= size], [one for one in wanted if one >= size]
        near = {*sorted(below)[-1:], *sorted(above)[:1]}
        assert sizes.nearest(size) == tuple(sorted(near))


@pytest.mark.parametrize(
    ("sizes", "text"),
    [
        (Sizes.of([], 1, 1, [0]), "H >= 1"),
        (Sizes.of([15, 17], 19, 2, [0, 1]), "H in 15, 17, or H >= 19"),
        (Sizes.of([], 16, 16, [0]), "H in multiples of 16"),
        (Sizes.of([], 192, 16, [0]), "H in multiples of 16, from 192"),
        (Sizes.of([], 5, 3, [2]), "H % 3 = 2, from 5"),
        (Sizes.of([], 32, 32, [0, 5]), "H >= 32 and H % 32 in {0, 5}"),
        (Sizes.of([], 1, 32, [0, 29, 30, 31]), "H % 32 in {0, 29..31}"),
        (Sizes.of(range(227, 259), 1, 1, []), "H in 227..258"),
        (Sizes.of([28], 1, 1, []), "H = 28"),
        (Sizes.of(range(32, 129, 8), 1, 1, []), "H in multiples of 8, from 32 to 128"),
        (Sizes.of(range(5, 50, 10), 1, 1, []), "H % 10 = 5, from 5 to 45"),
    ],
)
def test_sets_as_text(sizes: Sizes, text: str) -> None:
    assert sizes.text("H") == text
