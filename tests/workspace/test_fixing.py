"""Safe fixes in files: all rounds, bytes that nobody asked to change, files that may not be written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from cnndsl.cli.main import main
from cnndsl.compiler import check
from cnndsl.diagnostics import Diagnostic, Edit, Fix, error
from cnndsl.graph import steps
from cnndsl.lints import Selection
from cnndsl.source import Source, Span
from cnndsl.workspace.fixing import difference, fixed, rewrite
from cnndsl.workspace.writing import WriteError

WRONG = """\
network n {
    input x: [3, H=8, W=8]
    conv(4, 3x3, in_channels=9) -> relu
    conv(4, 3x3, in_channels=7) -> relu
    flatten -> linear(3, in_features=7)
}
"""
RIGHT = """\
network n {
    input x: [3, H=8, W=8]
    conv(4, 3x3) -> relu
    conv(4, 3x3) -> relu
    flatten -> linear(3)
}
"""


def findings(source: Source) -> Sequence[Diagnostic]:
    return check(source, lambda name, importer: None, fixes=True).findings


def test_all_rounds() -> None:
    found = fixed(Source("n.cnn", WRONG), findings)
    assert found.source.text == RIGHT
    assert not found.findings
    assert [one.line for one in found.done] == [3, 4, 5]
    assert found.done[0].title == "leave in_channels=9 out (-216 parameters)"


def test_what_is_not_safe_is_not_done() -> None:
    text = "network n {\n    input x: [3, H=8, W=8]\n    linear(10)\n}\n"
    found = fixed(Source("n.cnn", text), findings)
    assert found.source.text == text
    assert not found.done
    assert len(found.findings) == 1


def test_a_fix_that_brings_an_error_is_not_kept() -> None:
    source = Source("n.cnn", "abc")
    fix = Fix("spoil", (Edit(Span(source, 0, 1), "x"),), safe=True)

    def look(text: Source) -> list[Diagnostic]:
        first = error("E0405", "a", Span(text, 0, 1))._replace(fixes=(fix,) if text is source else ())
        return [first] if text.text == "abc" else [first, error("E0402", "b", Span(text, 0, 1))]

    found = fixed(source, look)
    assert found.source is source
    assert not found.done


def test_it_ends() -> None:
    """A rule whose fix brings the same finding back does not keep it busy."""

    def look(text: Source) -> list[Diagnostic]:
        fix = Fix("longer", (Edit(Span(text, 0, 0), "x"),), safe=True)
        return [error("E0405", "short", Span(text, 0, 0))._replace(fixes=(fix,))]

    assert len(fixed(Source("n.cnn", ""), look).done) == 100


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "marked"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "unended"])
def test_bytes_that_nobody_asked_to_change(mark: bytes, end: str, last: bool, tmp_path: Path) -> None:
    """A byte order mark, the ends of lines and the end of the file are kept."""

    def written(text: str) -> bytes:
        return mark + (text if last else text.rstrip("\n")).replace("\n", end).encode()

    path = tmp_path / "n.cnn"
    path.write_bytes(written(WRONG.replace("relu", "relu  # größer")))
    assert main(["check", "--fix", str(path)]) == 0
    assert path.read_bytes() == written(RIGHT.replace("relu", "relu  # größer"))


def test_new_lines_end_as_the_others() -> None:
    source = Source("n.cnn", "a\r\nb\r\n")
    fix = Fix("more", (Edit(Span(source, 3, 3), "x\n"),), safe=True)

    def look(text: Source) -> list[Diagnostic]:
        return [error("E0405", "a", Span(text, 0, 1))._replace(fixes=(fix,))] if text is source else []

    assert fixed(source, look).source.text == "a\r\nx\r\nb\r\n"


def test_mode_and_link_are_kept(tmp_path: Path) -> None:
    real = tmp_path / "real.cnn"
    real.write_text(WRONG)
    real.chmod(0o640)
    link = tmp_path / "link.cnn"
    link.symlink_to(real)
    assert main(["check", "--fix", str(link)]) == 0
    assert link.is_symlink()
    assert real.read_text() == RIGHT
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_file_that_may_not_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "n.cnn"
    path.write_text(WRONG)
    path.chmod(0o444)
    assert main(["check", "--fix", str(path)]) == 1
    assert "its permissions do not allow writing" in capsys.readouterr().err
    assert path.read_text() == WRONG


def test_a_file_that_changed_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "n.cnn"
    path.write_text(WRONG + "# mine\n")
    with pytest.raises(WriteError, match="changed meanwhile"):
        rewrite(str(path), Source("n.cnn", WRONG), Source("n.cnn", RIGHT))
    assert path.read_text() == WRONG + "# mine\n"
    path.unlink()
    with pytest.raises(WriteError, match="no such file"):
        rewrite(str(path), Source("n.cnn", WRONG), Source("n.cnn", RIGHT))
    assert os.listdir(tmp_path) == []


def test_what_is_imported_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = "block head { linear(10, in_features=5) }\n"
    (tmp_path / "lib.cnn").write_text(library)
    path = tmp_path / "n.cnn"
    path.write_text("import lib: head\nnetwork n {\n    input x: [3, H=8, W=8]\n    flatten -> head\n}\n")
    assert main(["check", "--fix", str(path)]) == 1
    assert (tmp_path / "lib.cnn").read_text() == library
    assert "fixed" not in capsys.readouterr().out


def test_a_difference_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "n.cnn"
    path.write_text(WRONG)
    assert main(["check", "--diff", str(path)]) == 1
    assert path.read_text() == WRONG
    shown = capsys.readouterr().out.split("\n")
    assert shown[0] == f"--- {path}"
    assert [line for line in shown if line.startswith("-    ")] == [f"-{line}" for line in WRONG.split("\n")[2:5]]
    assert [line for line in shown if line.startswith("+    ")] == [f"+{line}" for line in RIGHT.split("\n")[2:5]]


def test_a_difference_is_a_patch() -> None:
    """As ``diff -u`` writes it, with the mark for a last line without an end."""
    text = difference(Source("n.cnn", "a\r\nb"), Source("n.cnn", "a\r\nc"))
    unended = "\\ No newline at end of file\n"
    assert text == f"--- n.cnn\n+++ n.cnn\n@@ -1,2 +1,2 @@\n a\r\n-b\n{unended}+c\n{unended}"


def test_the_rest_of_a_file_is_not_broken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of one network, with other arguments: what mends it must leave the others as they were."""
    text = """\
network n(width = 3) {
    input x: [width, H=8, W=8]
    conv(4, 3x3, in_channels=3)
}
"""
    path = tmp_path / "n.cnn"
    path.write_text(text)
    assert main(["check", "--fix", f"{path}:n", "--set", "width=5"]) == 0
    assert path.read_text() == text.replace(", in_channels=3", "")
    assert "fixed: leave in_channels=3 out" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["check", "--fix", "-"], "the standard input is none"),
        (["check", "--diff", "-"], "the standard input is none"),
        (["check", "--fix", "--watch", "n.cnn"], "done once"),
    ],
)
def test_what_does_not_go_together(words: list[str], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert why in capsys.readouterr().err


def test_for_programs_the_standard_output_is_theirs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "n.cnn"
    path.write_text(WRONG)
    assert main(["check", "--fix", "--format", "json", str(path)]) == 0
    out, err = capsys.readouterr()
    assert out == "[]\n"
    assert err.count("fixed: ") == 3


def test_fixes_that_together_would_rename_weights_are_not_done_together() -> None:
    body = "    a: identity\n    conv(6, 3x3) -> relu\n    b: identity\n    conv(6, 3x3)\n"
    text = f"block q {{\n{body}}}\n\nnetwork n {{\n    input x: [6, H=8, W=8]\n    q\n}}\n"

    def warned(source: Source) -> Sequence[Diagnostic]:
        return check(source, lambda name, importer: None, lint=Selection(), fixes=True).findings

    before, after = (
        check(source, lambda name, importer: None).networks["n"]
        for source in (Source("n.cnn", text), fixed(Source("n.cnn", text), warned).source)
    )
    keys = [[step.node.module for step in steps(graph) if step.node.kind == "conv"] for graph in (before, after)]
    assert keys[0] == keys[1] == ["conv", "conv_2"]
