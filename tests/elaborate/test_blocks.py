"""Blocks as values, defaults, imports, networks in networks, instances."""

from __future__ import annotations

import subprocess
import sys
import time

from cnndsl.compiler import check
from cnndsl.diagnostics import error
from cnndsl.elaborate.values import BlockValue
from cnndsl.graph import Graph, Initializer
from cnndsl.ops.operation import Operation
from cnndsl.source import Source, Span
from cnndsl.syntax import tree
from cnndsl.syntax.parser import parse
from cnndsl.trace import Value

HEAD = "input x: [4, H=8, W=8]\n"


def operations(graph: Graph) -> list[Operation]:
    found = []
    for node in graph:
        if node.operation is not None:
            found.append(node.operation)
        elif node.graph is not None:
            found.extend(operations(node.graph))
    return found


def codes(result) -> list[str]:  # type: ignore[no-untyped-def]
    return [finding.code for finding in result.findings]


def test_a_bound_block_takes_the_rest(checked) -> None:  # type: ignore[no-untyped-def]
    text = """
    block unit(width, kernel: size, stride = 1) { conv(width, kernel, stride=stride) }
    block point = unit(kernel=1x1)
    block twice(unit: block) { unit(4) -> unit(6, stride=2) }
    network n {
        input x: [4, H=8, W=8]
        let square = unit(kernel=3x3)
        twice(square) -> twice(point) -> twice(conv(kernel_size=1)) -> point(3)
    }
    """
    result = checked(text)
    assert not result.findings
    graph = result.networks["n"]
    assert [operation.__dict__["out_channels"] for operation in operations(graph)] == [4, 6, 4, 6, 4, 6, 3]
    node = next(node for node in graph if node.graph is not None)
    unit = node.arguments["unit"].value
    assert isinstance(unit, BlockValue)
    assert unit.bound == {"kernel": (3, 3)}


def test_with_is_lexical(checked) -> None:  # type: ignore[no-untyped-def]
    text = """
    block plain { bn }
    with bn(eps=0.1), conv(bias=false) {
        block inside { bn -> conv(4, 1) -> conv(4, 1, bias=true) -> with bn(momentum=0.5) { bn } }
        let changed = bn
    }
    network n {
        input x: [4, H=8, W=8]
        plain -> inside -> bn
        with bn(eps=0.2) { bn -> bn(eps=0.3) -> plain -> apply(bn) -> apply(bn(momentum=0.2)) -> let_it }
    }
    block apply(u: block) { u }
    block let_it { bn }
    """
    result = checked(text)
    assert not result.findings
    made = operations(result.networks["n"])
    norms = [
        (operation.__dict__["eps"], operation.__dict__["momentum"]) for operation in made if operation.name == "bn"
    ]
    plain = (1e-5, 0.1)
    assert norms == [
        plain,
        (0.1, 0.1),
        (0.1, 0.5),
        plain,
        (0.2, 0.1),
        (0.3, 0.1),
        plain,
        (0.2, 0.1),
        (0.2, 0.2),
        plain,
    ]
    assert [operation.__dict__["bias"] for operation in made if operation.name == "conv"] == [False, True]


def test_with_needs_known_names_and_arguments(checked) -> None:  # type: ignore[no-untyped-def]
    assert codes(checked("with bnn(eps=1), conv(byas=false) { block a { relu } }")) == ["E0201", "E0303"]
    assert codes(checked(f"network n {{ {HEAD} with conv(bias=3) {{ conv(4, 1) }} \n conv(4, 1) }}")) == ["E0301"]


def test_tensor_parameters(checked) -> None:  # type: ignore[no-untyped-def]
    text = """
    block join(width, skip: tensor, also: tensor = none) {
        conv(width, 1x1)
        concat { identity \n from skip }
    }
    network n {
        input x: [4, H=8, W=8]
        for i in range(2) { s{i}: conv(2 + i, 1x1) }
        g: { inner: conv(5, 1x1) }
        a: join(6, s{0})
        b: join(6, skip=s1, also=g.inner)
        c: join(6, "s0", x)
        d: center_crop(like=s0)
    }
    """
    result = checked(text)
    assert not result.findings
    graph = result.networks["n"]
    assert [graph.shapes[Value(name)].sizes[0] for name in "abc"] == [8, 9, 8]
    assert [value.node for value in graph["b"].operands] == ["a", "s1", "g.inner"]
    inner = graph["b"].graph
    assert inner is not None
    assert inner.inputs == ("in", "skip", "also")
    assert len(graph["d"].operands) == 2


def test_faults_of_tensors(checked) -> None:  # type: ignore[no-untyped-def]
    text = """
    block join(skip: tensor) { add { identity \n from skip } }
    block all(unit: block) { unit }
    network n {
        input x: [4, H=8, W=8]
        a: conv(4, 1x1)
        join
        from a -> join(b)
        from a -> join(3)
        from a -> all(join(a))
        from a -> skip
    }
    """
    assert codes(checked(text)) == ["E0304", "E0202", "E0301", "E0307", "E0201"]


