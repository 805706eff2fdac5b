"""What a hostile file costs, and what it is told."""

from __future__ import annotations

import sys
import time

import pytest

from cnndsl.diagnostics import Diagnostic
from cnndsl.source import Source
from cnndsl.syntax import limits
from cnndsl.syntax.parser import parse

N = 990_000

FILES = {
    "brackets": "(" * N,
    "braces": "{" * N,
    "closers": "}\n" * (N // 2),
    "names": "x " * (N // 2),
    "operators": "let a = " + "1+" * (N // 2) + "1",
    "list": "let a = [" + "1," * (N // 2) + "]",
    "quotes": '"' * N,
    "open texts": '"\n' * (N // 2),
    "docstrings": '"""x"""\n' * (N // 8),
    "digits": "let a = " + "1" * N,
    "size": "let a = 1" + "x1" * (N // 2),
    "odd size": "let a = 1" + "x1" * (N // 2) + "y",
    "one name": "block " + "a" * N + " { }",
    "marks": "?" * N,
    "spaced marks": "? " * (N // 2),
    "templates": "let b = a" + "{b}" * (N // 3),
    "text": 'let a = "' + "{b}" * (N // 3) + '"',
    "open templates": "a{" * (N // 2),
    "lines": "block a {\n" + "relu\n" * (N // 5) + "}",
    "open brackets": "block a {\n" + "conv(64\n" * (N // 8) + "}",
    "headers": "for (\n" * (N // 6),
    "blank lines": "\n" * N,
    "spaces": " " * N,
    "returns": "\r" * N,
    "zeros": "\0" * N,
    "surrogates": "\ud800" * N,
    "letters": "é " * (N // 2),
    "too large": "#" * (limits.CHARACTERS + 1),
}

SHORT = 58_000

TOKENS_BELOW_THE_LIMIT = {
    "steps": "block a {\n" + "relu\n" * (SHORT // 2) + "}",
    "chain": "block a { " + "relu -> " * (SHORT // 2) + "relu }",
    "items": "block a { }\n" * (SHORT // 5),
    "items in with": "with a() {\n" + "block a { }\n" * (SHORT // 5) + "}",
    "arms": "block a { if x { }" + " else if x { }" * (SHORT // 5) + "}",
    "two names": "block a { " + "x y {} " * (SHORT // 4) + "}",
    "surplus": "block a { } }\n" * (SHORT // 6),
    "open brackets": "block a {\n" + "conv(64\n" * (SHORT // 4) + "}",
    "headers": "block a\n" * (SHORT // 3),
    "values": "let a = [" + '"{b}",' * 4_900 + "]",
    "errors": "let = \n" * (SHORT // 3),
    "docstrings": '"""x"""' * SHORT,
    "misplaced": "relu\n" * (SHORT // 2),
    "closers": ")\n" * (SHORT // 2),
    "shut": "(]\n" * (SHORT // 3),
    "sum": "let a = [" + "1 + 1," * (SHORT // 4) + "]",
}


def read(name: str, text: str, seconds: float) -> list[Diagnostic]:
    """The findings; they came in time, unless the time goes into measuring coverage."""
    start = time.process_time()
    _, findings = parse(Source(name, text))
    assert time.process_time() - start < seconds or sys.gettrace()
    return findings


@pytest.mark.parametrize("name", FILES)
def test_large_file(name: str) -> None:
    findings = read(name, FILES[name], seconds=1.5)
    assert bool(findings) == (name != "spaces")
    assert len(findings) <= limits.FINDINGS + 1


@pytest.mark.parametrize("name", TOKENS_BELOW_THE_LIMIT)
def test_file_just_below_the_limit(name: str) -> None:
    findings = read(name, TOKENS_BELOW_THE_LIMIT[name], seconds=3)
    assert len(findings) <= limits.FINDINGS + 1
    assert "E0107" not in {finding.code for finding in findings}


@pytest.mark.parametrize(
    ("before", "left", "middle", "right"),
    [
        ("let a = ", "(", "1", ")"),
        ("let a = ", "[", "", "]"),
        ("block a ", "{", "", "}"),
        ("block a ", "{\n", "", "}\n"),
        ("block a ", "{ if b ", "{ }", "}"),
    ],
)
def test_brackets_within_each_other(before: str, left: str, middle: str, right: str) -> None:
    def codes(levels: int) -> list[str]:
        text = before + left * levels + middle + right * levels
        return [finding.code for finding in parse(Source("deep", text))[1]]

    room = limits.NESTING - (middle == "{ }")
    assert codes(room) == []
    assert codes(room + 1) == ["E0106"]


@pytest.mark.parametrize(
    "text",
    [
        "let a = " + "1 + " * limits.DEPTH + "1 + 1",
        "let a = " + "-" * (limits.DEPTH + 2) + "1",
        "let a = " + "not " * (limits.DEPTH + 2) + "1",
        "let a = " + "2 ** " * (limits.DEPTH + 2) + "1",
        "let a = " + "1 if 1 else " * (limits.DEPTH + 2) + "1",
        "let a = b" + "[0]" * (limits.DEPTH + 2),
        "let a = b" + ".c" * (limits.DEPTH + 2),
        'let a = "{' + "1 + " * (limits.DEPTH + 2) + '1}"',
    ],
)
def test_operators_within_each_other(text: str) -> None:
    file, findings = parse(Source("deep", text + "\nblock b { }"))
    assert [finding.code for finding in findings] == ["E0106"]
    assert "*" in file.unread or "a" in file.unread


def test_operators_side_by_side_are_no_depth() -> None:
    text = "let a = [" + ", ".join(["1 + 2 * 3"] * 500) + "]\n" + "block b {\n" + "x -> y\n" * 500 + "}\n"
    assert not parse(Source("wide", text))[1]


def test_the_largest_numbers() -> None:
    assert not parse(Source("number", f"let a = {10**limits.DIGITS - 1}"))[1]
    assert [one.code for one in parse(Source("number", f"let a = {10**limits.DIGITS}"))[1]] == ["E0105"]
