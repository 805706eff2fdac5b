"""Counts of networks that are small enough to count by hand."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

from cnndsl.graph import Graph
from cnndsl.passes.costs import count, totals
from cnndsl.passes.depth import depth

Make = Callable[[str], Graph]


def test_weights_biases_buffers_and_macs(graph: Make) -> None:
    whole = totals(
        graph("""
        network net {
            input image: [3, 8, 8]
            conv(4, 3x3) -> bn -> relu -> flatten -> linear(2)
        }
        """)
    )
    assert whole.params == (4 * 3 * 9 + 4) + (4 + 4) + (144 * 2 + 2)
    assert whole.params_without_biases == 4 * 3 * 9 + 4 + 144 * 2
    assert whole.buffers == 4 + 4 + 1
    assert whole.macs == 4 * 36 * 27 + 288


def test_a_learned_term_called_bias_is_a_bias(graph: Make) -> None:
    whole = totals(graph("network net {\n input image: [3, 8, 8]\n weight: scale -> bias: shift\n}"))
    assert (whole.params, whole.params_without_biases) == (6, 3)


def test_shared_weights_are_owned_once_and_applied_twice(graph: Make) -> None:
    found = graph("""
        network net {
            input image: [4, 8, 8]
            shared step = conv(4, 1x1, bias=false)
            step -> step
        }
    """)
    assert totals(found).params == 16
    assert totals(found).macs == 2 * 16 * 64
    rows = list(count(found)[found].values())
    assert [row.params for row in rows] == [0, 16, 0]


def test_heads_for_training_are_owned_but_not_run(graph: Make) -> None:
    found = graph("""
        block head(classes) { global_avgpool -> flatten -> linear(classes, bias=false) }
        network net {
            input image: [4, 8, 8]
            stem: conv(4, 1x1, bias=false)
            output side when training: from stem -> head(2)
            output main: from stem -> head(3)
        }
    """)
    assert totals(found).params == 16 + 8 + 12
    assert totals(found).macs == 16 * 64 + 12
    assert [name for name, row in count(found)[found].items() if not row.inference] == ["side"]


def test_equal_instances_are_counted_once(graph: Make) -> None:
    found = graph("""
        block cell { residual { conv(in.channels, 3x3, padding=1) -> relu } }
        network net {
            input image: [4, 8, 8]
            repeat 50 { cell }
        }
    """)
    assert len(count(found)) == 2
    assert totals(found).params == 50 * (4 * 4 * 9 + 4)
    assert depth(found) == 50


def test_depth_is_that_of_the_longest_way(graph: Make) -> None:
    found = graph(
        """
        block two { conv(4, 1x1) -> relu -> conv(4, 1x1) }
        network net {
            input image: [4, 8, 8]
            add { two; identity }
            concat { conv(2, 1x1); { two -> two } }
            output side when training: two
            flatten -> linear(3)
        }
    """.replace("{ two; identity }", "{\n two\n identity\n}").replace(
            "{ conv(2, 1x1); { two", "{\n conv(2, 1x1)\n { two"
        )
    )
    assert depth(found) == 2 + 4 + 1


def test_counting_is_linear_in_the_nodes(graph: Make) -> None:
    def seconds(repeats: int) -> float:
        found = graph(f"network net {{\n input image: [4, 8, 8]\n repeat {repeats} {{ conv(4, 1x1) -> relu }}\n}}")
        best = []
        for _ in range(3):
            start = process_time()
            totals(found)
            best.append(process_time() - start)
        return min(best)

    assert seconds(8_000) < 40 * seconds(800) + 0.01
