"""A program that is elaborated again after an edit has the findings of one that is checked as a whole."""

from __future__ import annotations

import re
from random import Random

import pytest

from cnndsl.compiler import check
from cnndsl.diagnostics.diagnostic import Diagnostic, Edit
from cnndsl.diagnostics.patch import apply
from cnndsl.elaborate.again import Again
from cnndsl.elaborate.program import Program
from cnndsl.source import Source, Span
from cnndsl.syntax.parser import parse
from cnndsl.syntax.rereading import reread

LIBRARY = "block tail(classes) { global_avgpool -> flatten -> linear(classes) }\n"
TEXT = """\
import lib: tail

let wide = 16

block unit(width) { conv(width, 3x3, padding=1) -> bn -> relu }
block pair(part: block, width) { part(width) -> part(width) }
block skip(width) {
    residual { unit(width) }
}
with conv(bias=false) {
    block plain(width) { conv(width, 1x1) }
}

network one {
    input x: [3, H=16, W=16]
    unit(wide) -> skip(wide) -> tail(10)
}

network two {
    input x: [3, H=16, W=16]
    pair(unit, 8) -> plain(4) -> tail(2)
    output y: [2]
}

network three = two { expect params == 1_000 }
"""


def read(name: str, importer: Source) -> Source | None:
    return Source("lib.cnn", LIBRARY) if name == "lib" else None


def measured(graph: object, name: str) -> int:
    from cnndsl.passes.costs import totals

    number: int = getattr(totals(graph), name)  # type: ignore[arg-type]
    return number


def said(findings: list[Diagnostic]) -> list[tuple[str, str]]:
    """What was found where; of two networks the first alone says why, and which is first is not the same."""
    return sorted((one.code, one.span.text) for one in findings)


def whole(text: str) -> list[tuple[str, str]]:
    return said(check(Source("n.cnn", text), read).findings)


def elaborated(program: Program, names: tuple[str, ...]) -> list[tuple[str, str]]:
    for name in names:
        program.elaborate(name, {}, {}, measured, False)
    return said(program.findings())


def edit(source: Source, random: Random) -> Edit:
    """Another number, or a step more or less, anywhere."""
    place = random.choice(list(re.finditer(r"\b\d+\b|-> relu|-> bn|unit|skip", source.text)))
    words = place.group()
    other = {"-> relu": "-> silu -> relu", "-> bn": "", "unit": "skip", "skip": "plain"}.get(words) or str(
        random.choice((1, 3, 8, 16))
    )
    if words == "-> bn":
        other = ""
    return Edit(Span(source, *place.span()), other)


@pytest.mark.parametrize("seed", range(60))
def test_again_is_as_whole(seed: int) -> None:
    random = Random(seed)
    text = TEXT
    for _ in range(seed % 3):
        text = apply(text, [edit(Source("n.cnn", text), random)])
    source = Source("n.cnn", text)
    file, slips = parse(source)
    program = Program(file, slips, read)
    before = elaborated(program, program.names())
    again = Again(program, read)
    for _ in range(4):
        edits = [edit(source, random)]
        trial = again(edits)
        touched = tuple(name for name in trial.program.names() if trial.is_touched(name))
        found = elaborated(trial.program, touched)
        trial.close()
        after = apply(text, edits)
        # What it does not look at is as it was: nothing new, and nothing that the touched networks say is missing.
        assert set(found) <= set(whole(after)) <= set(found) | set(before)


@pytest.mark.parametrize("seed", range(40))
def test_reread_is_parsed(seed: int) -> None:
    random = Random(seed)
    source = Source("n.cnn", TEXT)
    file, _ = parse(source)
    edits = [edit(source, random)]
    after = Source("n.cnn", apply(TEXT, edits))
    again, findings, count = reread(file, after, edits)
    expected, wanted = parse(after)
    assert said(findings) == said(wanted)
    assert count <= len(after.text)
    assert [_shape(item) for item in again.items] == [_shape(item) for item in expected.items]


def _shape(node: object) -> object:
    """A tree without its places."""
    if isinstance(node, Span):
        return None
    if isinstance(node, tuple):
        return (type(node).__name__, *(_shape(part) for part in node))
    return node


def test_a_small_edit_costs_little() -> None:
    """Of a file with many networks only those are looked at that name what changed."""
    networks = "".join(f"network n{i} {{\n    input x: [3, H=16, W=16]\n    unit({i + 1})\n}}\n" for i in range(40))
    source = Source("n.cnn", "block unit(width) { conv(width, 3x3) }\n" + networks)
    file, slips = parse(source)
    program = Program(file, slips, read)
    elaborated(program, program.names())
    place = source.text.index("unit(7)")
    trial = Again(program, read)([Edit(Span(source, place + 5, place + 6), "9")])
    assert [name for name in trial.program.names() if trial.is_touched(name)] == ["n6"]