def test_shared_has_one_set_of_weights(checked) -> None:  # type: ignore[no-untyped-def]
    text = """
    block head(width) { conv(width, 3x3, padding=1) -> bn }
    network n {
        input x: [4, H=8, W=8]
        shared h = head(4)
        a: h -> maxpool(2x2) -> b: h
        linear_too: { h }
        from b -> conv(5, 1x1) -> h
    }
    """
    result = checked(text)
    assert codes(result) == ["E0401"]
    message = "h is one instance: its 0.weight is 4x4x3x3, and this input needs 4x5x3x3"
    assert result.findings[0].message == message
    graph = result.networks["n"]
    assert [node.module for node in graph if node.kind == "head"] == ["h"] * 4


def test_imports(checked) -> None:  # type: ignore[no-untyped-def]
    lib = "let width = 8\nblock a { conv(width, 1) }\nblock b { a }\nblock c { relu }"
    text = f"import lib: b\nlet width = 3\nnetwork n {{ {HEAD} b -> conv(width, 1) }}"
    result = checked(text, lib=lib)
    assert not result.findings
    assert [operation.__dict__["out_channels"] for operation in operations(result.networks["n"])] == [8, 3]
    assert codes(checked(f"import lib\nnetwork n {{ {HEAD} a -> c -> conv(width, 1) }}", lib=lib)) == []
    assert codes(checked(f"import lib: b\nnetwork n {{ {HEAD} c }}", lib=lib)) == ["E0201"]
    assert codes(checked("import lib: d\nblock c { relu }", lib=lib)) == ["E0603"]
    assert codes(checked("import lib\nblock c { relu }", lib=lib)) == ["E0203"]
    (syntax,) = checked(f"import bad\nnetwork n {{ {HEAD} thing }}", bad="block a { conv(3 }").findings
    assert syntax.span.source.name == "bad.cnn"


def test_a_network_in_a_network(checked) -> None:  # type: ignore[no-untyped-def]
    text = """
    network inner(width = 4) {
        input image: [3, H=32, W=32]
        mid: conv(width, 3x3, padding=1)
        output mid
        require H % 2 == 0, "H is {H}"
        maxpool(2x2)
        output main: [width, H // 2, W // 2]
        expect params == 112
    }
    network two_inputs {
        input a: [3, H=8, W=8]
        input b: [3, H, W]
        add { from a \n from b }
    }
    network outer {
        input image: [3, H=64, W=48]
        i: inner(8)
        from i.mid -> conv(3, 1x1)
        t: two_inputs(b=image)
    }
    """
    result = checked(text)
    assert not result.findings
    graph = result.networks["outer"]
    assert graph.shapes[Value("i")].sizes == (8, 32, 24)
    assert graph.shapes[Value("i", "mid")].sizes == (8, 64, 48)
    assert graph["i"].graph is not None
    assert graph["i"].graph.symbols == {"H": 64, "W": 48}
    assert result.networks["two_inputs"].inputs == ("a", "b")


def test_arguments_and_sizes(checked) -> None:  # type: ignore[no-untyped-def]
    text = """
    network base(unit: block, width = 4, classes = 10) {
        input image: [3, H=32, W=H]
        unit(width) -> flatten -> linear(classes)
        output logits: [classes]
        expect params == 1
    }
    network small = base(conv(kernel_size=1), width=2) { expect params == 20_498 }
    """
    result = checked(text)
    assert not result.findings
    assert list(result.networks) == ["small"]
    graph = result.networks["small"]
    assert (graph.name, graph.definition.name.id) == ("small", "base")
    assert set(graph.given) == {"unit", "width"}
    assert graph.arguments["classes"] == 10
    changed = checked(text, {"network": "small", "arguments": {"classes": 3}, "sizes": {"H": 8}})
    assert [(finding.code, finding.severity) for finding in changed.findings] == [("N0501", "note")]
    graph = changed.networks["small"]
    assert graph.shapes[graph.outputs[0].value].sizes == (3,)
    assert graph.symbols == {"H": 8, "W": 8}
    assert codes(checked(text, {"network": "small", "arguments": {"width": 3}})) == ["E0303"]
    assert codes(checked(text, {"network": "small", "sizes": {"Q": 3}})) == ["E0303", "N0501"]
    assert codes(checked(text, {"network": "base"})) == ["E0304"]
    assert codes(checked(text, {"network": "bass"})) == ["E0201"]


def test_equal_instances_are_one_graph(checked) -> None:  # type: ignore[no-untyped-def]
    text = """
    block unit(width, bias = true) { conv(width, 3x3, padding=1, bias=bias) -> relu }
    network n {
        input x: [4, H=8, W=8]
        repeat 3 { unit(4) }
        unit(width=4, bias=true) -> unit(4, bias=false) -> maxpool(2x2) -> unit(4)
    }
    """
    graphs = [node.graph for node in checked(text).networks["n"] if node.graph is not None]
    assert [graphs.index(graph) for graph in graphs] == [0, 0, 0, 0, 4, 5]


def test_true_is_not_one(checked) -> None:  # type: ignore[no-untyped-def]
    text = "block b(v) { if v == true { relu } else { tanh } }\nnetwork n { input x: [3] \n b(1) -> b(true) -> b(1.0) }"
    assert [operation.name for operation in operations(checked(text).networks["n"])] == ["tanh", "relu", "tanh"]


