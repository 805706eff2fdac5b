"""The value of every kind of expression."""

from __future__ import annotations

import pytest

from cnndsl.elaborate.evaluate import evaluate
from cnndsl.elaborate.values import UNKNOWN, BlockValue
from cnndsl.shape import Shape
from cnndsl.source import Source
from cnndsl.syntax import tree
from cnndsl.syntax.parser import parse
from cnndsl.trace import Binding, Scope

NAMES = Scope(
    None,
    {
        "in": Binding("in", Shape.of(64, 56, 28)),
        "widths": Binding("parameter", (8, 16, 32)),
        "u": Binding("parameter", UNKNOWN),
        "name": Binding("let", "stem"),
    },
)


def value(text: str) -> object:
    file, findings = parse(Source("test.cnn", f"let x = {text}\n"))
    assert not findings
    (item,) = file.items
    assert isinstance(item, tree.Let)
    return evaluate(item.value, NAMES, Shape.of(3, 7))


VALUES = [
    ("64_000", 64000),
    ("1e-3", 0.001),
    ("true", True),
    ("none", None),
    ('"a b"', "a b"),
    ("3x224x224", (3, 224, 224)),
    ("[1, [2, 3]]", (1, (2, 3))),
    ("3x3 == [3, 3]", True),
    ("1 + 2 * 3 ** 2", 19),
    ("-2 ** 2", -4),
    ("7 // 2", 3),
    ("-7 // 2", -4),
    ("-7 % 3", 2),
    ("7 / 2", 3.5),
    ("4 / 2", 2.0),
    ("2 ** -1", 0.5),
    ("[64] * 2 + [128]", (64, 64, 128)),
    ("2 * [1]", (1, 1)),
    ("[1] * -1", ()),
    ('"ab" * 2', "abab"),
    ('"a" + "b"', "ab"),
    ("1 < 2 and 2 < 3", True),
    ("1 < 2 < 2", False),
    ("false and 1 / 0 == 0", False),
    ("true or 1 / 0 == 0", True),
    ("not false", True),
    ("true == 1", False),
    ("[true] == [1]", False),
    ("1 == 1.0", True),
    ('1 == "1"', False),
    ("1 != 2", True),
    ("8 in widths", True),
    ("9 not in widths", True),
    ('"st" in name', True),
    ("1 if false else 2", 2),
    ("widths[0] + widths[-1]", 40),
    ("[2 * w for w in widths if w > 8]", (32, 64)),
    ("[a * b for a, b in zip([1, 2], [3, 4])]", (3, 8)),
    ("len(widths)", 3),
    ('len("abc")', 3),
    ("range(3)", (0, 1, 2)),
    ("range(1, 7, 3)", (1, 4)),
    ("range(3, 0, -1)", (3, 2, 1)),
    ("enumerate([5, 6])", ((0, 5), (1, 6))),
    ("enumerate([5], 1)", ((1, 5),)),
    ("reversed(enumerate([5, 6]))", ((1, 6), (0, 5))),
    ("zip([1], [2], [3])", ((1, 2, 3),)),
    ("sum(widths)", 56),
    ("sum([0.5, 1])", 1.5),
    ("min(3, 2.5)", 2.5),
    ("max(widths)", 32),
    ("round(2.5)", 2),
    ("round(2.567, 2)", 2.57),
    ("floor(-1.5)", -2),
    ("ceil(1.2)", 2),
    ("sqrt(16)", 4.0),
    ("abs(-3)", 3),
    ("divisible(18, 8)", 24),
    ("divisible(16 * 0.35, 8)", 8),
    ("divisible(32 * 1.4, 8)", 48),
    ("in.channels", 64),
    ("in.height * in.width", 56 * 28),
    ("it.length", 7),
    ('"{name}{1 + 1}-{3x3}-{true}"', "stem2-[3, 3]-true"),
    ("u", UNKNOWN),
    ("u + 1", UNKNOWN),
    ("u.channels", UNKNOWN),
    ("u[0]", UNKNOWN),
    ("[1, 2][u]", UNKNOWN),
    ("-u", UNKNOWN),
    ("not u", UNKNOWN),
    ("u and true", UNKNOWN),
    ("u and false", False),
    ("u or true", True),
    ("1 if u else 2", UNKNOWN),
    ("[v for v in u]", UNKNOWN),
    ("[v for v in widths if u]", UNKNOWN),
    ("len(u)", UNKNOWN),
    ("sum([u, 1])", UNKNOWN),
    ('"a{u}"', UNKNOWN),
    ("u(3)", UNKNOWN),
    ("relu == relu", True),
    ("conv(8) == conv(8)", True),
    ("conv(8) == conv(16)", False),
]


@pytest.mark.parametrize(("text", "expected"), VALUES, ids=[text for text, _ in VALUES])
def test_value(text: str, expected: object) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


def test_a_call_binds_arguments() -> None:
    block = value("conv(64, stride=2)")
    assert isinstance(block, BlockValue)
    assert block.bound == {"out_channels": 64, "stride": 2}
    assert repr(block) == "conv(out_channels=64, stride=2)"


def test_a_block_by_its_name_is_a_value() -> None:
    block = value("relu")
    assert isinstance(block, BlockValue)
    assert (block.name, block.bound) == ("relu", {})
