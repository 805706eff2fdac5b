"""What ``cnn check`` looks at: many files, folders, the standard input, each once."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cnndsl.workspace.folders import programs

Cnn = Callable[..., tuple[int, str, str]]

CELL = "block cell(width) {\n    conv(width, 3x3, padding=1, bias=false) -> bn -> relu\n}\n"
USER = "import cell\n\nnetwork user {\n    input image: [3, 8, 8]\n    cell(8)\n}\n"


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def pipe(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return pipe


def test_a_folder_stands_for_the_programs_in_it(folder: Path) -> None:
    for name in ("b.cnn", "a.cnn", "sub/c.cnn", "sub/deep/d.cnn", "A.cnn", "sub.cnn"):
        put(folder / "nets" / name, "")
    left_out = (".git/x.cnn", ".x.cnn", "readme.txt", "x.cnn.bak", "env/lib/x.cnn", "env/pyvenv.cfg", "sub/.h/x.cnn")
    for name in left_out:
        put(folder / "nets" / name, "")
    (folder / "nets" / "looks.cnn").mkdir()
    found = ["nets/A.cnn", "nets/a.cnn", "nets/b.cnn", "nets/sub/c.cnn", "nets/sub/deep/d.cnn", "nets/sub.cnn"]
    assert programs("nets") == found
    assert programs("nets/") == programs("./nets") == found
    assert programs(str(folder / "nets")) == [str(folder / name) for name in found]
    os.chdir(folder / "nets")
    assert programs(".") == [name.removeprefix("nets/") for name in found]


def test_links_go_round_in_no_circle_and_lead_nowhere_else(folder: Path, cnn: Cnn) -> None:
    put(folder / "nets/a.cnn", "")
    put(folder / "other/b.cnn", "")
    (folder / "nets/loop").symlink_to(folder / "nets")
    (folder / "nets/up").symlink_to(folder)
    (folder / "nets/other").symlink_to(folder / "other")
    (folder / "nets/linked.cnn").symlink_to(folder / "other/b.cnn")
    (folder / "nets/self.cnn").symlink_to(folder / "nets/self.cnn")
    assert programs("nets") == ["nets/a.cnn", "nets/linked.cnn", "nets/self.cnn"]
    assert programs("nets/other") == ["nets/other/b.cnn"]
    status, out, _ = cnn("check", "nets", "--format", "concise")
    assert status == 1
    assert "its symbolic links go round in a circle" in out


def test_a_folder_that_cannot_be_read_is_told(folder: Path, cnn: Cnn, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder / "nets/a.cnn", "network n {\n    input x: [3]\n    linear(2)\n}\n")
    (folder / "nets/closed").mkdir()
    scan = os.scandir

    def refuse(path: Any) -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    status, out, _ = cnn("check", "nets", "--format", "concise")
    assert status == 1
    assert out.startswith("nets/closed:1:1: error[E0702]")


def test_a_program_is_checked_once(folder: Path, cnn: Cnn) -> None:
    (folder / "link.cnn").symlink_to(folder / "broken.cnn")
    status, out, _ = cnn("check", "broken.cnn", "./broken.cnn", str(folder / "broken.cnn"), "link.cnn", ".")
    assert status == 1
    assert out.count("error[E0201]") == 1
    assert out.splitlines()[-1] == "checked 3 files: 1 error, 1 warning"


def test_a_mistake_in_what_two_programs_import_is_told_once(folder: Path, cnn: Cnn) -> None:
    put(folder / "nets/cell.cnn", CELL.replace("3x3", "3x3, stirde=2"))
    put(folder / "nets/one.cnn", USER)
    put(folder / "nets/two.cnn", USER)
    status, out, _ = cnn("check", "nets", "--format", "json")
    assert status == 1
    assert [(one["code"], one["file"]) for one in json.loads(out)] == [("E0303", "nets/cell.cnn")]


def test_the_same_mistake_in_two_files_is_two(folder: Path, cnn: Cnn) -> None:
    for name in ("one", "two"):
        put(folder / f"{name}/a.cnn", "network n {\n    input x: [3]\n    cnov(3)\n}\n")
    status, out, _ = cnn("check", "one", "two", "--format", "concise")
    assert status == 1
    assert [line.partition(":")[0] for line in out.splitlines()] == ["one/a.cnn", "two/a.cnn"]


def test_the_standard_input_imports_from_the_folder_of_its_name(folder: Path, cnn: Cnn, piped: Any) -> None:
    put(folder / "nets/cell.cnn", CELL)
    piped(USER.encode())
    assert cnn("check", "-", "--stdin-filename", "nets/new.cnn") == (0, "nets/new.cnn: no errors\n", "")
    piped(USER.encode())
    status, out, _ = cnn("check", "-", "--format", "concise")
    assert status == 1
    assert out.startswith("<stdin>:1:8: error[E0603]")


def test_the_standard_input_is_called_by_its_name(cnn: Cnn, piped: Any) -> None:
    piped(b"network n {\n    cnov\n}\n")
    _, out, _ = cnn("check", "-", "--stdin-filename", "nets/new.cnn", "--format", "json")
    assert {one["file"] for one in json.loads(out)} == {"nets/new.cnn"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "E0705"),
        (b"\xff\xfe", "E0704"),
        (b"network\0", "E0703"),
        (b"#" * 500_001, "E0706"),
        (b"\xef\xbb\xbfnetwork n {\r\n    input x: [3]\r\n    linear(2)\r\n}\r\n", ""),
    ],
)
def test_what_is_piped_in_may_be_anything(data: bytes, code: str, cnn: Cnn, piped: Any) -> None:
    piped(data)
    status, out, err = cnn("check", "-", "--format", "concise")
    assert (status, err) == (int(bool(code)), "")
    assert code in out


def test_a_closed_standard_input(cnn: Cnn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert cnn("check", "-") == (2, "", "cnn: the standard input is closed\n")


def test_a_folder_called_as_a_bundled_network(folder: Path, cnn: Cnn) -> None:
    put(folder / "resnet18/a.cnn", "network n {\n    cnov\n}\n")
    assert cnn("check", "resnet18")[0] == 0
    assert cnn("check", "./resnet18", "--format", "concise")[1].startswith("resnet18/a.cnn:")


def test_many_programs_need_the_memory_of_few(folder: Path, cnn: Cnn, monkeypatch: pytest.MonkeyPatch) -> None:
    import gc

    calls: list[int] = []
    collect = gc.collect
    monkeypatch.setattr(gc, "collect", lambda: calls.append(1) or collect())
    for number in range(60):
        put(folder / f"many/{number}.cnn", "network n {\n    input x: [3]\n    linear(2)\n}\n")
    assert cnn("check", "many") == (0, "checked 60 files: no errors\n", "")
    assert len(calls) == 2


def test_a_bundled_network_beside_a_file(cnn: Cnn) -> None:
    assert cnn("check", "clean.cnn", "resnet18", "alexnet", "resnet34")[1] == "checked 3 files: no errors\n"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("clean.cnn",), 0),
        (("tower.cnn",), 0),
        (("tower.cnn", "--strict"), 1),
        (("clean.cnn", "--strict"), 0),
        (("broken.cnn",), 1),
        (("nothing.cnn",), 1),
        (("clean.cnn", "--format", "xml"), 2),
        (("clean.cnn", "--stdin-filename", "a.cnn"), 2),
    ],
)
def test_exit_status(words: tuple[str, ...], status: int, cnn: Cnn) -> None:
    assert cnn("check", *words)[0] == status


def test_notes_never_fail(folder: Path, cnn: Cnn) -> None:
    put(
        folder / "fact.cnn",
        "network n(classes = 2) {\n    input x: [3]\n    linear(classes)\n    expect params == 8\n}\n",
    )
    status, out, _ = cnn("check", "fact.cnn", "--strict", "--set", "classes=3")
    assert (status, out.splitlines()[-1]) == (0, "fact.cnn: 1 note")


def test_a_file_of_many_findings_says_how_many_can_be_fixed(cnn: Cnn, monkeypatch: pytest.MonkeyPatch) -> None:
    from cnndsl.cli import reports
    from cnndsl.diagnostics import Edit, Examined, Fix, error
    from cnndsl.source import Source, Span

    span = Span(Source("a.cnn", "relu"), 0, 4)
    safe, unsafe = Fix("a", (Edit(span, ""),), True), Fix("b", (Edit(span, "x"),))
    found = [
        error("E0401", str(number), span)._replace(fixes=fixes)
        for number, fixes in enumerate([(safe, unsafe), (unsafe,), ()])
    ]
    one = Examined("a.cnn", "a.cnn", tuple(found))
    assert reports._summary([one], found) == "a.cnn: 3 errors; 1 can be fixed with --fix"
    assert reports._summary([one, one._replace(file="b.cnn")], found[1:]) == "checked 2 files: 2 errors"


@pytest.mark.parametrize(
    ("form", "modules"),
    [
        ("full", set()),
        ("concise", {"formats", "excerpt"}),
        ("github", {"formats", "excerpt"}),
        ("json", {"formats", "excerpt"}),
        ("sarif", {"formats", "excerpt", "sarif"}),
    ],
)
def test_a_clean_file_imports_only_the_form_that_is_asked_for(form: str, modules: set[str], folder: Path) -> None:
    command = f"""
import sys
from cnndsl.cli.main import main
main(["check", "clean.cnn", "--format", "{form}"])
print("imported:", *(name.rpartition(".")[2] for name in sys.modules if name.startswith("cnndsl.diagnostics.")))
"""
    done = subprocess.run([sys.executable, "-c", command], cwd=folder, check=True, capture_output=True, text=True)
    forms = {"render", "marks", "arcs", "patch", "layout", "excerpt", "formats", "sarif", "junit"}
    assert set(done.stdout.rpartition("imported:")[2].split()) & forms == modules


def test_a_name_of_a_file_moves_no_cursor(folder: Path, cnn: Cnn) -> None:
    name = "a\x1b[31mb.cnn"
    (folder / name).write_text("network n {\n    input x: [3, H=8, W=8]\n    relu\n}\n", encoding="utf-8")
    assert cnn("check", name) == (0, "a\u241b[31mb.cnn: no errors\n", "")
