"""The table of a network: its rows, its columns, its totals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import cnndsl
from cnndsl.graph import Graph
from cnndsl.summary import Summary, UnknownColumn, compare

Make = Callable[[str], Graph]

SMALL = """
    block cell(width) { conv(width, 3x3, padding=1) -> bn -> relu }
    network small {
        input image: [2, 6, 6]
        stem: conv(4, 3x3) -> relu
        body: { repeat 3 { cell(4) } }
        maxpool(2x2) -> flatten -> dropout(0.5)
        output side when training: from body -> global_avgpool -> flatten -> linear(2)
        head: linear(5) -> softmax
        output scores: [5]
    }
"""


def told(graph: Graph, columns: str = "step,operation", **options: Any) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in Summary(graph, columns=columns, **options).rows]


def total(graph: Graph, columns: str, **options: Any) -> tuple[Any, ...]:
    line = Summary(graph, columns=columns, **options).table.total
    assert line is not None
    return line.values


def test_a_row_is_a_layer_with_what_follows_it(graph: Make) -> None:
    assert told(graph(SMALL)) == [
        ("image", "input"),
        ("stem", "conv, relu"),
        ("body.0 .. 2", "cell x 3"),
        ("maxpool", "maxpool"),
        ("global_avgpool", "global_avgpool, in training"),
        ("side", "linear, in training"),
        ("head", "linear, softmax"),
    ]


def test_every_step_has_a_row_where_that_is_asked_for(graph: Make) -> None:
    names = [name for name, _ in told(graph(SMALL), by="step")]
    assert names[1:6] == ["stem", "relu", "body.0 .. 2", "maxpool", "flatten"]
    assert len(told(graph(SMALL), by="step", depth=2)) == 1 + 2 + 9 + 3 + 3 + 2


@pytest.mark.parametrize(
    ("steps", "rows"),
    [
        ("relu -> relu", ["relu, relu"]),  # the first has no layer: an input is none
        ("conv(4, 1x1) -> lrn(3) -> relu", ["conv", "lrn, relu"]),
        ("conv(4, 1x1) -> bn -> dropout2d -> relu", ["conv", "bn, relu"]),
        ("maxpool(3x3, stride=1, padding=1) -> relu", ["maxpool, relu"]),
        ("conv(4, 1x1) -> adaptive_avgpool(8x8)", ["conv"]),
        ("conv(4, 1x1) -> adaptive_avgpool(4x4)", ["conv", "adaptive_avgpool"]),
        ("conv(4, 1x1) -> adaptive_avgpool(1) -> flatten", ["conv", "adaptive_avgpool", "flatten"]),
        ("flatten -> dropout(0.5) -> linear(3) -> identity", ["linear"]),
        ("a: conv(4, 1x1)\nconcat {\nfrom a -> relu\nfrom a -> sigmoid\n}", ["conv, relu", "sigmoid", "concat"]),
        ("residual { conv(2, 1x1) -> bn } -> relu", ["conv", "bn", "add, relu"]),
    ],
)
def test_what_stands_in_one_row(graph: Make, steps: str, rows: list[str]) -> None:
    found = graph(f"network net {{\n    input x: [2, 8, 8]\n    {steps}\n}}")
    assert [operation for (operation,) in told(found, "operation")[1:]] == rows


def test_a_labelled_join_is_closed_as_a_block_is(graph: Make) -> None:
    text = """
        network net {
            input x: [2, 8, 8]
            mixed: concat {
                conv(3, 1x1)
                conv(5, 3x3, padding=1) -> relu
            }
            tail: {
                conv(2, 1x1)
                concat {
                    relu
                    sigmoid
                }
            }
        }
    """
    closed = told(graph(text), "step,operation,output,macs")
    assert closed[1] == ("mixed", "conv, relu, concat", [8, 8, 8], 64 * 2 * (3 + 5 * 9))
    assert [name for name, *_ in closed[2:]] == ["tail.0", "tail.2", "tail.concat"]
    opened = [line.values[0] for line in Summary(graph(text), depth=2).table.lines]
    assert opened == ["x", "mixed", "0", "1", "concat", "tail.0", "tail.2", "tail.concat"]


def test_what_is_repeated_around_blocks_is_one_row(graph: Make) -> None:
    text = """
        block cell(width) { conv(width, 3x3, padding=1) -> bn -> relu }
        network net {
            input x: [4, 8, 8]
            repeat 3 { cell(4) -> maxpool(3x3, stride=1, padding=1) }
            for i in range(2) { stage{i}: { cell(4) -> cell(4) -> sigmoid } }
            end: conv(4, 1x1)
        }
    """
    assert told(graph(text), "step,operation,params") == [
        ("x", "input", 0),
        ("cell .. maxpool_3", "cell, maxpool x 3", 3 * 156),
        ("stage0 .. stage1", "cell, sigmoid x 2", 4 * 156),
        ("end", "conv", 20),
    ]
    assert len(told(graph(text), depth=2)) == 1 + 3 * 3 + 2 * 5 + 1


def test_an_opened_block_stands_above_what_is_in_it(graph: Make) -> None:
    summary = Summary(graph(SMALL), depth=2, columns="step,operation,params")
    lines = [(line.level, *line.values) for line in summary.table.lines]
    assert lines[2:5] == [(0, "body.0", "cell", 156), (1, "0", "conv", 148), (1, "1", "bn, relu", 8)]
    assert sum(line[3] for line in lines if line[0] == 0) == sum(row["params"] for row in summary.rows)
    assert "\n  0             conv " in str(summary)


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "densenet121", "lenet5", "alexnet_two_tower"])
def test_rows_add_up_however_they_are_cut(name: str) -> None:
    graph = cnndsl.load(name)[name].ir
    whole = Summary(graph).as_json()
    columns = "operation,params,buffers,macs,operations,values,saved_for_backward"
    for by in ("layer", "step"):
        found = [Summary(graph, depth, by, columns) for depth in (1, 2, 3, 9)]
        for one in found:
            inference = [row for row in one.rows if not row["operation"].endswith("in training")]
            assert sum(row["params"] for row in one.rows) == whole["params"]
            assert sum(row["buffers"] for row in one.rows) == whole["buffers"]
            assert sum(row["macs"] for row in inference) == whole["macs"]
            assert sum(row["saved_for_backward"] for row in one.rows) == whole["memory"]["saved_for_backward"]
        assert len({one.table.total for one in found}) == 1
    for by in ("stage", "kind", "resolution"):
        rows = Summary(graph, by=by, columns="params,macs").rows
        assert (sum(row["params"] for row in rows), sum(row["macs"] for row in rows)) == (
            whole["params"],
            whole["macs"],
        )


def test_weights_that_are_applied_again_are_told_once(graph: Make) -> None:
    text = """
        block eye { conv(4, 3x3) -> bn }
        network net {
            input x: [2, 6, 6]
            shared one = eye()
            from x -> a: one
            from x -> b: one
            concat {
                from a
                from b
            }
        }
    """
    found = [row for row in told(graph(text), "operation,params,macs,weights", depth=2) if row[0] == "conv"]
    assert found == [("conv", 76, 64 * 18, "4x2x3x3 + 4"), ("conv", 0, 64 * 18, "")]


def test_formulas(graph: Make) -> None:
    text = "network net {\n input x: [2, H=9, W=8]\n conv(4, 3x3) -> maxpool(2x2) -> flatten -> linear(5)\n}"
    assert told(graph(text), "formula")[1:2] == [("4 x (H - 2) x (W - 2)",)]


def test_counts_are_those_of_a_person(graph: Make) -> None:
    text = "network net {\n input x: [2, 6, 6]\n conv(4, 3x3) -> relu -> maxpool(2x2) -> flatten -> linear(5)\n}"
    columns = "params,biases,macs,bias,activation,pooling,values,bytes,memory,weights,input"
    conv, pool, linear = told(graph(text), columns)[1:]
    # 4 maps of 4x4 from windows of 2x3x3.
    assert conv == (76, 4, 64 * 18, 64, 64, 0, 64, 256, 256, "4x2x3x3 + 4", "2x6x6")
    assert pool == (0, 0, 0, 0, 0, 16 * 4, 16, 64, 64, "", "4x4x4")
    assert linear == (85, 5, 80, 5, 0, 0, 5, 20, 20, "5x16 + 5", "4x2x2")
    assert total(graph(text), "operations", convention="flops") == (2 * (1152 + 80) + 69 + 64 + 64,)
    assert total(graph(text), "params,values", no_bias=True) == (152, 72 + 64 + 16 + 5)


def test_receptive_fields_of_branches(graph: Make) -> None:
    found = graph("""
        network net {
            input x: [2, 9, 9]
            concat {
                conv(2, 5x3, padding=[2, 1])
                conv(2, 1x1)
            }
            maxpool(3x3, stride=3)
        }
    """)
    columns = "receptive_field,smallest_field,jump"
    assert told(found, columns)[-2:] == [([5, 3], 1, 1), ([7, 5], 3, 3)]
    assert "7x5" in str(Summary(found, columns=columns))


def test_closed_blocks_see_what_their_results_see(graph: Make) -> None:
    text = """
        block pair { conv(2, 3x3) -> conv(2, 3x3) }
        block outer { pair -> pair }
        block nothing { }
        network net {
            input x: [2, 16, 16]
            a: outer
            b: nothing
            c: concat {
                conv(2, 3x3, stride=2)
                conv(2, 5x5, stride=2, padding=1)
            }
        }
    """
    found = told(graph(text), "step,kind,kernel,paper,input,receptive_field,jump")
    assert found[1:] == [
        ("a", "block", "", "", "2x16x16", 9, 1),
        ("b", "block", "", "", "2x8x8", 9, 1),
        ("c", "block", "", "", "", 13, 2),
    ]


def test_shares_are_percentages(graph: Make) -> None:
    found = graph("network net {\n input x: [1, 2, 2]\n conv(1, 1x1, bias=false) -> conv(3, 1x1, bias=false)\n}")
    assert told(found, "params_share,macs_share,memory_share") == [
        (None, None, 20.0),
        (25.0, 25.0, 20.0),
        (75.0, 75.0, 60.0),
    ]


def test_largest_first(graph: Make) -> None:
    assert told(graph(SMALL), "step", sort="params")[:3] == [("body.0 .. 2",), ("head",), ("stem",)]
    assert told(graph(SMALL), "step", sort="output")[:3] == [("image",), ("stem",), ("body.0 .. 2",)]
    assert told(graph(SMALL), "step", sort="step")[0] == ("body.0 .. 2",)
    assert told(graph(SMALL), "name", sort="params", by="kind")[0] == ("convolution",)


@pytest.mark.parametrize("words", ["params", "parameters", "Parameters", " PARAMS "])
def test_a_column_has_several_names(graph: Make, words: str) -> None:
    assert total(graph(SMALL), words) == (76 + 3 * 156 + 10 + 85,)


def test_a_column_that_there_is_not(graph: Make) -> None:
    with pytest.raises(UnknownColumn, match=r"no column prams; did you mean `params`\?"):
        Summary(graph(SMALL), columns="step,prams")
    with pytest.raises(UnknownColumn, match="a column without a name; there are step, operation"):
        Summary(graph(SMALL), columns="step,")
    with pytest.raises(ValueError, match="no column zzz"):
        Summary(graph(SMALL), sort="zzz", by="stage")
    with pytest.raises(UnknownColumn, match="did you mean `macs`"):
        compare({"small": graph(SMALL)}, "mac")


def test_networks_side_by_side(graph: Make) -> None:
    found = compare({"one": graph(SMALL)}, "network,input,output,params,params_without_biases,depth,receptive_field")
    # The last map is the pool's: 3 + 3 * 2 + 1, and its window of 2.
    assert found.records == [
        {
            "network": "one",
            "input": "2x6x6",
            "output": "5",
            "params": 639,
            "params_without_biases": 639 - 4 - 3 * 8 - 2 - 5,
            "depth": 5,
            "receptive_field": 10,
        }
    ]
