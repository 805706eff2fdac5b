"""Sizes as a network declares them: several inputs, their symbols, and what is required of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import cnndsl
from cnndsl.graph import Graph
from cnndsl.passes.sizes import formulas, output_formulas, valid_sizes
from cnndsl.summary.sizes import InputSizes

Make = Callable[[str], Graph]


def text_of(graph: Graph) -> list[str]:
    return [symbol.text for symbol in valid_sizes(graph).symbols]


def test_conditions_declare_what_is_legal(graph: Make) -> None:
    valid = valid_sizes(
        graph("""
        block cells(size) { require it.height % size == 0 and it.width % size == 0, "{it.height} rows" }
        network net {
            input image: [3, H=64, W=64]
            let cells_high = H // 8
            cells(8)
            require cells_high >= 4
            require H <= 2 * W, "too high"
        }
    """)
    )
    assert valid.of("H").text == "H in multiples of 8, from 32 to 128"
    assert valid.of("W").text == "W in multiples of 8, from 32"
    assert [(limit.text, limit.why) for limit in valid.of("H").limits] == [
        ("H in multiples of 8", "63 rows"),
        ("H >= 32", "`cells_high >= 4` does not hold"),
        ("H <= 128", "too high"),
    ]
    assert [tie.text for tie in valid.ties] == ["H <= 2 * W"]
    assert valid.together[0].sizes.text("H = W") == "H = W in multiples of 8, from 32"


def test_a_network_that_is_applied_keeps_to_the_sizes_that_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "net.cnn"
    inner = "network inner {\n input image: [3, H=64, 32]\n conv(2, 3x3)\n}\n"
    path.write_text(inner + "network net {\n input image: [3, H=64, W=64]\n maxpool([1, 2]) -> inner\n}\n")
    height, width = valid_sizes(cnndsl.load(f"{path}:net")["net"].ir).symbols
    assert (height.text, width.text) == ("H >= 3", "W in 64..65")
    assert width.limits[0].why == "inner takes 32 here, and its input is 3x64x33"


def test_two_inputs_of_one_symbol(graph: Make) -> None:
    found = graph("""
        network net {
            input left: [1, H=28, W=28]
            input right: [1, 2 * H, W]
            concat {
                conv(4, 3x3, padding=1)
                from right -> conv(4, 3x3, stride=2x1, padding=1)
            }
        }
    """)
    assert text_of(found) == ["H >= 1", "W >= 1"]
    assert output_formulas(found) == {"output": "8 x H x W"}


def test_symbols_of_two_inputs_that_must_agree(graph: Make) -> None:
    valid = valid_sizes(
        graph("""
        network net {
            input left: [1, A=28, B=28]
            input right: [1, P=28, Q=28]
            add {
                conv(4, 3x3)
                from right -> conv(4, 3x3)
            }
        }
    """)
    )
    assert [symbol.text for symbol in valid.symbols] == ["A = 28", "B = 28", "P = 28", "Q = 28"]
    assert [tie.text for tie in valid.ties] == ["A = P", "B = Q"]
    assert [one.sizes.text(" = ".join(one.symbols)) for one in valid.together] == ["A = P >= 3", "B = Q >= 3"]


def test_what_ties_symbols_is_said_of_all_sizes(graph: Make) -> None:
    """With what the steps behind the join need of each; at the defaults alone H is 27 or 28, and V 14."""
    found = graph("""
        network net {
            input left: [1, H=28, W=8]
            input right: [2, V=14, U=8]
            conv(8, 3x3, stride=[2, 1], padding=1)
            concat {
                identity
                from right
            }
            conv(3, 5x3) -> maxpool(2x1)
        }
    """)
    valid = valid_sizes(found)
    tied = {one.symbols: one for one in valid.together}["H", "V"]
    assert [tie.text for tie in valid.ties] == ["V = ceil(H/2)", "U = W"]
    assert [sizes.text(name) for name, sizes in zip(tied.symbols, tied.apart, strict=True)] == ["H >= 11", "V >= 6"]
    for high, low in itertools.product(range(1, 40), range(1, 20)):
        fits = valid.refusal({"H": high, "V": low}) is None
        assert fits == (high >= 11 and low >= 6 and low == -(-high // 2)), (high, low)


def test_sizes_that_were_not_looked_at_are_not_promised(graph: Make) -> None:
    """The strides have a period of thousands, beyond which it was not looked: at 9,000 it no longer fits."""
    found = graph("""
        network net {
            input image: [1, H=97, W=89]
            conv(1, 97x89, stride=[97, 89], padding=[96, 88])
            conv(1, 83x79, stride=[83, 79], padding=[82, 78])
            flatten -> linear(2)
        }
    """)
    assert "H = W >= 2 (known up to 3,072)" in str(InputSizes(found))
    assert valid_sizes(found).refusal({"H": 9_000, "W": 9_000}) is not None


def test_an_input_whose_size_is_no_formula_is_tried_one_by_one(graph: Make) -> None:
    found = graph("""
        network net {
            input left: [1, H=16, W=16]
            input right: [1, 4096 // H // 16, W]
            add {
                identity
                from right
            }
        }
    """)
    assert text_of(found) == ["H = 16", "W >= 1"]
    assert formulas(found)["right"] == "1 x right.H x right.W"


def test_a_network_without_symbols(graph: Make) -> None:
    valid = valid_sizes(graph("network net {\n input image: [2, 8, 8]\n relu\n}"))
    assert (valid.symbols, valid.ties, valid.together, valid.training) == ((), (), (), ())
