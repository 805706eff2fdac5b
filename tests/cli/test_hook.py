"""The hook for pre-commit, run as pre-commit runs it: the entry, then the names of the files that match."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_hook_checks_the_files_that_it_is_given(cnn: Callable[..., tuple[int, str, str]], folder: Path) -> None:
    manifest = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    hook = dict(re.findall(r"^(?:- |  )(\w+): (.+)$", manifest, re.MULTILINE))
    assert (hook["id"], hook["language"]) == ("cnn-check", "python")
    program, *words = shlex.split(hook["entry"])
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert scripts == {program: "cnndsl.cli.main:main"}
    names = ["broken.cnn", "clean.cnn", "nets/my net.cnn", "cnn.py", "x.cnn.txt"]
    matching = [name for name in names if re.search(hook["files"], name)]
    assert matching == names[:3]
    assert cnn(*words, *matching[:2])[0] == 1
    assert cnn(*words, matching[1])[0] == 0
