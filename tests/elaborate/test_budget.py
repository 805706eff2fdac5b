"""A hostile file ends within the budget, with a finding that says what is too much."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from cnndsl.compiler import check
from cnndsl.source import Source

NETWORK = "network n {{\n    input image: [3, H=8, W=8]\n{}\n}}\n"

EXPRESSIONS = {
    "power": "2 ** 10 ** 9",
    "power of a power": "(2 ** 60) ** (2 ** 60)",
    "product": "9223372036854775807 * 2",
    "list": "[0] * 10 ** 9",
    "list on the right": "10 ** 9 * [0]",
    "string": '"a" * 10 ** 9',
    "lists of lists": "[[0] * 99999] * 99999 == [[0] * 99999] * 99999",
    "range": "range(10 ** 9)",
    "sum of a range": "sum(range(10 ** 12))",
    "comprehension": "[[[[a for a in range(1000)] for b in range(1000)] for c in range(1000)] for d in range(1000)]",
    "long comprehension": "len([0 for a in range(90000)] + [0 for a in range(90000)])",
    "string in a string": '["{s}" for s in [["x" * 9999] * 9999]]',
    "minus": "-" * 5000 + "1",
    "lists in lists": "[" * 3000 + "1" + "]" * 3000,
    "parentheses": "(" * 5000 + "1" + ")" * 5000,
    "long sum": "+".join(["1"] * 50_000),
    "not": "not " * 5000 + "true",
    "conditional": "1 if true else " * 3000 + "1",
    "huge literal": "9" * 5000,
    "huge size": "9" * 40 + "x3",
    "huge float": "1e999",
}

BODIES = {
    "repeat": "repeat 10 ** 9 { relu }",
    "repeat nothing": "repeat 10 ** 9 { }",
    "nested repeat": "repeat 1000 { repeat 1000 { repeat 1000 { relu } } }",
    "nested repeat of nothing": "repeat 10000 { repeat 10000 { repeat 10000 { } } }",
    "nested for": "for a in range(90000) { for b in range(90000) { identity } }",
    "late growth": "for a in range(99999) { if a > 50 { repeat 10 { relu } } }",
    "dense": "dense { for a in range(99999) { conv(1, 1x1) } }",
    "groups": "{" * 2000 + "relu" + "}" * 2000,
    "residuals": "residual {" * 500 + "relu" + "}" * 500,
    "loops": "for i in [1] {" * 300 + "relu" + "}" * 300,
    "else": "if false { relu }" + " else if false { relu }" * 5000,
    "labels": "for i in range(99999) { a{i}: relu -> b{i}: relu }",
    "many outputs": "for i in range(9999) { output o{i} }",
    "mistakes in a loop": "for i in range(9000) { conv(nothing, 1x1) -> linear(3) -> l{i}: other(i) }",
    "labels that are not there": "for i in range(9000) { l{i}: relu }\nfor i in range(9000) { from m{i} }",
    "a label again and again": "for i in range(20000) { a: conv(3, 1x1) }",
    "big steps": "conv(10 ** 18, 3x3, padding=10 ** 18)",
    "equal big values": "let a = [0] * 99999 \n" + "repeat 99999 { if a == a { relu } }",
}

FILES = {
    "doubling blocks": "".join(f"block b{i} {{ b{i + 1} -> b{i + 1} }}\n" for i in range(60))
    + "block b60 { relu }\n"
    + NETWORK.format("b0"),
    "doubling instances": "".join(f"block b{i}(n) {{ b{i + 1}(2 * n) -> b{i + 1}(2 * n + 1) }}\n" for i in range(60))
    + "block b60(n) { relu }\n"
    + NETWORK.format("b0(1)"),
    "deep blocks": "".join(f"block b{i} {{ b{i + 1} }}\n" for i in range(300))
    + "block b300 { relu }\n"
    + NETWORK.format("b0"),
    "deep names": "".join(f"network n{i} = n{i + 1}\n" for i in range(2000)) + "network n2000 { relu }\n",
    "deep values": "let a0 = [1]\n" + "".join(f"let a{i + 1} = [a{i}, a{i}]\n" for i in range(3000)),
    "doubling lists": "let a0 = [1, 2]\n"
    + "".join(f"let a{i + 1} = [a{i}, a{i}]\n" for i in range(100))
    + NETWORK.format("conv(a100, 1x1)\nexpect output == a100"),
    "doubling lists as facts": "let a0 = [1, 2]\n"
    + "".join(f"let a{i + 1} = [a{i}, a{i}]\n" for i in range(100))
    + NETWORK.format("expect output == a100"),
    "doubling values": "block a(b, c) { relu }\nlet a0 = a\n"
    + "".join(f"let a{i + 1} = a(a{i}, a{i})\n" for i in range(100))
    + NETWORK.format("a100"),
    "deep blocks as values": "block a(b) { relu }\nlet a0 = a\n"
    + "".join(f"let a{i + 1} = a(a{i})\nlet b{i} = a{i} == a{max(0, i - 1)}\n" for i in range(1500))
    + NETWORK.format("a1500"),
    "circles": "".join(f"block b{i} {{ b{(i * 7 + 1) % 3000} }}\n" for i in range(3000)),
    "nested with": "with relu() {" * 3000 + "}" * 3000,
    "many networks": "".join(f"network n{i} {{ input a: [1] \n repeat 9000 {{ relu }} }}\n" for i in range(40)),
    "omega": "block f(x: block, n) { x(x, n + 1) }\n" + NETWORK.format("f(f, 0)"),
}

CASES = {
    **{name: f"let x = {text}\n" for name, text in EXPRESSIONS.items()},
    **{name: NETWORK.format(text) for name, text in BODIES.items()},
    **FILES,
}
HARMLESS = {"else", "many outputs", "string in a string", "big steps", "deep values"}


@pytest.mark.parametrize("name", CASES)
def test_it_ends(name: str) -> None:
    start = time.process_time()
    checked = check(Source("hostile.cnn", CASES[name]), lambda *_: None)
    assert time.process_time() - start < 20  # below 1 s on an idle machine; without a budget it would be minutes
    errors = [finding for finding in checked.findings if finding.severity == "error"]
    assert name in HARMLESS or errors
    assert len(errors) <= (100 if name == "circles" else 3), [finding.message for finding in errors]


GROWING = {
    "networks": lambda count: "".join(f"network n{i} {{ input image: [3] }}\n" for i in range(count)),
    "equal steps": lambda count: NETWORK.format(f"first: conv(3, 1x1)\nrepeat {4 * count} {{ conv(3, 1x1) }}"),
}


def seconds(text: str) -> float:
    """CPU time of the better of two checks: a loaded machine makes some slower, none faster."""
    times = []
    for _ in range(2):
        start = time.process_time()
        assert not check(Source("growing.cnn", text), lambda *_: None).findings
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize("name", GROWING)
def test_time_is_linear(name: str) -> None:
    """Ten times the text takes about ten times as long, where quadratic time would be a hundred."""
    assert seconds(GROWING[name](5000)) < 40 * max(seconds(GROWING[name](500)), 0.01)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (10**30, "E0302"),
        (10**4000, "E0302"),
        (float("nan"), "E0302"),
        ((1, (2.0, float("inf"))), "E0302"),
        (object(), "E0301"),
        (b"8", "E0301"),
        (10**15, "E0604"),
    ],
)
def test_arguments_from_python_are_as_bounded_as_written_ones(value: object, code: str) -> None:
    text = "network n(classes = 8) {\n    input image: [3, H=8, W=8]\n    conv(classes, 1x1)\n}\n"
    checked = check(Source("given.cnn", text), lambda *_: None, "n", {"classes": value})
    assert [finding.code for finding in checked.findings] == [code]


@pytest.mark.parametrize(("size", "code"), [(10**4000, "E0302"), (2**60, "E0604"), (True, "E0302"), (0, "E0302")])
def test_sizes_from_python_are_bounded(size: int, code: str) -> None:
    text = NETWORK.format("conv(3, 1x1)")
    checked = check(Source("given.cnn", text), lambda *_: None, "n", {}, {"H": size})
    assert [finding.code for finding in checked.findings] == [code]


def test_mistakes_end_where_nobody_reads_on() -> None:
    text = NETWORK.format("\n".join(f"conv(nothing{i}, 1x1)" for i in range(2000)))
    findings = check(Source("hostile.cnn", text), lambda *_: None).findings
    assert [finding.code for finding in findings] == ["E0201"] * 50 + ["E0110"]
    assert findings[-1].severity == "note"


@pytest.mark.parametrize("name", ["late growth", "comprehension", "doubling instances", "labels", "many networks"])
def test_it_stays_small(name: str) -> None:
    """As a process: CPU and memory of the worst."""
    program = (
        "import re, sys, time; from cnndsl.compiler import check; from cnndsl.source import Source;"
        "check(Source('hostile.cnn', sys.stdin.read()), lambda *_: None);"
        "peak = re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read());"
        "print(peak[1], time.process_time())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=CASES[name], text=True, capture_output=True, check=True
    )
    kilobytes, seconds = map(float, done.stdout.split())
    assert kilobytes < 200_000
    assert seconds < 10
