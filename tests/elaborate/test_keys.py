"""Names of modules and nodes: rules 1 to 4 of "Names, paths, order"."""

from __future__ import annotations

import pytest

from cnndsl.graph import Graph

BLOCKS = """
block double { repeat 2 { conv(4, 1x1) -> relu } }
block named { first: conv(4, 1x1) -> relu -> bn -> conv(4, 1x1) -> bn }
block bare { relu -> maxpool(1x1) }
block unit(u: block) { a: identity -> u }
"""

CASES = {
    "a body of unlabelled steps is numbered": ("conv(4, 1x1) -> relu -> flatten -> linear(3)", "0 1 2 3"),
    "blocks count, with and without weights": (
        "double -> bare -> double",
        "0 0.0 0.1 0.2 0.3 1 1.0 1.1 2 2.0 2.1 2.2 2.3",
    ),
    "loops are unrolled": ("repeat 2 { conv(4, 1x1) -> relu } -> bn", "0 1 2 3 4"),
    "identity and from do not count": ("conv(4, 1x1) -> identity -> from in -> relu", "0 1"),
    "a label makes the others named": ("x: conv(4, 1x1) -> relu -> conv(4, 1x1) -> bn -> bn", "x conv bn bn_2"),
    "blocks are named by what is called": (
        "x: relu -> named -> double -> double -> bare",
        "x named named.first named.bn named.conv named.bn_2"
        " double double.0 double.1 double.2 double.3 double_2 double_2.0 double_2.1 double_2.2 double_2.3",
    ),
    "a name that is a label is not taken": ("conv(4, 1x1) -> conv: conv(4, 1x1) -> conv(4, 1x1)", "conv_2 conv conv_3"),
    "a group is a level and numbered": ("g: { conv(4, 1x1) -> relu -> conv(4, 1x1) } -> relu", "g.0 g.1 g.2"),
    "labels in a group": ("g: { a: conv(4, 1x1) -> relu -> conv(4, 1x1) }", "g.a g.1 g.2"),
    "a bare group counts": ("relu -> { conv(4, 1x1) } -> relu", "0 1.0 2"),
    "a bare group among labels": ("x: relu -> { conv(4, 1x1) } -> { relu }", "x group.0 group_2.0"),
    "joins are transparent": ("concat { conv(4, 1x1) \n relu } -> bn", "0 1 2"),
    "residual is transparent": (
        "a: relu -> residual { b: conv(4, 1x1) -> bn } shortcut { c: conv(4, 1x1) }",
        "a b bn c",
    ),
    "residual alone": ("residual { conv(4, 1x1) -> relu -> bn } -> relu", "0 1 2 3"),
    "dense is transparent": ("dense { for i in range(2) { l{i}: conv(4, 1x1) } } -> bn", "l0 l1 bn"),
    "a labelled residual": ("r: residual { conv(4, 1x1) -> bn }", "r.0 r.1"),
    "if that is not taken": ("if in.channels == 3 { a: relu } -> conv(4, 1x1)", "conv"),
    "with is transparent": ("with conv(bias=false) { conv(4, 1x1) } -> relu", "0 1"),
    "scale is a parameter": ("gamma: scale -> relu", "gamma"),
    "a quoted label": ('"0-a": conv(4, 1x1) -> for i in range(2) { "b{i}": relu }', "0-a b0 b1"),
    "a label like an operation": ("relu: relu -> conv: conv(4, 1x1)", "relu conv"),
    "a call with a number counts": ("add(1) -> mul(0.5) -> relu", "0 1 2"),
    "what a parameter stands for": ("unit(conv(4, 1x1)) -> unit(double)", "0 0.u 1 1.u 1.u.0 1.u.1 1.u.2 1.u.3"),
    "identity through a parameter": ("unit(identity) -> relu", "0 1"),
    "shared is registered where it stands": (
        "shared head = conv(4, 1x1) \n x: relu -> head -> y: head -> relu -> conv(4, 1x1)",
        "x head head conv",
    ),
}


def modules(graph: Graph, prefix: str = "") -> list[str]:
    found = []
    for node in graph:
        if node.module is not None:
            found.append(prefix + node.module)
            if node.graph is not None:
                found.extend(modules(node.graph, f"{prefix}{node.module}."))
    return found


@pytest.mark.parametrize("name", CASES)
def test_keys(name: str, checked) -> None:  # type: ignore[no-untyped-def]
    body, keys = CASES[name]
    result = checked(f"{BLOCKS}\nblock under {{ {body} }}\nnetwork n {{ input x: [4, H=8, W=8] \n under }}")
    assert not result.findings
    (node,) = [node for node in result.networks["n"] if node.graph is not None]
    assert node.graph is not None
    found = modules(node.graph)
    assert " ".join(found) == keys
    assert len({node.name for node in node.graph}) == len(node.graph)


def test_an_output_names_the_last_step(checked) -> None:  # type: ignore[no-untyped-def]
    text = """
    network n {
        input x: [4, H=8, W=8]
        a: conv(4, 1x1)
        output aux when training: from x -> conv(4, 1x1) -> relu -> conv(8, 1x1)
        output own: from a -> b: conv(4, 1x1)
        output joined: from a -> concat { relu \n conv(4, 1x1) }
        bn
        output main: [4, 8, 8]
    }
    """
    result = checked(text)
    assert not result.findings
    graph = result.networks["n"]
    assert modules(graph) == ["a", "conv", "aux", "b", "conv_2", "bn"]
    assert [(output.name, output.training) for output in graph.outputs] == [
        ("aux", True),
        ("own", False),
        ("joined", False),
        ("main", False),
    ]
    assert graph.shapes[graph.outputs[2].value].sizes == (8, 8, 8)
