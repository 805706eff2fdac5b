"""Reading files: text, or a finding that says why there is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cnndsl.compiler import check
from cnndsl.diagnostics.formats import concise
from cnndsl.workspace import library
from cnndsl.workspace.files import LARGEST, decode, read_file
from cnndsl.workspace.imports import Reader
from cnndsl.workspace.target import find

NETWORK = "network small {\n    input image: [3, 8, 8]\n    relu\n}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problem(path: str) -> str:
    found = read_file(path)[1]
    assert found is not None
    return concise(found)


def test_what_cannot_be_read(folder: Path) -> None:
    (folder / "folder.cnn").mkdir()
    os.mkfifo(folder / "pipe.cnn")
    (folder / "loop.cnn").symlink_to("loop.cnn")
    (folder / "file.cnn").touch()
    assert [
        problem(path)
        for path in ("gone.cnn", "folder.cnn", "pipe.cnn", "loop.cnn", "file.cnn/x.cnn", "a\0b", "x" * 300)
    ] == [
        "gone.cnn:1:1: error[E0701]: cannot read gone.cnn: there is no such file",
        "folder.cnn:1:1: error[E0702]: cannot read folder.cnn: it is a directory",
        "pipe.cnn:1:1: error[E0702]: cannot read pipe.cnn: it is a device or a pipe, not a file",
        "loop.cnn:1:1: error[E0701]: cannot read loop.cnn: its symbolic links go round in a circle",
        "file.cnn/x.cnn:1:1: error[E0701]: cannot read file.cnn/x.cnn: there is no such file",
        "a\u2400b:1:1: error[E0701]: cannot read a\u2400b: the name has a character that no file name has",
        f"{'x' * 300}:1:1: error[E0701]: cannot read {'x' * 300}: the name is too long",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_file_without_permission(folder: Path) -> None:
    (folder / "secret.cnn").touch(0o000)
    assert problem("secret.cnn").endswith("its permissions do not allow reading")


def test_a_large_file(folder: Path) -> None:
    (folder / "large.cnn").write_bytes(b"#" * (LARGEST + 1))
    assert problem("large.cnn") == (
        "large.cnn:1:1: error[E0706]: cannot read large.cnn: 500,001 bytes; the most is 500,000"
    )


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (b"", "a:1:1: error[E0705]: a is empty"),
        (b" \r\n\n", "a:1:1: error[E0705]: a is empty"),
        (b"\x7fELF\0\0", "a:1:1: error[E0703]: a is a binary file, not a program"),
        (b"ab\n\xc3\xa9\xff", "a:2:2: error[E0704]: a is not UTF-8: byte 0xff cannot stand here"),
    ],
)
def test_what_is_not_a_text(data: bytes, finding: str) -> None:
    found = decode(data, "a")[1]
    assert found is not None
    assert concise(found) == finding


def test_a_byte_order_mark_is_left_out() -> None:
    source, found = decode(b"\xef\xbb\xbfblock", "a")
    assert found is None
    assert source.text == "block"


@pytest.mark.parametrize(
    ("word", "network", "path"),
    [
        ("small.cnn", None, "small.cnn"),
        ("small.cnn:small", "small", "small.cnn"),
        ("resnet50", "resnet50", library.path("resnet")),
        ("odd", None, "odd"),
        ("odd:small", "small", "odd"),
        ("vgg16", "vgg16", library.path("vgg")),
    ],
)
def test_targets(word: str, network: str | None, path: str, folder: Path) -> None:
    for name in ("small.cnn", "odd", "vgg16"):
        (folder / name).write_text(NETWORK, encoding="utf-8")
    target, found = find(word)
    assert found is None
    assert (target.network, target.path) == (network, path)


@pytest.mark.parametrize(
    ("word", "help"),
    [
        ("resnet51", "did you mean `resnet50`?"),
        ("resnet.cnn", "its bundled namesake is reached by the name of a network, such as `resnet152`"),
        ("smal.cnn", "did you mean `small.cnn`?"),
        ("qqqqq", "`cnn list` shows the bundled networks; a file's name ends in .cnn"),
    ],
)
def test_what_was_meant(word: str, help: str, folder: Path) -> None:
    (folder / "small.cnn").write_text(NETWORK, encoding="utf-8")
    found = find(word)[1]
    assert found is not None
    assert found.help[0] == help


def test_no_folder_no_guess() -> None:
    found = find("gone/small.cnn")[1]
    assert found is not None
    assert found.help == ()


def findings(path: str) -> list[str]:
    target, found = find(path)
    assert found is None
    return [concise(one) for one in check(target.source, Reader(target.source, path)).findings]


def test_imports_read_beside_the_file_and_then_the_library(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "own.cnn").write_text(
        "import resnet: bottleneck\nblock cell { bottleneck(8) }\n", encoding="utf-8"
    )
    (folder / "sub" / "net.cnn").write_text(
        "import own: cell\nnetwork net {\n    input image: [3, 8, 8]\n    cell\n}\n", encoding="utf-8"
    )
    assert findings("sub/net.cnn") == []


def test_imports_that_fail_are_found_at_the_import(folder: Path) -> None:
    (folder / "odd.cnn").mkdir()
    (folder / "round.cnn").symlink_to("round.cnn")
    (folder / "net.cnn").write_text(
        "import odd\nimport round\nimport nothing\nnetwork net {\n    input image: [3, 8, 8]\n    relu\n}\n",
        encoding="utf-8",
    )
    assert findings("net.cnn") == [
        "net.cnn:1:8: error[E0702]: cannot read odd.cnn: it is a directory",
        "net.cnn:2:8: error[E0701]: cannot read round.cnn: its symbolic links go round in a circle",
        "net.cnn:3:8: error[E0603]: there is no nothing.cnn beside this file or in the library",
    ]


def test_links_do_not_hide_that_files_import_each_other(folder: Path) -> None:
    (folder / "real.cnn").write_text("import link\n" + NETWORK, encoding="utf-8")
    (folder / "link.cnn").symlink_to("real.cnn")
    assert "link.cnn:1:1: error[E0602]: files import each other: link.cnn -> link.cnn" in findings("real.cnn")


def test_every_bundled_network_is_found_by_its_name() -> None:
    known = library.networks()
    for name, line in library.catalogue():
        assert name in known
        assert "(" in line or name.startswith("inception"), f"{name}: its file names no paper"