def test_initial_weights(checked) -> None:  # type: ignore[no-untyped-def]
    text = """
    block b { conv(4, 1, init=kaiming_normal("fan_out")) -> bn(init=0) -> conv(4, 1, init=zeros) }
    network n {
        input x: [4, H=8, W=8]
        b -> with conv(init=0.5) { conv(4, 1) }
        init conv(weight=normal(std=0.01), bias=0), linear(xavier_uniform)
    }
    """
    result = checked(text)
    assert not result.findings
    graph = result.networks["n"]
    constant = Initializer("constant", (("val", 0),))
    assert graph.inits == (
        (
            "conv",
            (("weight", Initializer("normal", (("std", 0.01),))), ("bias", Initializer("constant", (("val", 0),)))),
        ),
        ("linear", (("weight", Initializer("xavier_uniform", ())),)),
    )
    inner = next(node.graph for node in graph if node.graph is not None)
    assert [init for node in inner for init in node.inits] == [
        ("weight", Initializer("kaiming_normal", (("mode", "fan_out"),))),
        ("weight", constant),
        ("weight", Initializer("zeros", ())),
    ]


def test_a_fault_in_a_block_is_one_error_with_the_way_to_it(checked) -> None:  # type: ignore[no-untyped-def]
    text = """
    block bad(width) { conv(width, 9x9) }
    block outer { for i in range(3) { bad(4) } }
    network n { input x: [4, H=8, W=8]
        repeat 4 { outer } }
    network m { input x: [4, H=8, W=8]
        outer }
    """
    (finding,) = checked(text).findings
    assert finding.code == "E0402"
    assert [label.message for label in finding.labels] == [
        "H and W are 8 here",
        "bad is applied here",
        "outer is applied here",
    ]
    assert finding.notes == (
        "in at least 2 of the 15 uses of bad, first in n",
        "in repetition 1 of `for i in range(3)`",
        "in repetition 1 of `repeat 4`",
    )


def test_time_is_linear_in_the_number_of_blocks(checked) -> None:  # type: ignore[no-untyped-def]
    block = "block b(w) {{ residual {{ conv(w, 3x3, padding=1) -> bn }}\n relu }}\n"
    text = block + "network n {{ {} repeat {} {{ b(4) }} }}"
    best = dict.fromkeys((2_000, 20_000), float("inf"))
    for _ in range(3):
        for count in best:
            start = time.process_time()
            assert len(checked(text.format(HEAD, count)).networks["n"]) == count + 1
            best[count] = min(best[count], time.process_time() - start)
    assert best[20_000] < 40 * max(best[2_000], 0.02)


def test_a_file_that_cannot_be_read_is_a_fault_of_the_import() -> None:
    text = "import other\nimport gone\nnetwork n { input x: [3] \n anything }"
    problem = error("E0704", "other.cnn is not UTF-8", Span(Source("other.cnn", ""), 0, 0))
    result = check(Source("main.cnn", text), lambda name, _: problem if name == "other" else None)
    assert [(finding.code, finding.span.text) for finding in result.findings] == [("E0704", "other"), ("E0603", "gone")]


def test_arguments_may_be_expressions(checked) -> None:  # type: ignore[no-untyped-def]
    text = (
        "let a = 3\nblock b { relu }\nnetwork n(unit: block, w: int) { input x: [4, H=8, W=8] \n unit -> conv(w, 1) }"
    )
    (item,) = parse(Source("--set", "let x = [b, a + 1]"))[0].items
    assert isinstance(item, tree.Let)
    assert isinstance(item.value, tree.List)
    unit, width = item.value.items
    result = checked(text, {"network": "n", "arguments": {"unit": unit, "w": width}})
    assert not result.findings
    assert [operation.name for operation in operations(result.networks["n"])] == ["relu", "conv"]
    assert codes(checked(text, {"network": "n", "arguments": {"unit": unit, "w": "3"}})) == ["E0301"]
    (item,) = parse(Source("--set", "let x = nothing"))[0].items
    assert isinstance(item, tree.Let)
    (finding,) = checked(text, {"network": "n", "arguments": {"unit": unit, "w": item.value}}).findings
    assert (finding.code, finding.span.text) == ("E0201", "nothing")


def test_an_argument_of_the_wrong_type_is_shown_where_it_is_written(checked) -> None:  # type: ignore[no-untyped-def]
    text = """
    block inner(w) { conv(w, 3x3) }
    block outer(width) { inner(width) }
    network n { input x: [4, H=8, W=8]
        outer("64") }
    """
    (finding,) = checked(text).findings
    assert (finding.code, finding.span.text) == ("E0301", '"64"')


def test_nothing_but_the_parser_is_needed_for_a_file_without_definitions() -> None:
    program = (
        "import sys; from cnndsl.compiler import check; from cnndsl.source import Source;"
        "found = check(Source('x', 'network {'), lambda *_: None).findings;"
        "print(bool(found), 'cnndsl.elaborate' in sys.modules, 'networkx' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "False", "False"]
