"""The JSON form of a summary adds up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import cnndsl
from cnndsl.graph import Graph
from cnndsl.summary import Summary, as_json

SHARED = """
    block head(classes) { conv(4, 3x3) -> bn -> flatten -> linear(classes) }
    network net {
        input left: [4, 8, 8]
        input right: [4, 8, 8]
        shared eye = head(5)
        from left -> a: eye
        from right -> b: eye
        output near when training: from a
        output both: concat {
            from a
            from b
        }
    }
"""


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "densenet121", "lenet5", "alexnet_two_tower"])
def test_nodes_add_up_to_the_network(name: str) -> None:
    check(as_json(cnndsl.load(name)[name].ir))


def test_shared_weights_are_counted_once(graph: Callable[[str], Graph]) -> None:
    found = as_json(graph(SHARED))
    check(found)
    assert found["params"] == (4 * 4 * 9 + 4) + 8 + (144 * 5 + 5)
    assert [node["params"] > 0 for node in found["nodes"]].count(True) == 3
    assert found["training_outputs"] == ["near"]


def check(found: dict[str, object]) -> None:
    nodes = found["nodes"]
    assert isinstance(nodes, list)
    assert sum(node["params"] for node in nodes) == found["params"]
    assert sum(node["buffers"] for node in nodes) == found["buffers"]
    assert sum(node["macs"] for node in nodes if not node["training"]) == found["macs"]


def test_kernels_are_written_as_papers_do(graph: Callable[[str], Graph]) -> None:
    found = Summary(
        graph("""
            network net {
                input image: [3, 32, 32]
                conv(8, 7x5, stride=[2, 1], padding=3) -> maxpool(2x2) -> avgpool(3x3, stride=1) -> flatten
            }
        """)
    )
    assert [row["kernel"] for row in found.rows[1:4]] == ["7x5 /2x1", "2x2 /2", "3x3"]
