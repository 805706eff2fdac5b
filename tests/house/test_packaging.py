"""What is shipped is what is there."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TOP = {"architectures", "backends", "grammar"}


def folders() -> set[str]:
    found = {"cnndsl"}
    for top in ("cnndsl", *TOP):
        for path in (ROOT / top).rglob("__init__.py"):
            name = ".".join(path.parent.relative_to(ROOT).parts)
            found.add(name if top == "cnndsl" else f"cnndsl.{name}")
    return found


def test_every_folder_of_python_is_a_package() -> None:
    assert set(SETTINGS["tool"]["setuptools"]["packages"]) == folders()


def test_the_links_lead_to_the_folders() -> None:
    for name in TOP:
        link = ROOT / "cnndsl" / name
        assert link.is_symlink()
        assert link.resolve() == (ROOT / name).resolve()


def test_dependencies_are_pinned() -> None:
    import re

    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("==")[0].lower() for line in lines if "==" in line}
    project = SETTINGS["project"]
    wanted = [
        *project["dependencies"],
        *project["optional-dependencies"]["dev"],
        *project["optional-dependencies"]["torch"],
    ]
    assert {re.split(r"[<>=]", one)[0].lower() for one in wanted} <= pinned


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel made of this checkout."""
    import shutil

    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE", *TOP):
        path = ROOT / name
        shutil.copytree(path, source / name) if path.is_dir() else shutil.copy(path, source / name)
    shutil.copytree(ROOT / "cnndsl", source / "cnndsl", symlinks=True)
    command = [
        sys.executable,
        "-c",
        "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])",
        str(source / "dist"),
    ]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (built,) = (source / "dist").glob("*.whl")
    return set(zipfile.ZipFile(built).namelist())


def test_a_wheel_holds_all_code_and_data(wheel: set[str]) -> None:
    expected = set()
    for top in ("cnndsl", *TOP):
        for path in (ROOT / top).rglob("*"):
            is_data = path.suffix in (".py", ".cnn", ".lark", ".table", ".typed") or path.parent.name == "completion"
            linked = top == "cnndsl" and path.relative_to(ROOT / "cnndsl").parts[0] in TOP
            if path.is_file() and is_data and "__pycache__" not in path.parts and not linked:
                name = path.relative_to(ROOT).as_posix()
                expected.add(name if top == "cnndsl" else f"cnndsl/{name}")
    shipped = {name for name in wheel if ".dist-info/" not in name}
    assert shipped == expected


def test_a_wheel_offers_the_command(wheel: set[str]) -> None:
    assert any(name.endswith(".dist-info/entry_points.txt") for name in wheel)
    assert any("LICENSE" in name for name in wheel)
