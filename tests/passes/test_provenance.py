"""Trails: from a size back to the input or a number. What is expected is counted by hand or read off a paper."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

import pytest

import cnndsl
from cnndsl.compiler import check
from cnndsl.elaborate.program import Program
from cnndsl.graph import Graph, steps
from cnndsl.passes.provenance import UNKNOWN, Link, Tracer, Trail, changes, token, tokens, trail
from cnndsl.passes.provenance.places import Unknown, Use, Where, find, lines_of_steps, on_line
from cnndsl.passes.provenance.trails import MOST
from cnndsl.site import Site
from cnndsl.source import Source
from cnndsl.syntax.parser import parse

Make = Callable[[str], Graph]
LETTERS = "CHW"


def _trail(network: Graph, place: str) -> Trail:
    name, _, letter = place.rpartition(".")
    where = find(network, name)
    found = trail(where.graph, where.value, LETTERS.index(letter), where.around)
    assert found is not None
    return found


def _chain(network: Graph, place: str) -> list[tuple[str, int]]:
    return [(link.name, link.size) for link in changes(_trail(network, place))]


def _all(start: Trail) -> Iterator[Trail]:
    pending, seen = [start], {id(start)}
    while pending:
        current = pending.pop()
        yield current
        for source in current.sources:
            if id(source) not in seen:
                seen.add(id(source))
                pending.append(source)


@pytest.fixture(scope="module")
def resnet() -> Graph:
    return cnndsl.load("resnet50")["resnet50"].ir


def test_the_sizes_of_table_1(resnet: Graph) -> None:
    """He et al. (2015): 112, 56, 28, 14, 7, halved by conv1, its pool, and the first block of each later stage."""
    assert _chain(resnet, "layer4.2.conv3.H") == [
        ("layer4.0.conv2", 7),
        ("layer3.0.conv2", 14),
        ("layer2.0.conv2", 28),
        ("maxpool", 56),
        ("conv1", 112),
        ("image", 224),
    ]


def test_formula_and_tokens_of_a_link(resnet: Graph) -> None:
    first = next(changes(_trail(resnet, "conv1.W")))
    assert first.cause is not None
    assert first.cause.formula == "(224 + 6 - 7) / 2 + 1 = 112, rounded down"
    assert [span.text for span in tokens(first)] == ["stride=2", "7x7", "padding=3"]
    assert token(next(changes(_trail(resnet, "conv1.C")))).text == "64"
    *_, image = changes(_trail(resnet, "conv1.W"))
    assert (token(image).text, image.letter, image.axis, image.cause) == ("W=224", "W", 2, None)


def test_numbers_through_let_parameter_and_loop(resnet: Graph) -> None:
    found = _trail(resnet, "layer3.1.conv3.C")
    assert not found.sources
    assert [(one.name, one.value, one.how) for one in found.numbers] == [
        ("out", 1024, "let"),
        ("width", 256, "given"),
        ("i", 2, "loop"),
        ("expansion", 4, "default"),
    ]
    texts = [one.expression.span.text for one in found.numbers if one.expression is not None]
    assert texts == ["width * expansion", "64 * 2 ** i", "enumerate(depths)", "4"]
    assert found.numbers[2].round == 3


def test_a_block_of_another_call_has_other_numbers(resnet: Graph) -> None:
    """The first unit of a stage is another call than the repeated ones, which are one graph."""
    assert [one.value for one in _trail(resnet, "layer2.0.conv2.H").numbers if one.name == "stride"] == [2]
    assert find(resnet, "layer3.1.conv2").graph is find(resnet, "layer3.5.conv2").graph
    assert _trail(resnet, "layer3.1.conv2.H").link.keeps


def test_a_shortcut_leads_past_a_block(resnet: Graph) -> None:
    names = [one.link.name for one in _all(_trail(resnet, "layer3.5.H"))]
    assert names == ["layer3.0.conv2", "layer2.0.conv2", "maxpool", "conv1", "image"]


def test_sizes_that_arguments_name_are_followed() -> None:
    densenet = cnndsl.load("densenet121")["densenet121"].ir
    found = _trail(densenet, "features.transition1.C")
    assert (found.link.name, found.link.size, found.operands) == ("features.transition1.conv", 128, 0)
    (before,) = found.sources
    assert (before.link.name, before.link.size, before.link.before) == ("features.denseblock1.concat_6", 256, (224, 32))
    leaves = [one.link for one in _all(found) if not one.sources]
    assert sorted(link.size for link in leaves) == [32] * 6 + [64]


def test_a_window_that_keeps_the_size_is_no_change(graph: Make) -> None:
    network = graph("network n { input x: [3, H=8, W=8]\n a: conv(4, 3x3, padding=1)\n b: conv(4, 3x3) -> relu }")
    assert [one.link.name for one in _all(_trail(network, "b.H"))] == ["b", "a", "x"]
    assert _chain(network, "b.H") == [("b", 6), ("x", 8)]


def test_where_it_is_made_of_several(graph: Make) -> None:
    network = graph("""
        network n {
            input x: [3, H=8, W=6]
            a: conv(4, 3x3, stride=2) -> f: flatten
            c: linear(2)
        }
    """)
    found = _trail(network, "f.C")
    assert [(one.link.letter, one.link.size) for one in found.sources] == [("C", 4), ("H", 3), ("W", 2)]
    assert found.link.cause is not None
    assert found.link.cause.formula == "4 * 3 * 2 = 24"
    assert _trail(network, "c.C").sources == ()


def test_like_and_permute_are_links(graph: Make) -> None:
    network = graph("""
        network n {
            input x: [3, H=8, W=6]
            a: maxpool(2)
            u: upsample(like=x)
            p: permute("HWC")
        }
    """)
    assert _chain(network, "u.H") == [("u", 8), ("x", 8)]
    assert token(_trail(network, "u.H").link).text == "like=x"
    (where,) = (find(network, "p"),)
    found = trail(where.graph, where.value, 1, where.around)
    assert found is not None
    assert [(link.name, link.letter, link.size) for link in changes(found)] == [
        ("p", "W", 6),
        ("u", "W", 6),
        ("x", "W", 6),
    ]


@pytest.mark.parametrize(
    ("place", "texts"),
    [
        ("s.C", ["7"]),
        ("s.H", ["3x3", "padding=1"]),
        ("d.H", ["2", "3x3"]),
        ("d.C", ["9"]),
        ("w.C", ["11"]),
        ("g.H", []),
    ],
)
def test_tokens_of_shared_renamed_and_with(graph: Make, place: str, texts: list[str]) -> None:
    network = graph("""
        block half = conv(kernel_size=3x3, stride=2)
        network n {
            input x: [3, H=32, W=32]
            shared head = conv(7, 3x3, padding=1)
            s: head
            d: half(9)
            with conv(out_channels=11) { w: conv(kernel_size=1) }
            g: global_avgpool
        }
    """)
    link = _trail(network, place).link
    assert [span.text for span in tokens(link)] == texts
    if not texts:
        assert token(link).text == "global_avgpool"


def test_of_a_list_the_item_that_acts(graph: Make) -> None:
    network = graph("""
        network n(side = 6) {
            input x: [4, H=8, W=12]
            c: conv(4, 1x1, stride=[1, 2])
            a: adaptive_avgpool([side, 2 * side])
            s: split([1, 3], 1)
            r: reshape(in.channels - 1, 6, 12)
        }
    """)
    places = ["c.W", "a.H", "a.W", "s.C", "r.C", "r.W"]
    found = [token(_trail(network, place).link).text for place in places]
    assert found == ["2", "side", "2 * side", "3", "in.channels - 1", "12"]
    assert [one.name for one in _trail(network, "a.W").numbers] == ["side"]
    assert [source.link.name for source in _trail(network, "r.C").sources] == ["x"]
    assert _trail(network, "r.W").sources == ()


def test_numbers_of_a_list_in_a_loop(graph: Make) -> None:
    network = graph("""
        let wide = 5
        block cell(width) { conv(width, 1x1) }
        network n(widths: [int] = [8, 16]) {
            input x: [3, H=4, W=4]
            for w in widths { c{w}: cell(w) }
            last: cell(widths[1] + wide)
        }
    """)
    assert [(one.name, one.value, one.how, one.round) for one in _trail(network, "c16.C").numbers] == [
        ("width", 16, "given", None),
        ("w", 16, "loop", 2),
        ("widths", (8, 16), "default", None),
    ]
    names = [(one.name, one.value) for one in _trail(network, "last.C").numbers]
    assert names == [("width", 21), ("widths", (8, 16)), ("wide", 5)]


def test_what_the_user_asked_for(graph: Make) -> None:
    network = graph("network n(classes = 4) { input x: [3, H=8, W=8]\n conv(classes, 1x1) }")
    where = find(network, "0")
    found = Tracer(["classes", "H"]).trail(where.graph, where.value, 0)
    assert found is not None
    assert [(one.name, one.how) for one in found.numbers] == [("classes", "asked")]
    down = Tracer(["classes", "H"]).trail(where.graph, where.value, 1)
    assert down is not None
    assert [(one.name, one.value, one.how) for one in down.numbers] == [("H", 8, "asked")]


FAULTY = """
block cell(width, stride = 1) {
    residual {
        conv(width, 3x3, stride=stride, padding=1) -> bn
        conv(width, 3x3, padding=1) -> bn
    }
    relu
}

