"""What is one thing, and what is told once: read off the text of small networks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cnndsl.graph import Graph
from cnndsl.passes.folding import Part, fold

Make = Callable[[str], Graph]


def told(parts: Iterable[Part]) -> list[str]:
    """``relu``, ``3 unit``, ``2 (conv relu)``, ``stem{conv relu}``."""
    return [("" if part.times == 1 else f"{part.times} ") + _one(part) for part in parts if part.role != "input"]


def _one(part: Part) -> str:
    inside = " ".join(told(part.parts))
    return {"group": f"{part.label}{{{inside}}}", "period": f"({inside})"}.get(part.role, part.kind)


def body(make: Make, text: str) -> list[str]:
    return told(fold(make(f"network net {{\n input image: [8, 32, 32]\n {text}\n}}")))


def test_levels_of_dotted_names_are_groups(graph: Make) -> None:
    text = "stem: { conv(4, 3x3) -> relu\n inner: { maxpool(2x2) -> residual { relu } } }\n flatten -> linear(2)"
    assert body(graph, text) == ["stem{conv relu inner{maxpool relu add}}", "flatten", "linear"]


def test_equal_blocks_in_sequence_are_one(graph: Make) -> None:
    text = """
        block unit(width) { residual { conv(width, 3x3, padding=1) } }
        network net { input image: [8, 32, 32]
            unit(8) -> unit(8) -> unit(8) -> conv(16, 1x1) -> unit(16) -> a: unit(16)
        }"""
    parts = fold(graph(text))
    assert told(parts) == ["3 unit", "conv", "2 unit"]
    assert [(part.name, part.last) for part in parts[1:]] == [("unit", "unit_3"), ("conv", "conv"), ("unit_4", "a")]
    assert [part.name for part in parts[-1].parts] == ["unit_4.in", "unit_4.0", "unit_4.add"]


def test_a_period_of_several_steps_is_one(graph: Make) -> None:
    assert body(graph, "repeat 3 { conv(8, 3x3, padding=1) -> bn -> relu }\n conv(8, 1x1)") == [
        "3 (conv bn relu)",
        "conv",
    ]


def test_a_period_may_hold_repetitions(graph: Make) -> None:
    assert body(graph, "repeat 2 { repeat 3 { conv(8, 3x3, padding=1) -> relu }\n bn }") == ["2 (3 (conv relu) bn)"]


def test_periods_with_skips_inside_them(graph: Make) -> None:
    assert body(graph, "repeat 4 { residual { conv(8, 3x3, padding=1) -> relu } }") == ["4 (conv relu add)"]


def test_a_repetition_that_starts_from_an_earlier_value(graph: Make) -> None:
    text = "relu\n concat {\n identity\n { repeat 3 { residual { bn } } }\n }"
    assert body(graph, text) == ["relu", "1{3 (bn add)}", "concat"]
    assert body(graph, "concat {\n relu\n tanh -> tanh\n bn -> bn\n}") == ["relu", "2 tanh", "2 bn", "concat"]


def test_other_shapes_are_other_things(graph: Make) -> None:
    assert body(graph, "conv(16, 3x3) -> conv(16, 3x3) -> conv(16, 3x3)") == ["conv", "conv", "conv"]
    assert body(graph, "conv(16, 1x1) -> conv(16, 1x1) -> conv(16, 1x1)") == ["conv", "2 conv"]


def test_a_period_begins_where_it_was_written(graph: Make) -> None:
    assert body(graph, "repeat 3 { conv(16, 3x3, padding=1) -> relu }\n bn") == ["conv", "relu", "2 (conv relu)", "bn"]
    text = "conv(16, 1x1) -> relu -> conv(16, 1x1) -> relu -> conv(16, 1x1) -> relu -> bn"
    assert body(graph, text) == ["conv", "relu", "2 (conv relu)", "bn"]
    text = "conv(16, 1x1)\n for i in range(2) { bn -> relu -> conv(16, 1x1) }\n flatten"
    assert body(graph, text) == ["conv", "2 (bn relu conv)", "flatten"]


def test_what_is_read_from_outside_is_not_folded(graph: Make) -> None:
    assert body(graph, "a: relu -> relu -> relu -> add {\n identity\n from a\n}") == ["relu", "2 relu", "add"]
    assert body(graph, "a: relu -> b: relu -> relu\n output side: from b\n output rest") == ["2 relu", "relu"]
    text = "conv(8, 1x1) -> k: relu -> conv(8, 1x1) -> relu"
    assert body(graph, f"{text}\n concat {{\n identity\n from k\n}}") == ["conv", "relu", "conv", "relu", "concat"]


def test_one_tensor_may_be_read_by_all(graph: Make) -> None:
    text = """
        block merge(skip: tensor) { add {
            identity
            from skip
        } }
        network net { input image: [8, 32, 32]
            a: relu
            bn -> merge(a) -> merge(a) -> merge(a)
        }"""
    assert told(fold(graph(text))) == ["relu", "bn", "3 merge"]


def test_branches_are_not_chains(graph: Make) -> None:
    assert body(graph, "concat {\n conv(8, 1x1)\n conv(8, 1x1)\n}") == ["conv", "conv", "concat"]


def test_equal_groups_in_sequence(graph: Make) -> None:
    parts = fold(
        graph("""network net { input image: [8, 32, 32]
            for i in range(3) { stage{i}: { conv(8, 1x1) -> relu } }
        }""")
    )
    assert told(parts) == ["3 stage0{conv relu}"]
    assert (parts[1].name, parts[1].last, len(parts[1].every), len(parts[1].nodes)) == ("stage0", "stage2", 6, 2)


def test_weights_in_common_and_weights_apart_are_not_equal(graph: Make) -> None:
    text = "shared mix = conv(8, 1x1)\n mix -> mix -> conv(8, 1x1) -> conv(8, 1x1)"
    assert body(graph, text) == ["2 conv", "2 conv"]
    assert body(graph, "shared mix = conv(8, 1x1)\n mix -> relu -> mix -> relu") == ["2 (conv relu)"]


def test_a_shared_module_inside_a_group_does_not_cut_it(graph: Make) -> None:
    text = "shared mix = conv(8, 1x1)\n mix -> stage: { relu -> mix -> tanh }"
    assert body(graph, text) == ["conv", "stage{relu conv tanh}"]


def test_every_node_is_in_one_part(graph: Make) -> None:
    found = graph("""network net { input image: [8, 32, 32]
        repeat 5 { conv(8, 1x1) -> relu }
        s: { repeat 3 { residual { bn -> relu } }
             relu }
    }""")
    assert [node.name for part in fold(found) for node in part.every] == [node.name for node in found]


def test_a_long_chain_takes_little(graph: Make) -> None:
    parts = fold(graph("network net { input image: [8, 32, 32]\n repeat 20_000 { relu -> tanh }\n }"))
    assert [(part.kind, part.times) for part in parts[1:]] == [("period", 20_000)]
