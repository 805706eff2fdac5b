"""The shipped table is that of the grammar, and it reads what lark reads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from lark import Lark, Token
from lark.exceptions import UnexpectedInput

from cnndsl.grammar import build
from cnndsl.source import Source
from cnndsl.syntax.automaton import Machine
from cnndsl.syntax.builder import Builder
from cnndsl.syntax.findings import Findings
from cnndsl.syntax.table import END, load_table
from cnndsl.syntax.tokens import scan, tokenize

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted([*(ROOT / "architectures").glob("*.cnn"), *(ROOT / "tests" / "syntax" / "slips").glob("*.cnn")])
STEPS = [
    *("x y", "x -> y", "a: b: c", "f(a, b=1,)", "f(,)", "f(a b)", "-> x", "x ->", "{ x }", "{ x", "if a { } else { }"),
    *("else { }", "for i, j in k { }", "for i in { }", "let a = [b for c in d if e]", "let a = b if c", "1", "x.y"),
    *("from a.b{c}", "output a when b: [1]", "output: [1]", "require a, b", 'require a, "b"', "a{b}", "in -> x"),
    *(
        "let a = not b not in in",
        "let a = -b ** -c",
        "let a = b < c < d",
        "let a = (b, c)",
        "residual { } shortcut { }",
    ),
]


@pytest.fixture(scope="module")
def grammar() -> Lark:
    return build.load_grammar()


def test_table_is_up_to_date() -> None:
    assert build.TABLE.read_text("utf-8") == build.build(), "run python -m cnndsl.grammar.build"


def test_table_is_the_same_under_another_hash_seed() -> None:
    command = "from cnndsl.grammar import build; print(build.build(), end='')"
    seeded = [
        subprocess.run(
            [sys.executable, "-c", command], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert seeded == [build.TABLE.read_text("utf-8")] * 2


def test_terminals_have_names(grammar: Lark) -> None:
    assert not [terminal.name for terminal in grammar.terminals if "ANON" in terminal.name]


def test_a_conflict_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "conflict.lark"
    path.write_text('file: expression\nexpression: expression "+" expression | "x"\n', encoding="utf-8")
    monkeypatch.setattr(build, "GRAMMAR", path)
    with pytest.raises(ValueError, match="Shift/Reduce"):
        build.load_grammar()


def test_written_table_is_json() -> None:
    assert json.loads(build.TABLE.read_text("utf-8"))["starts"] == {"file": 0, "expression": 1}


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_tokens_are_lark_s(path: Path, grammar: Lark) -> None:
    text = path.read_text("utf-8")
    ours: list[tuple[str, str, int, int]] = []
    theirs: list[tuple[str, str, int | None, int | None]] = []
    slips: list[object] = []
    for token in scan(load_table(), Source("case", text), 0, len(text), slips):  # type: ignore[arg-type]
        if slips:
            break
        ours.append((token.kind, token.text, token.start, token.end))
    try:
        for other in grammar.lex(text):
            theirs.append((other.type, str(other), other.start_pos, other.end_pos))
    except UnexpectedInput:
        assert slips
    assert ours == theirs[: len(ours)]
    assert slips or len(ours) == len(theirs)


@pytest.mark.parametrize("step", STEPS)
def test_grammar_allows_what_lark_allows(step: str, grammar: Lark) -> None:
    source = Source("case", f"block b {{\n{step}\n}}\n")
    table = load_table()
    tokens = tokenize(table, source, 0, len(source.text), [])
    if tokens is None:
        return
    machine = Machine(table, "file", Builder(source, table, Findings(), lambda start, end: None))
    lark = grammar.parse_interactive("", start="file")
    for token in tokens:
        theirs = lark.accepts()
        assert machine.expected() == theirs
        if not machine.feed(token):
            assert token.kind not in theirs
            break
        if token.kind != END:
            lark.feed_token(Token(token.kind, token.text))