network tower {
    input image: [3, H=32, W=32]
    stem: conv(64, 3x3, padding=1)
    a: cell(64)
    b: cell(128, stride=2)
    global_avgpool -> flatten -> fc: linear(10)
}
"""


def _site(text: str) -> tuple[Site, Graph]:
    file, findings = parse(Source("a.cnn", text))
    program = Program(file, findings, lambda name, source: None)
    network = program.elaborate(program.names()[-1], {}, {}, lambda graph, name: 0, False)
    assert network is not None
    (finding,) = program.findings()
    return program.sites(finding)[0], network


def test_from_a_site_in_a_block_that_does_not_fit() -> None:
    site, _ = _site(FAULTY)
    chains = []
    for value in site.operands:
        assert value is not None
        found = trail(site.graph, value, 1, site.around)
        assert found is not None
        chains.append([(link.name, link.size) for link in changes(found)])
    assert chains == [[("b.0", 16), ("image", 32)], [("image", 32)]]


def test_behind_a_mistake_only_what_is_written_is_known() -> None:
    _, network = _site(FAULTY)
    where = find(network, "b")
    assert trail(where.graph, where.value, 0, where.around) is None
    found = _trail(network, "fc.C")
    assert (found.link.size, [span.text for span in tokens(found.link)]) == (10, ["10"])


def _is_right(one: Trail) -> None:
    """The size is what its formula computes of the sizes before it, which are those of its sources."""
    link = one.link
    cause = link.cause
    if cause is None:
        assert link.node.operation is None
        assert not one.sources
        return
    assert cause is not UNKNOWN
    assert [source.link.size for source in one.sources[: one.operands]] == list(link.before)
    if cause.formula:
        found = re.fullmatch(r"(.+) = (\d+)(.*)", cause.formula)
        assert found
        exact = eval(found[1], {"__builtins__": {}}, {"len": len})
        assert int(found[2]) == link.size == (math.ceil(exact) if "up" in found[3] else math.floor(exact))
    elif cause.operands:
        assert set(link.before) == {link.size}
    else:
        values = [link.node.arguments[field].value for field in cause.arguments]
        written = [value for one in values for value in (one if isinstance(one, tuple) else (one,))]
        assert link.size in (written or [1])


@pytest.mark.parametrize("name", ["resnet18", "densenet121", "googlenet", "vgg_c", "lenet5", "nin_cifar10"])
def test_every_size_of_a_network_has_a_trail_that_holds(name: str) -> None:
    network = cnndsl.load(name)[name].ir
    tracer = Tracer()
    seen: set[int] = set()
    for step in steps(network):
        where = find(network, step.name)
        shape = where.graph.shapes[where.value]
        for axis, size in enumerate(shape.sizes):
            found = tracer.trail(where.graph, where.value, axis, where.around)
            assert found is not None
            assert found.link.size == size
            for one in _all(found):
                if id(one) not in seen:
                    seen.add(id(one))
                    _is_right(one)
            assert all(_ends(one) for one in _all(found) if not one.sources)


def _ends(one: Trail) -> bool:
    """At an input of the network, at a number that is written, or where one value stands for all."""
    cause = one.link.cause
    return cause is None or not cause.operands


def test_work_is_bounded(graph: Make) -> None:
    network = graph("""
        block a { conv(8, 3x3, padding=1) }
        block b { repeat 20 { a } }
        block c { repeat 20 { b } }
        block d { repeat 20 { c } }
        block e { repeat 20 { d } }
        network n { input x: [8, H=64, W=64]
            e -> last: maxpool(2) }
    """)
    found = list(_all(_trail(network, "last.H")))
    assert len(found) <= MOST + 1
    assert [one.link.name for one in found if one.cut] == [found[-1].link.name]
    assert repr(found[0]) == "<why H of last is 32>"


def test_names_of_steps_groups_outputs_and_labels(graph: Make) -> None:
    network = graph("""
        block two { a: conv(2, 1x1)\n output side\n b: conv(4, 1x1) }
        network n {
            input x: [3, H=8, W=8]
            shared s = conv(3, 1x1)
            body: { first: s -> t: two }
            again: from body.t.side -> conv(5, 1x1)
            output y
        }
    """)
    sizes = {
        name: where.graph.shapes[where.value].sizes[0]
        for name in ("x", "body", "body.first", "body.t", "body.t.a", "body.t.side", "y")
        if (where := find(network, name)) is not None
    }
    assert sizes == {"x": 3, "body": 4, "body.first": 3, "body.t": 4, "body.t.a": 2, "body.t.side": 2, "y": 5}


@pytest.mark.parametrize(
    ("name", "known", "word", "other"),
    [
        ("layr3", "", "layr3", "layer3"),
        ("layer3.0.conv9", "layer3.0", "conv9", "conv2"),
        ("layer3.9", "layer3", "9", "0"),
        ("layer3.0.conv2.height", "layer3.0.conv2", "height", ""),
        ("conv1.x.y", "conv1", "x", ""),
    ],
)
def test_a_name_that_nothing_has(resnet: Graph, name: str, known: str, word: str, other: str) -> None:
    with pytest.raises(Unknown) as missing:
        find(resnet, name)
    assert (missing.value.known, missing.value.word) == (known, word)
    assert not other or other in missing.value.others


def test_steps_on_a_line() -> None:
    source = Source("a.cnn", FAULTY.replace("128, stride=2", "64"))
    checked = check(source, lambda name, importer: None)
    assert not checked.findings
    network = checked.networks["tower"]
    names = {
        line: [(use.first.name, use.times) for use in on_line(network, source, line)]
        for line in range(1, source.text.count("\n") + 1)
    }
    assert {line: uses for line, uses in names.items() if uses} == {
        3: [("a.add", 2)],
        4: [("a.0", 2), ("a.1", 2)],
        5: [("a.2", 2), ("a.3", 2)],
        7: [("a.4", 2)],
        11: [("image", 1)],
        12: [("stem", 1)],
        13: [("a", 1)],
        14: [("b", 1)],
        15: [("global_avgpool", 1), ("flatten", 1), ("fc", 1)],
    }
    assert lines_of_steps(network, source) == {3, 4, 5, 7, 11, 12, 13, 14, 15}


@pytest.mark.parametrize("name", ["resnet50", "googlenet"])
def test_uses_are_counted_as_by_opening_all_blocks(name: str) -> None:
    network = cnndsl.load(name)[name].ir
    source = network.definition.span.source
    opened = [step.node.span for step in steps(network)]
    for line in lines_of_steps(network, source):
        for use in on_line(network, source, line):
            where: Where = use.first
            node = where.graph[where.value.node]
            if node.graph is None:
                assert use == Use(where, opened.count(node.span))


def test_a_call_over_several_lines(graph: Make) -> None:
    network = graph("network n {\n    input x: [3, H=8, W=8]\n    a: conv(\n        4,\n        3x3\n    )\n}\n")
    source = network.definition.span.source
    assert [use.first.name for use in on_line(network, source, 5)] == ["a"]
    assert on_line(network, source, 1) == []


def test_a_link_says_where_it_is(resnet: Graph) -> None:
    link: Link = _trail(resnet, "layer3.2.conv2.H").link
    assert [(call.node, call.graph is resnet) for call in link.around] == [("layer3.2", True)]
