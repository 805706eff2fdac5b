"""What each construct becomes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cnndsl.source import Source
from cnndsl.syntax import tree
from cnndsl.syntax.parser import parse

Dump = Callable[[object], str]

STEPS = [
    ("relu", "Apply(None, Call(relu, [], False), None)"),
    ("relu()", "Apply(None, Call(relu, [], True), None)"),
    (
        "conv1: conv(64, 7x7, stride=2,)",
        "Apply(<conv1>, Call(conv, [Argument(None, 64), Argument(None, 7x7), Argument(stride, 2)], True), None)",
    ),
    ("avgpool: avgpool(2)", "Apply(<avgpool>, Call(avgpool, [Argument(None, 2)], True), None)"),
    ("layer{i + 1}: x", "Apply(<layer {Binary(+, i, 1)}>, Call(x, [], False), None)"),
    ('"block{i}-{j}": x', "Apply(<block {i} - {j}>, Call(x, [], False), None)"),
    ("{ }", "Group(None, Body([], None))"),
    ("features: { x }", "Group(<features>, Body([Apply(None, Call(x, [], False), None)], None))"),
    ("repeat 2 { }", "Repeat(2, Body([], None))"),
    ("for i, w in ws { }", "For([i, w], ws, Body([], None))"),
    ("if a { } else if b { } else{ }", "If([[a, Body([], None)], [b, Body([], None)]], Body([], None))"),
    ("if true{x}else{ }", "If([[True, Body([Apply(None, Call(x, [], False), None)], None)]], Body([], None))"),
    ("if a or none{x}", None),
    ("if a { }\n\n  # note\n  else { }", "If([[a, Body([], None)]], Body([], None))"),
    ("concat { }", "Apply(None, Call(concat, [], False), Body([], None))"),
    ("concat() { }", "Apply(None, Call(concat, [], True), Body([], None))"),
    ("residual { } shortcut { }", "Residual(Body([], None), Body([], None))"),
    ("residual { }\n shortcut{ }", "Residual(Body([], None), Body([], None))"),
    ("dense{ }", "Dense(Body([], None))"),
    ("a: dense { }", "Group(<a>, Body([Dense(Body([], None))], None))"),
    ("a: concat { }", "Group(<a>, Body([Apply(None, Call(concat, [], False), Body([], None))], None))"),
    ("a: from b", "Group(<a>, Body([From([<b>])], None))"),
    ('from a.down{i}."b-1".in', "From([<a>, <down {i}>, <b-1>, <in>])"),
    ("with conv(bias=false), bn(eps=1e-3) { }", None),
    ("let w = 64", "Let(w, 64)"),
    ("shared head = unit(3)", "Shared(head, Call(unit, [Argument(None, 3)], True))"),
    ("input x: [3, H=8, W=2 * 4]", "Input(x, [InputAxis(None, 3), InputAxis(H, 8), InputAxis(W, Binary(*, 2, 4))])"),
    ("output y", "Output(<y>, False, None, None)"),
    ("output y: [w, 1]", "Output(<y>, False, List([w, 1]), None)"),
    ("output a{i} when training: from x", "Output(<a {i}>, True, None, From([<x>]))"),
    ("output y: x -> z", "Output(<y>, False, None, Line([Apply(None, Call(x, [], False), None), "
     "Apply(None, Call(z, [], False), None)]))"),
    ("init conv(weight=zeros(), bias=0),\n  bn", "Init([Call(conv, [Argument(weight, Call(zeros, [], True)), "
     "Argument(bias, 0)], True), Call(bn, [], False)])"),
    ("expect params == 25_557_032", "Expect(Binary(==, params, 25557032))"),
    ("expect output == 3x2", "Expect(Binary(==, output, 3x2))"),
    ('require a % b == 0,\n "no {a}"', "Require(Binary(==, Binary(%, a, b), 0), <no  {a}>)"),
    ("scale(init=0.1)", "Apply(None, Call(scale, [Argument(init, 0.1)], True), None)"),
]  # fmt: skip

EXPRESSIONS = [
    ("1_000", "1000"),
    ("1e-3", "0.001"),
    ("2.5", "2.5"),
    ("true", "True"),
    ("none", "None"),
    ("3x224x224", "3x224x224"),
    ("x", "x"),
    ("x3", "x3"),
    ('"a\\n\\"\\\\\\{}"', "'a\\n\"\\\\{}'"),
    ('"{a}-{b + 1}"', "<{a} - {Binary(+, b, 1)}>"),
    ("up{i}", "<up {i}>"),
    ("in.channels", "Attribute(in, channels)"),
    ("it.height", "Attribute(it, height)"),
    ("w[i][0]", "Index(Index(w, i), 0)"),
    ("[1, [2], ]", "List([1, List([2])])"),
    ("[]", "List([])"),
    ("[2 * w for i, w in ws if w > 1]", "Comprehension(Binary(*, 2, w), [i, w], ws, Binary(>, w, 1))"),
    ("[w for w in ws]", "Comprehension(w, [w], ws, None)"),
    ("f(a=1)(2)", None),
    ("a if b else c if d else e", "Conditional(b, a, Conditional(d, c, e))"),
    ("not a and b or c", "Binary(or, Binary(and, Unary(not, a), b), c)"),
    ("a in b", "Binary(in, a, b)"),
    ("a not in in", "Binary(not in, a, in)"),
    ("not a in b", "Unary(not, Binary(in, a, b))"),
    ("1 - 2 - 3", "Binary(-, Binary(-, 1, 2), 3)"),
    ("1 + 2 * 3", "Binary(+, 1, Binary(*, 2, 3))"),
    ("(1 + 2) * 3", "Binary(*, Binary(+, 1, 2), 3)"),
    ("7 // 2 % 3 / 1", "Binary(/, Binary(%, Binary(//, 7, 2), 3), 1)"),
    ("-2 ** -1 ** 2", "Unary(-, Binary(**, 2, Unary(-, Binary(**, 1, 2))))"),
    ("+a", "Unary(+, a)"),
    ("1 < a <= 3", "Binary(and, Binary(<, 1, a), Binary(<=, a, 3))"),
    ("[\n1,\n\n# note\n2\n]", "List([1, 2])"),
    ("f(\nx\n)", "Call(f, [Argument(None, x)], True)"),
]

ITEMS = [
    ("import blocks", "Import(blocks, [])"),
    ("import a: b,\n  c", "Import(a, [b, c])"),
    ("let w = 1", "Let(w, 1)"),
    ("block a { }", "Definition(block, a, [], None, Body([], None), None)"),
    ("block a() { }", "Definition(block, a, [], None, Body([], None), None)"),
    ("network n = a", "Definition(network, n, [], Call(a, [], False), None, None)"),
    (
        "network n(w = 3) = a(w) { expect macs == 1 }",
        "Definition(network, n, [Parameter(w, None, 3)], Call(a, [Argument(None, w)], True), "
        "Body([Expect(Binary(==, macs, 1))], None), None)",
    ),
    (
        "block a(u: block, d: [[int]] = [], s: tensor) { }",
        "Definition(block, a, [Parameter(u, block, None), Parameter(d, [[int]], List([])), "
        "Parameter(s, tensor, None)], None, Body([], None), None)",
    ),
    ('block a { """d""" }', "Definition(block, a, [], None, Body([], d), d)"),
    ('block a {\n  """d\n     e\n  f"""\n}', "Definition(block, a, [], None, Body([], d\n   e\nf), d\n   e\nf)"),
    (
        'with a(b=1) {\n"""d"""\nblock c { }\n}',
        "WithDefinitions([Call(a, [Argument(b, 1)], True)], [Definition(block, c, [], None, Body([], None), d)])",
    ),
]


@pytest.mark.parametrize(("text", "expected"), STEPS)
def test_step(text: str, expected: str | None, dump: Dump) -> None:
    file, findings = parse(Source("case", f"block b {{\n  {text}\n}}\n"))
    if expected is None:
        assert not findings
        return
    assert [finding.message for finding in findings] == []
    definition = file.items[0]
    assert isinstance(definition, tree.Definition)
    assert definition.body
    assert dump(definition.body.lines) == f"[{expected}]"


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS)
def test_expression(text: str, expected: str | None, dump: Dump) -> None:
    file, findings = parse(Source("case", f"let v = {text}\n"))
    if expected is None:
        assert findings
        return
    assert [finding.message for finding in findings] == []
    assert isinstance(file.items[0], tree.Let)
    assert dump(file.items[0].value) == expected


@pytest.mark.parametrize(("text", "expected"), ITEMS)
def test_item(text: str, expected: str, dump: Dump) -> None:
    file, findings = parse(Source("case", text))
    assert [finding.message for finding in findings] == []
    assert dump(file.items) == f"[{expected}]"


def test_docstrings() -> None:
    file, findings = parse(Source("case", '"""of the file"""\n\n"""of a"""\nblock a { }\nblock b { }\n'))
    assert not findings
    assert file.doc == "of the file"
    assert [item.doc for item in file.items if isinstance(item, tree.Definition)] == ["of a", None]


def test_the_first_docstring_is_the_file_s() -> None:
    file, _ = parse(Source("case", '# note\n\n"""text"""\nblock a { }\n'))
    assert file.doc == "text"
    assert file.items[0].doc is None  # type: ignore[union-attr]


def test_with_around_steps(dump: Dump) -> None:
    file, _ = parse(Source("case", "block a { with conv(bias=false), bn(eps=1e-3) { bn } }"))
    expected = (
        "With([Call(conv, [Argument(bias, False)], True), Call(bn, [Argument(eps, 0.001)], True)], "
        "Body([Apply(None, Call(bn, [], False), None)], None))"
    )
    assert expected in dump(file.items)


def test_arrows_swallow_line_ends() -> None:
    text = "block a {\n  x ->\n\n  y # note\n\n  # note\n  -> z\n  w\n}"
    file, findings = parse(Source("case", text))
    assert not findings
    definition = file.items[0]
    assert isinstance(definition, tree.Definition)
    assert definition.body
    assert [len(line.steps) for line in definition.body.lines] == [3, 1]


@pytest.mark.parametrize(
    ("arrows", "lines"),
    [
        ("g: {\n -> a\n -> b\n}", "g: {\n a -> b\n}"),
        ("{ -> a }", "{ a }"),
        ("input x: [3]\n\n # then\n -> a -> b\nc", "input x: [3]\na -> b\nc"),
        ("let w = [\n1]\n -> a", "let w = [1]\na"),
        ("output y: [w]\n -> a", "output y: [w]\na"),
        ("output y: a\n -> b\nc", "output y: a -> b\nc"),
        ("init conv(bias=0),\n bn(bias=0)\n -> a", "init conv(bias=0), bn(bias=0)\na"),
        ('"""doc"""\n -> a', '"""doc"""\na'),
    ],
)
def test_a_line_may_begin_with_an_arrow(arrows: str, lines: str, dump: Dump) -> None:
    with_arrows, without = (parse(Source("a.cnn", f"block f {{\n{text}\n}}\n")) for text in (arrows, lines))
    assert not with_arrows[1]
    assert dump(with_arrows[0]) == dump(without[0])
