"""The memory of programs that nobody chose, and of blocks that are run once for many instances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import cnndsl
from cnndsl.graph import Graph
from cnndsl.passes import storages
from cnndsl.passes.memory import largest_batch, memory

BLOCKS = """
block unit(width) {
    residual { conv(width, 3x3, padding=1, bias=false) -> bn -> relu -> conv(width, 3x3, padding=1) -> bn }
    relu
}
network tower(depth = 3) {
    input image: [3, 32, 32]
    conv(16, 3x3, padding=1)
    repeat depth { unit(16) }
    global_avgpool -> flatten -> linear(10)
}
"""


@pytest.mark.parametrize("author", ["torch", "equivalence"])
@pytest.mark.parametrize("seed", [*range(12), *(pytest.param(s, marks=pytest.mark.sweep) for s in range(12, 500))])
def test_random_program(
    author: str, seed: int, authors: Any, measure: Any, networks_of: Callable[[str], list[Graph]]
) -> None:
    for graph in networks_of(authors[author](seed)):
        truth, figures = measure(graph, 2), memory(graph, 2)
        assert figures.inference_peak == truth.flat().peak, graph.name
        assert figures.saved_for_backward == truth.saved(), graph.name


@pytest.mark.parametrize(
    ("body", "peak", "saved"),
    [
        # By hand, at batch 1: a map of 4 x 8 x 8 has 1024 bytes.
        ("conv(4, 1x1) -> relu", 1024, 1024),
        ("conv(4, 1x1) -> sigmoid -> relu", 2048, 2048),
        ("conv(4, 1x1) -> hard_swish", 1024, 1024),
        ("conv(4, 1x1) -> relu6 -> conv(4, 1x1)", 2048, 2048),
        ("conv(4, 1x1) -> maxpool(2)", 1024 + 256 + 512, 1024 + 512),
        ("conv(4, 1x1) -> bn", 2048 + 32, 1024 + 32),
        ("conv(4, 1x1) -> c: residual { conv(4, 1x1) }", 2048, 1024),
        ("a: conv(4, 1x1)\nb: conv(4, 1x1)\nmul { from a\nfrom b }", 3072, 2048),
        ("conv(4, 1x1) -> mul(0.5)", 2048, 0),
        ("relu -> maxpool(2) -> conv(4, 1x1)", 512 + 128 + 256, 128),
    ],
)
def test_by_hand(body: str, peak: int, saved: int, networks_of: Callable[[str], list[Graph]]) -> None:
    (graph,) = networks_of(f"network n {{ input x: [2, 8, 8]\n{body} }}")
    figures = memory(graph)
    assert (figures.inference_peak, figures.saved_for_backward) == (peak, saved)


def test_training_only_outputs_count_for_training_alone(networks_of: Callable[[str], list[Graph]]) -> None:
    text = "network n { input x: [2, 8, 8]\na: conv(4, 1x1)\noutput aux when training: global_avgpool -> flatten"
    (plain,) = networks_of("network n { input x: [2, 8, 8]\na: conv(4, 1x1)\nrelu\noutput y }")
    (headed,) = networks_of(f"{text} -> linear(900)\nrelu\noutput y }}")
    assert memory(headed).inference_peak == memory(plain).inference_peak + 1024  # a is read twice: relu makes another
    assert memory(headed).saved_for_backward == memory(plain).saved_for_backward + 16


def test_equal_instances_are_run_once(
    networks_of: Callable[[str], list[Graph]], monkeypatch: pytest.MonkeyPatch
) -> None:

    made: list[object] = []
    run = storages._Run.effect
    monkeypatch.setattr(storages._Run, "effect", lambda self: (made.append(self), run(self))[1])
    counts = []
    for depth in (4, 400):
        made.clear()
        (graph,) = networks_of(BLOCKS.replace("depth = 3", f"depth = {depth}"))
        assert memory(graph).saved_for_backward > 0
        assert memory(graph).inference_peak > 0
        counts.append(len(made))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("limit", [10**6, 3 * 10**6, 10**7 + 1, 10**8])
def test_largest_batch(limit: int, training: bool, networks_of: Callable[[str], list[Graph]]) -> None:
    (graph,) = networks_of(BLOCKS)
    batch = largest_batch(graph, limit, training, states=2)
    needs = [memory(graph, one).needed(training, states=2) for one in range(1, batch + 3)]
    assert batch == sum(need <= limit for need in needs)


def test_needed_in_training_covers_the_backward_pass(measure: Any) -> None:
    graph = cnndsl.load("resnet18")["resnet18"].ir
    truth, figures = measure(graph, 4), memory(graph, 4)
    most = truth.backward()
    assert figures.training_peak <= most <= figures.training_peak + figures.parameters
