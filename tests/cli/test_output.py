"""Where the product goes: files whole or not at all, never over somebody's work."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cnndsl.cli.main import main
from cnndsl.workspace.writing import WriteError, write

Cnn = Callable[..., tuple[int, str, str]]


def test_a_new_file_holds_what_is_printed_below_a_line_about_its_origin(cnn: Cnn, folder: Path) -> None:
    _, printed, _ = cnn("compile", "tower.cnn")
    assert cnn("compile", "tower.cnn", "-o", "tower.py") == (0, "", "")
    first, _, rest = (folder / "tower.py").read_text(encoding="utf-8").partition("\n")
    assert first.startswith("# Generated from tower.cnn; sha256 ")
    assert rest == printed
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_an_unedited_file_is_replaced(cnn: Cnn, folder: Path) -> None:
    cnn("compile", "tower.cnn", "-o", "tower.py")
    assert cnn("compile", "tower.cnn", "--set", "classes=7", "-o", "tower.py")[0] == 0
    assert "classes: int = 7" in (folder / "tower.py").read_text(encoding="utf-8")


def test_an_edited_file_stays(cnn: Cnn, folder: Path) -> None:
    cnn("compile", "tower.cnn", "-o", "tower.py")
    with (folder / "tower.py").open("a", encoding="utf-8") as stream:
        stream.write("# mine\n")
    edited = (folder / "tower.py").read_bytes()
    status, _, err = cnn("compile", "tower.cnn", "-o", "tower.py")
    assert status == 1
    assert err == "cnn: tower.py is there already and was not generated or has been edited\nhelp: --force replaces it\n"
    assert (folder / "tower.py").read_bytes() == edited
    assert cnn("compile", "tower.cnn", "-o", "tower.py", "--force")[0] == 0
    assert (folder / "tower.py").read_bytes() != edited


@pytest.mark.parametrize(
    "content", [b"print('mine')\n", b"\xff\xfe", b"", b"# Generated from x; sha256 0123456789abcdef\n"]
)
def test_a_file_of_somebody_else_stays(content: bytes, cnn: Cnn, folder: Path) -> None:
    (folder / "tower.py").write_bytes(content)
    assert cnn("compile", "tower.cnn", "-o", "tower.py")[0] == 1
    assert (folder / "tower.py").read_bytes() == content


def test_a_redirected_file_is_known_again(cnn: Cnn, folder: Path) -> None:
    (folder / "tower.py").write_text(cnn("compile", "tower.cnn")[1], encoding="utf-8")
    assert cnn("compile", "tower.cnn", "-o", "tower.py")[0] == 0


def test_a_wrong_program_writes_nothing(cnn: Cnn, folder: Path) -> None:
    assert cnn("compile", "broken.cnn", "-o", "broken.py")[0] == 1
    assert not (folder / "broken.py").exists()


def test_the_summary_goes_to_a_file_too(cnn: Cnn, folder: Path) -> None:
    assert cnn("summary", "tower.cnn", "-o", "tower.txt") == (0, "", "")
    assert (folder / "tower.txt").read_text(encoding="utf-8") == cnn("summary", "tower.cnn")[1]
    assert cnn("summary", "tower.cnn", "-o", "-")[1] == cnn("summary", "tower.cnn")[1]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("missing/tower.py", "cannot write missing/tower.py: no such file or directory"),
        (".", "cannot write .: it is a directory"),
        ("a\0b", "cannot write a\0b: embedded null byte"),
    ],
)
def test_what_cannot_be_written(path: str, why: str, folder: Path) -> None:
    with pytest.raises(WriteError, match=why):
        write(path, "text")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--set", "classes=2", "--set", "classes=3"), "--set gives classes twice"),
        (("--size", "H=64,H=65"), "--size gives H twice"),
        (("--size", "H=64", "--size", "H=64"), "--size gives H twice"),
        (("-o", ""), "-o needs the name of a file"),
    ],
)
def test_options_that_contradict(options: tuple[str, ...], message: str, cnn: Cnn, folder: Path) -> None:
    status, out, err = cnn("compile", "tower.cnn", *options)
    assert (status, out) == (2, "")
    assert message in err


def test_a_wrong_argument_is_all_that_is_said(cnn: Cnn, folder: Path) -> None:
    text = "network n(classes = 2) {\n    input x: [3]\n    linear(classes)\n    expect params == 8\n}\n"
    (folder / "fact.cnn").write_text(text, encoding="utf-8")
    status, _, err = cnn("summary", "fact.cnn", "--set", "classes=x")
    assert status == 1
    assert "E0201" in err
    assert "N0501" not in err


def test_the_mode_stays_and_links_are_followed(folder: Path) -> None:
    real = folder / "real.py"
    real.write_text("old", encoding="utf-8")
    real.chmod(0o640)
    (folder / "link.py").symlink_to(real)
    write("link.py", "new", force=True)
    assert (folder / "link.py").is_symlink()
    assert real.read_text(encoding="utf-8") == "new"
    assert real.stat().st_mode & 0o777 == 0o640


def test_devices_are_written_to(folder: Path) -> None:
    write(os.devnull, "text")
    assert Path(os.devnull).is_char_device()


def test_a_failure_leaves_the_old_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    (folder / "old.py").write_text("old", encoding="utf-8")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match=r"cannot write old\.py: no space left on device"):
        write("old.py", "new", force=True)
    assert (folder / "old.py").read_text(encoding="utf-8") == "old"
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def process(*words: str, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "import sys; from cnndsl.cli.main import main; sys.exit(main())", *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload,no-any-return]


def test_nobody_reads_on() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = process("list", stdout=writing)
    os.close(writing)
    assert done.communicate() == (None, "")
    assert done.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_the_disk_is_full() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = process("list", stdout=full)
        assert done.communicate() == (None, "cnn: cannot write: no space left on device\n")
    assert done.returncode == 1


@pytest.mark.parametrize("target", [b"caf\xe9.cnn", "\u732b.cnn".encode()])
def test_names_that_the_terminal_cannot_show(target: bytes, folder: Path) -> None:
    command = [sys.executable, "-c", "import sys; from cnndsl.cli.main import main; sys.exit(main())", "check", target]
    for encoding in ("utf-8", "ascii"):
        done = subprocess.run(
            command, capture_output=True, env={**os.environ, "PYTHONIOENCODING": encoding}, check=False
        )
        assert (done.returncode, done.stderr) == (1, b"")
        assert b"error[E0701]" in done.stdout


def test_interrupted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cnndsl.cli.main.run", interrupt)
    assert main(["list"]) == 130
    assert capsys.readouterr().err == "cnn: interrupted\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh", "fish"])
def test_completion_is_printed(shell: str, cnn: Cnn) -> None:
    status, out, _ = cnn("--completion", shell)
    assert status == 0
    assert "verify" in out


def test_the_list_names_networks_and_papers(cnn: Cnn) -> None:
    status, out, _ = cnn("list")
    assert status == 0
    rows = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert "Deep Residual Learning" in rows["resnet50"]
    assert "resnet" not in rows


def test_operations_are_listed_with_their_signatures(cnn: Cnn) -> None:
    from cnndsl import ops

    status, out, _ = cnn("ops")
    assert status == 0
    assert {line.split("(")[0].split()[0] for line in out.splitlines() if line.startswith("  ") and line[2] != " "} == {
        *ops.names()
    }


def test_closed_outputs_are_no_failure(folder: Path) -> None:
    for stream in (1, 2):
        start = "import sys; from cnndsl.cli.main import main; sys.exit(main())"
        program = f'"{sys.executable}" -c "{start}" compile tower.cnn {stream}>&-'
        done = subprocess.run(["sh", "-c", program], cwd=folder, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
