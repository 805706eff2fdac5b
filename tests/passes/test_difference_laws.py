"""What holds for the difference of any two networks: it is whole, it adds up, and it can be turned."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

import cnndsl
from cnndsl.compiler import check as compiled
from cnndsl.graph import Graph, Value, steps
from cnndsl.passes.costs import totals
from cnndsl.passes.difference import Difference, difference
from cnndsl.source import Source

Make = Callable[[str], Graph]

PAIRS = (
    ("vgg16", "vgg16_bn"),
    ("alexnet", "alexnet_two_tower"),
    ("resnet18", "resnet34"),
    ("resnet34", "resnet50"),
    ("googlenet", "googlenet_paper"),
    ("densenet121", "resnet18"),
    ("lenet5", "vgg11"),
)


def check(found: Difference, before: Graph, after: Graph) -> None:
    """Every step is told once, what is told adds up, and the other way round it is the same turned."""
    ours, theirs = [step.name for step in steps(before)], [step.name for step in steps(after)]
    assert sorted(mark.before for mark in found.marks if mark.before is not None) == sorted(ours)
    assert sorted(mark.after for mark in found.marks if mark.after is not None) == sorted(theirs)
    delta = sum((change.delta for change in found.changes), found.consequence.delta)
    one, two = totals(before), totals(after)
    assert (delta.params, delta.macs) == (two.params - one.params, two.macs - one.macs)
    assert delta.memory == 4 * (elements(after) - elements(before))
    turned = difference(after, before)
    assert {turn(mark) for mark in turned.marks} == {tuple(mark) for mark in found.marks}
    assert turned.consequence.delta == -found.consequence.delta


def elements(graph: Graph) -> int:
    return sum(step.graph.shapes[Value(step.node.name)].elements for step in steps(graph))


def turn(mark: object) -> tuple[object, ...]:
    before, after, kinds, details = mark  # type: ignore[misc]
    other = {"added": "removed", "removed": "added"}
    swapped = tuple(type(one)(one.what, one.after, one.before) for one in details)
    return after, before, tuple(other.get(kind, kind) for kind in kinds), swapped


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_bundled_networks(one: str, other: str) -> None:
    before, after = (cnndsl.load(name)[name].ir for name in (one, other))
    check(difference(before, after), before, after)
    again = cnndsl.load(one)[one].ir
    assert difference(before, again).same


def test_an_ordered_join_that_becomes_one_without_order(graph: Make) -> None:
    text = "network n {{\ninput image: [4, H=8, W=8]\na: conv(4, 1x1)\nb: conv(4, 1x1)\njoined: {}\n}}"
    before = graph(text.format("concat {\nfrom a\nfrom b\n}"))
    after = graph(text.format("add {\nfrom b\nfrom a\n}"))
    check(difference(before, after), before, after)


class Program:
    """A random network as a list of steps, so that one of them can be edited."""

    def __init__(self, seed: int) -> None:
        self.random = random = Random(seed)
        self.steps: list[tuple[str, str]] = []
        for place in range(random.randint(4, 14)):
            width = random.choice([4, 8, 16])
            kinds = [
                f"conv({width}, 3x3, padding=1)",
                f"conv({width}, 1x1, bias=false)",
                "bn",
                "relu",
                "maxpool(3x3, stride=1, padding=1)",
            ]
            label = f"step{place}" if random.random() < 0.4 else ""
            self.steps.append((label, random.choice(kinds)))
        self.grouped = random.random() < 0.5

    def text(self, rows: list[tuple[str, str]]) -> str:
        lines = "\n".join(f"{label}: {step}" if label else step for label, step in rows)
        body = f"body: {{\n{lines}\n}}" if self.grouped else lines
        return f"network n {{\n    input image: [3, H=12, W=12]\n{body}\n}}\n"


@pytest.mark.parametrize("seed", range(60))
def test_one_random_edit_is_found_as_such(seed: int, graph: Make) -> None:
    program = Program(seed)
    rows, random = list(program.steps), program.random
    place = random.randrange(len(rows))
    label, step = rows[place]
    kind = random.choice(["added", "removed", "changed", "renamed"])
    if kind == "added":
        rows.insert(place, (random.choice(["", "fresh"]), "tanh"))
        wanted = ("added", "tanh", 1)
    elif kind == "removed":
        rows[place] = (label, "tanh")
        program.steps[place] = (label, "tanh")
        del rows[place]
        wanted = ("removed", "tanh", 1)
    elif kind == "changed":
        program.steps[place] = (label, "avgpool(3x3, stride=1, padding=1)")
        rows[place] = (label, "avgpool(5x5, stride=1, padding=2)")
        wanted = ("changed", "avgpool", 1)
    else:
        program.steps[place] = ("old", step)
        rows[place] = ("new", step)
        wanted = ("renamed", "layers", 1)
    if not rows:
        return
    before, after = graph(program.text(program.steps)), graph(program.text(rows))
    found = difference(before, after)
    changes = [change for change in found.changes if change.what != "numbers"]
    assert [(change.kind, change.what, change.layers) for change in changes] == [wanted]
    check(found, before, after)


@pytest.mark.parametrize(
    "seed", [*range(12), *(pytest.param(seed, marks=pytest.mark.sweep) for seed in range(12, 300))]
)
def test_random_programs(seed: int, author: Any) -> None:
    def networks(number: int) -> list[Graph]:
        text = author(Random(number)).program()
        found = compiled(Source("a.cnn", text), lambda *_: None)
        return [] if any(one.severity == "error" for one in found.findings) else list(found.networks.values())

    for one, again in zip(networks(seed), networks(seed), strict=True):
        assert difference(one, again).same
    for one in networks(seed):
        for other in networks(seed + 1000):
            check(difference(one, other), one, other)
