"""What is imported when: a check is light, and nothing but a build needs PyTorch."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

DRAWING = {"graphviz", "pygraphviz", "matplotlib", "PIL"}
HEAVY = {"torch", "networkx", "numpy", "dataclasses", "inspect", "lark", *DRAWING}


def imported(statement: str, folder: Path) -> set[str]:
    """The top names of modules after ``statement``, run in a process of its own."""
    command = f"import json, sys\n{statement}\nprint()\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True, cwd=folder)
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def test_the_package_costs_nothing(tmp_path: Path) -> None:
    assert not imported("import cnndsl", tmp_path) & HEAVY


@pytest.mark.parametrize("target", ["resnet50", "googlenet", "vgg16"])
def test_check_imports_nothing_heavy(target: str, tmp_path: Path) -> None:
    found = imported(f"from cnndsl.cli.main import main\nassert main(['check', '{target}']) == 0", tmp_path)
    assert not found & HEAVY


def test_a_file_with_only_syntax_errors_needs_no_networkx(tmp_path: Path) -> None:
    (tmp_path / "slip.cnn").write_text("network {\n  conv((\n", encoding="utf-8")
    found = imported("from cnndsl.cli.main import main\nassert main(['check', 'slip.cnn']) == 1", tmp_path)
    assert not found & {"torch", "networkx"}


@pytest.mark.parametrize(
    "words",
    [
        ["compile", "lenet5_dense"],
        ["summary", "lenet5_dense", "--format", "json"],
        ["compare", "lenet5", "lenet5_dense"],
        ["sizes", "alexnet"],
        ["memory", "alexnet", "--fits", "1GiB"],
    ],
    ids=lambda words: words[0],
)
def test_what_is_known_needs_neither_torch_nor_what_draws(words: list[str], tmp_path: Path) -> None:
    found = imported(f"from cnndsl.cli.main import main\nassert main({words}) == 0", tmp_path)
    assert not found & {"torch", "numpy", "networkx", *DRAWING}


def test_a_diagram_needs_no_matplotlib(tmp_path: Path) -> None:
    found = imported("from cnndsl.cli.main import main\nassert main(['draw', 'alexnet', '-o', 'a.dot']) == 0", tmp_path)
    assert not found & {"torch", "numpy", "networkx", "matplotlib"}
