"""Which rules are looked for: names before groups, the command line before the settings of a project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cnndsl.cli.main import main
from cnndsl.lints import GROUPS, Selection, find, names

PROGRAM = "network n {\n    input image: [3, H=32, W=32]\n    conv(8, 3x3) -> bn -> relu -> relu\n}\n"


def test_the_default_group() -> None:
    assert Selection().rules() == names("default")
    assert set(Selection(("design",)).rules()) == {*names("default"), *names("design")}
    assert set(Selection(GROUPS).rules()) == {name for group in GROUPS for name in names(group)}
    assert Selection(("design",), ("default",)).rules() == names("design")


def test_a_name_wins_over_its_group() -> None:
    assert Selection(("bias-before-norm",), ("default",)).rules() == ("bias-before-norm",)
    assert "checkerboard" not in Selection(("design",), ("checkerboard",)).rules()
    assert Selection(("bias-before-norm",), ("bias-before-norm", "default")).rules() == ()


def test_the_command_line_wins_over_settings() -> None:
    project = Selection(("design",), ("bias-before-norm",))
    assert "bias-before-norm" not in Selection(under=project).rules()
    assert "bias-before-norm" in Selection(("bias-before-norm",), under=project).rules()
    assert "bias-before-norm" in Selection(("default",), under=project).rules()
    assert set(Selection(ignore=("design",), under=project).rules()) == set(names("default")) - {"bias-before-norm"}


def test_unknown_names() -> None:
    assert Selection(("design", "softmax-axis", "softmax"), ("a", "a")).unknown() == ("softmax", "a")
    with pytest.raises(KeyError):
        find("softmax")


def test_rules_are_called_as_their_files() -> None:
    for group in GROUPS:
        for name in names(group):
            assert (find(name).name, find(name).group) == (name, group)


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: Any) -> Run:
    def check(*options: str, settings: str | None = None, text: str = PROGRAM, folder: str = "nets") -> tuple[int, str]:
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "n.cnn").write_text(text, encoding="utf-8")
        if settings is not None:
            (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
        status = main(["check", str(tmp_path / folder / "n.cnn"), "--format", "concise", *options])
        said = capsys.readouterr()
        return status, (said.out + said.err).replace(str(tmp_path), "")

    return check


def codes(said: tuple[int, str]) -> list[str]:
    return [line.partition("[")[2].partition("]")[0] for line in said[1].splitlines() if ": warning[" in line]


BOTH = ["bias-before-norm", "redundant-activation"]


def test_options(run: Run) -> None:
    assert codes(run()) == BOTH
    assert codes(run("--ignore", "redundant-activation")) == BOTH[:1]
    assert codes(run("--ignore", "default", "--select", "redundant-activation, bias-before-norm")) == BOTH
    assert codes(run("--ignore", "redundant-activation,bias-before-norm")) == []
    assert run()[0] == 0


def test_unknown_rules_are_a_mistake_of_usage(run: Run) -> None:
    assert run("--select", "bias-before-nrm") == (
        2,
        "cnn: --select: no lint rule or group is called bias-before-nrm\nhelp: did you mean bias-before-norm?\n",
    )
    assert run("--ignore", "design,,x")[1].startswith("cnn: --ignore: the name of a lint rule or group is missing\n")


def test_settings_of_a_project(run: Run) -> None:
    ignoring = '[tool.cnndsl]\nignore = ["bias-before-norm"]\n'
    assert codes(run(settings=ignoring)) == BOTH[1:]
    assert codes(run("--select", "bias-before-norm")) == BOTH
    assert codes(run(folder="far/down/below")) == BOTH[1:]


def test_the_nearest_table_counts(run: Run, tmp_path: Path) -> None:
    run(settings='[tool.cnndsl]\nignore = ["default"]\n')
    (tmp_path / "nets" / "pyproject.toml").write_text('[tool.black]\n"cnndsl" = 1\n', encoding="utf-8")
    assert codes(run()) == []
    (tmp_path / "nets" / "pyproject.toml").write_text("[tool.cnndsl]\n", encoding="utf-8")
    assert codes(run()) == BOTH


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('[tool.cnndsl]\nselct = ["design"]\n', "[tool.cnndsl] has an unknown key selct"),
        ('[tool.cnndsl]\nselect = "design"\n', "[tool.cnndsl] select is not a list of names"),
        ("[tool.cnndsl]\nselect = [1]\n", "[tool.cnndsl] select is not a list of names"),
        ('[tool.cnndsl]\nselect = ["desing"]\n', "[tool.cnndsl]: no lint rule or group is called desing"),
        ("[tool]\ncnndsl = 3\n", "[tool.cnndsl] is no table"),
        ("[tool.cnndsl\n", "cannot read /pyproject.toml: "),
        ('[tool.cnndsl]\nselect = ["\udce9"]\n', "cannot read /pyproject.toml: "),
    ],
)
def test_settings_that_cannot_be_followed(settings: str, said: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(settings.encode("utf-8", "surrogateescape"))
    status, found = run()
    assert status == 2
    assert found.startswith("cnn: ")
    assert said in found


def test_what_a_file_beside_imports_is_used(run: Run, tmp_path: Path) -> None:
    network = "network n {\n    input x: [1, H=8, W=8]\n    d(1)\n}\n"
    text = f"let a = 1\nlet b = 2\nblock c(w) {{ relu }}\nblock d(w) {{ relu }}\n{network}"
    assert codes(run(text=text)) == ["unused-let", "unused-let", "unused-block", "unused-parameter", "unused-parameter"]
    (tmp_path / "nets" / "other.cnn").write_text("import n: a, c\n", encoding="utf-8")
    assert codes(run(text=text)) == ["unused-let", "unused-parameter"]
    (tmp_path / "nets" / "more.cnn").write_text("import n\nblock e { d(b) }\n", encoding="utf-8")
    (tmp_path / "nets" / "binary.cnn").write_bytes(b"import n\0")
    assert codes(run(text=text)) == []


def test_the_library_is_of_no_project(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.cnndsl]\nselect = ["no-such-rule"]\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "resnet18"]) == 0
    assert "no errors" in capsys.readouterr().out
