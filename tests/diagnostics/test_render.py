"""How findings look: every case is rendered into a golden file of its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cnndsl.diagnostics import Diagnostic, Edit, Fix, Label, error, warning
from cnndsl.diagnostics.formats import as_json, concise
from cnndsl.diagnostics.render import render
from cnndsl.source import Source, Span

RENDERED = Path(__file__).parent / "rendered"

TOWER = Source(
    "tower.cnn",
    """network tower {
    input image: [64, 64, 64]
    relu


    relu
    # the shortcut does not fit
    residual {
        conv(128, 3x3, stride=2, padding=1) -> bn -> relu
        conv(128, 3x3, padding=1) -> bn
    }
}
""",
)


def at(source: Source, text: str, after: str = "") -> Span:
    start = source.text.index(text, source.text.index(after))
    return Span(source, start, start + len(text))


def upto(source: Source, first: str, last: str) -> Span:
    return at(source, first).to(at(source, last, first))


def reasons() -> Diagnostic:
    end = Span(TOWER, at(TOWER, "}", "-> bn\n").end, at(TOWER, "}", "-> bn\n").end)
    project = Fix(
        "project the shortcut (+8,576 parameters; checked)",
        (Edit(end, " shortcut { conv(128, 1x1, stride=2) -> bn }"),),
    )
    found = error(
        "E0401",
        "cannot add 128x32x32 and 64x64x64",
        at(TOWER, "residual"),
        "the shortcut is the block's input, 64x64x64",
        (
            Label(at(TOWER, "128"), "C becomes 128 here"),
            Label(at(TOWER, "stride=2"), "H and W halve here: (64 + 2 - 3) / 2 + 1 = 32, rounded down"),
        ),
        ("the text may go on",),
        ("give the shortcut the same stride",),
    )
    drop = Fix("drop the stride", (Edit(at(TOWER, ", stride=2"), ""),))
    return found._replace(fixes=(project, drop))


def several_lines() -> Diagnostic:
    labels = (
        Label(at(TOWER, "network tower"), "in this network"),
        Label(upto(TOWER, "conv(128, 3x3, s", "padding=1) -> bn\n"), "the body"),
    )
    return error("E0401", "cannot add", upto(TOWER, "residual", "    }\n}"), "the whole", labels)


def gap() -> Diagnostic:
    labels = (Label(at(TOWER, "image"), "far away"), Label(at(TOWER, "relu"), "near"), Label(at(TOWER, "relu"), ""))
    return warning("W0001", "lines between", at(TOWER, "relu", "\n\n\n"))._replace(labels=labels)


def same_place() -> Diagnostic:
    labels = (Label(at(TOWER, "64"), "one"), Label(at(TOWER, "64"), "two"), Label(at(TOWER, "[64, 64"), "around"))
    return error("E0301", "three labels", at(TOWER, "64"), "primary", labels)


def end_of_file() -> Diagnostic:
    return error("E0101", "expected }", Span(TOWER, len(TOWER.text), len(TOWER.text)), "the file ends here")


def line_end() -> Diagnostic:
    return error("E0101", "a step is missing", at(TOWER, "\n", "image"), "here")


def tabs_and_wide_characters() -> Diagnostic:
    source = Source("wide.cnn", "\tconv(表表, 3x3)\t-> e\u0301 bn\r\n")
    return error("E0201", "unknown name", at(source, "3x3"), "here", (Label(at(source, "表表"), "wide"),))


def hostile_characters() -> Diagnostic:
    source = Source("a\x1b[2Jb.cnn", 'label "\x1b[31m\u202eabc\x07" \ud800\n')
    return error("E0205", "text\n\x1b[31m of a \tlabel", at(source, "abc"), "\u202ehere")


def long_line() -> Diagnostic:
    source = Source("long.cnn", "a " * 500_000 + "bad " + "b" * 500_000)
    edits = (Edit(at(source, "bad"), "good"),)
    found = error("E0201", "unknown name bad", at(source, "bad"), "here", (Label(Span(source, 0, 1), "far left"),))
    return found._replace(fixes=(Fix("replace it", edits),))


def two_files() -> Diagnostic:
    other = Source("blocks.cnn", "block cell(width) {\n    conv(width, 3x3)\n}\n")
    return error("E0401", "too small", at(TOWER, "relu"), "called here", (Label(at(other, "3x3"), "the window"),))


def edits_over_lines() -> Diagnostic:
    several = Fix(
        "unroll",
        (
            Edit(at(TOWER, "residual"), "add"),
            Edit(upto(TOWER, "conv(128, 3x3, s", "padding=1) -> bn"), "relu\n        identity"),
        ),
    )
    twice = Fix("rename both", (Edit(at(TOWER, "image"), "picture"), Edit(at(TOWER, "[64"), "[3")))
    added = Fix("add lines", (Edit(Span(TOWER, 0, 0), "\n".join(f"# {i}" for i in range(20)) + "\n"),))
    return error("E0401", "fixes", at(TOWER, "tower"))._replace(fixes=(several, twice, added))


def empty_file() -> Diagnostic:
    return error("E0701", "cannot read gone.cnn: there is no such file", Span(Source("gone.cnn", ""), 0, 0))


CASES: dict[str, Callable[[], Diagnostic]] = {
    case.__name__: case
    for case in (
        reasons,
        several_lines,
        gap,
        same_place,
        end_of_file,
        line_end,
        tabs_and_wide_characters,
        hostile_characters,
        long_line,
        two_files,
        edits_over_lines,
        empty_file,
    )
}


@pytest.mark.parametrize("name", CASES)
def test_rendered(name: str, golden: Callable[[Path, str], None]) -> None:
    text = render(CASES[name]())
    assert not any(len(line) > 250 for line in text.splitlines())
    assert all(character.isprintable() or character == "\n" for character in text.replace("\u0301", ""))
    golden(RENDERED / f"{name}.txt", text)


NARROW = [("reasons", 80), ("reasons", 60), ("reasons", 40), ("long_line", 60), ("several_lines", 50)]


@pytest.mark.parametrize(("name", "width"), NARROW)
def test_rendered_in_a_narrow_terminal(name: str, width: int, golden: Callable[[Path, str], None]) -> None:
    golden(RENDERED / f"{name}_{width}.txt", render(CASES[name](), width=width))


def test_colour_only_adds_escapes(golden: Callable[[Path, str], None]) -> None:
    import re

    colored = render(reasons(), color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render(reasons())
    golden(RENDERED / "colored.txt", colored)


def test_no_golden_is_left_over() -> None:
    assert {path.stem for path in RENDERED.iterdir()} == {
        *CASES,
        "colored",
        *(f"{name}_{width}" for name, width in NARROW),
    }


def test_concise() -> None:
    assert concise(reasons()) == "tower.cnn:8:5: error[E0401]: cannot add 128x32x32 and 64x64x64"
    assert concise(end_of_file()) == "tower.cnn:13:1: error[E0101]: expected }"


def test_json_has_the_documented_keys() -> None:
    found = as_json(reasons())
    keys = ["code", "severity", "message", "file", "line", "column", "end_line", "end_column"]
    assert list(found) == [*keys, "labels", "notes", "help", "fixes"]
    assert (found["notes"], found["help"]) == (["the text may go on"], ["give the shortcut the same stride"])
    assert (found["line"], found["column"], found["end_line"], found["end_column"]) == (8, 5, 8, 13)
    assert found["labels"] == [
        {"message": "the shortcut is the block's input, 64x64x64", **place(8, 5, 13)},
        {"message": "C becomes 128 here", **place(9, 14, 17)},
        {"message": "H and W halve here: (64 + 2 - 3) / 2 + 1 = 32, rounded down", **place(9, 24, 32)},
    ]
    assert found["fixes"] == [
        {
            "title": "project the shortcut (+8,576 parameters; checked)",
            "safe": False,
            "edits": [{**place(11, 6, 6), "text": " shortcut { conv(128, 1x1, stride=2) -> bn }"}],
        },
        {"title": "drop the stride", "safe": False, "edits": [{**place(9, 22, 32), "text": ""}]},
    ]


def place(line: int, column: int, end: int) -> dict[str, object]:
    return {"file": "tower.cnn", "line": line, "column": column, "end_line": line, "end_column": end}
