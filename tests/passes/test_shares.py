"""Shares add up to the whole, stages are those of the papers, and the questions of the lectures have their answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnndsl
from cnndsl.graph import Graph
from cnndsl.passes.costs import totals
from cnndsl.passes.shares import By, Share, percentages, shares

Make = Callable[[str], Graph]
BYTES = 4


def _network(name: str) -> Graph:
    return cnndsl.load(name)[name].ir


def _by_name(found: tuple[Share, ...]) -> dict[str, Share]:
    named = {share.name: share for share in found}
    assert len(named) == len(found)
    return named


@pytest.mark.parametrize("by", get_args(By))
@pytest.mark.parametrize("name", ["vgg16", "alexnet", "resnet50", "densenet121", "googlenet", "lenet5", "nin_cifar10"])
def test_shares_add_up_to_the_network(name: str, by: By) -> None:
    graph = _network(name)
    found, whole = shares(graph, by), totals(graph)
    _by_name(found)
    assert sum(share.params for share in found) == whole.params
    assert sum(share.biases for share in found) == whole.params - whole.params_without_biases
    assert sum(share.macs for share in found) == sum(share.operations for share in found) == whole.macs
    assert sum(share.memory for share in found) == sum(share.memory for share in shares(graph, "kind"))


def test_where_is_what_in_vgg16() -> None:
    """Memory is in the early convolutions, parameters are in the linear layers, operations in the convolutions."""
    graph = _network("vgg16")
    kinds, places = _by_name(shares(graph, "kind")), shares(graph, "stage")
    assert kinds["linear"].params == 102_764_544 + 16_781_312 + 4_097_000
    assert kinds["linear"].params > 0.89 * totals(graph).params
    assert kinds["convolution"].macs == 15_346_630_656
    assert kinds["convolution"].macs > 0.99 * totals(graph).macs
    assert [share.name for share in places] == [
        *("features.0 .. features.4", "features.5 .. features.9", "features.10 .. features.16"),
        *("features.17 .. features.23", "features.24 .. features.30", "avgpool .. flatten", "classifier"),
    ]
    memory = [share.memory for share in places]
    assert memory == sorted(memory, reverse=True)
    # Two convolutions and two activations at 224x224, and the pool after them.
    assert memory[0] == BYTES * (4 * 64 * 224**2 + 64 * 112**2)
    assert sum(memory[:2]) > 0.7 * sum(memory)


def test_where_is_what_in_alexnet() -> None:
    graph = _network("alexnet")
    kinds, sizes = _by_name(shares(graph, "kind")), _by_name(shares(graph, "resolution"))
    assert kinds["linear"].params == 58_631_144
    assert kinds["convolution"].macs == 714_188_480 - 58_621_952
    assert list(sizes) == ["55x55", "27x27", "13x13", "6x6", "1x1"]
    assert max(sizes.values(), key=lambda share: share.memory).name == "55x55"
    assert sizes["55x55"].memory == BYTES * 2 * 64 * 55**2


def test_stages_of_resnet50_are_those_of_its_paper() -> None:
    """He et al., 2015, Table 1: conv2_x to conv5_x, between the stem and the classifier."""
    places = shares(_network("resnet50"), "stage")
    assert [(share.name, share.params) for share in places] == [
        ("conv1 .. maxpool", 9_408 + 128),
        ("layer1", 215_808),
        ("layer2", 1_219_584),
        ("layer3", 7_098_368),
        ("layer4", 14_964_736),
        ("global_avgpool .. fc", 2_049_000),
    ]
    assert [str(share.output) for share in places[:5]] == [
        *("64x56x56", "256x56x56", "512x28x28", "1024x14x14", "2048x7x7")
    ]


def test_stages_of_densenet_are_its_blocks_and_transitions() -> None:
    places = [share.name for share in shares(_network("densenet121"), "stage")]
    assert places[:4] == [
        *("features.conv0 .. features.pool0", "features.denseblock1"),
        *("features.transition1", "features.denseblock2"),
    ]
    assert places[-1] == "classifier"


def test_weights_are_owned_once_and_heads_for_training_do_nothing(graph: Make) -> None:
    found = graph("""
        block eye { conv(8, 3x3, bias=false) -> bn -> relu }
        network net {
            input left: [4, H=8, W=8]
            input right: [4, H, W]
            shared look = eye
            from left -> one: look
            from right -> two: look
            output aux when training: from one -> conv(9, 1x1, bias=false)
            output both: concat {
                from one
                from two
            }
        }
    """)
    rows = _by_name(shares(found))
    step = 8 * 36 * BYTES
    assert (rows["look"].params, rows["look"].macs, rows["look"].memory) == (8 * 36 + 16, 36 * 8 * 36, 3 * step)
    assert (rows["look_2"].params, rows["look_2"].macs, rows["look_2"].memory) == (0, 36 * 8 * 36, 3 * step)
    assert (rows["aux"].params, rows["aux"].macs, rows["aux"].memory) == (72, 0, 0)
    assert rows["concat"].memory == 2 * step


def test_a_group_of_two_resolutions_is_one_stage(graph: Make) -> None:
    found = graph("""
        network net {
            input image: [3, H=32, W=32]
            stem: { conv(8, 3x3, padding=1) -> relu -> maxpool(2x2) }
            body: { repeat 3 { conv(8, 3x3, padding=1) -> maxpool(2x2) } }
            flatten -> linear(10)
        }
    """)
    assert [share.name for share in shares(found)] == [
        *("stem", "body.0 .. body.1", "body.2 .. body.3", "body.4 .. body.5", "flatten .. linear")
    ]


@given(st.lists(st.integers(0, 10**12), max_size=30))
def test_percentages_add_up_to_100(values: list[int]) -> None:
    tenths = [round(float(written) * 10) for written in percentages(values)]
    assert sum(tenths) == (1000 if sum(values) else 0)
    for value, tenth in zip(values, tenths, strict=True):
        assert not sum(values) or abs(tenth - 1000 * value / sum(values)) < 1


def test_large_remainders_are_rounded_up() -> None:
    assert percentages([1, 1, 1]) == ("33.4", "33.3", "33.3")
    assert percentages([0, 0]) == ("0.0", "0.0")
