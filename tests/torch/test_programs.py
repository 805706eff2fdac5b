"""Random programs: what is generated computes what the graph says, and is the same text every time.

A program is drawn from a seed, so a failure can be repeated: ``pytest tests/torch -k "test_program[17]"``.
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from cnndsl.source import Source
from cnndsl.syntax.parser import parse

AUTHOR = Path(__file__).with_name("author")
GENERATE = """
import random, sys, hashlib
sys.path.insert(0, sys.argv[1])
from author import Author as author
from cnndsl.backends.torch import generate
from cnndsl.compiler import check
from cnndsl.source import Source
for seed in range(8):
    checked = check(Source("", author(random.Random(seed)).program()), lambda *_: None)
    if not any(finding.severity == "error" for finding in checked.findings):
        print(hashlib.sha256(generate(list(checked.networks.values())).encode()).hexdigest())
"""


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize(
    "seed", [*range(30), *(pytest.param(seed, marks=pytest.mark.sweep) for seed in range(30, 1000))]
)
def test_program(seed: int, author: Any, program: Any) -> None:
    text = author(random.Random(seed)).program()
    torch.manual_seed(seed)
    case = program.valid(text)
    if case is None:
        pytest.skip("the author wrote something that is not valid")
    assert case.text() == program(text).text()
    case.check()


def test_most_programs_are_valid(author: Any, program: Any) -> None:
    valid = [program.valid(author(random.Random(seed)).program()) is not None for seed in range(30)]
    assert sum(valid) > 20
    assert not any(parse(Source("", author(random.Random(seed)).program()))[1] for seed, ok in enumerate(valid) if ok)


def test_text_does_not_depend_on_the_hash_seed() -> None:
    texts = []
    for seed in ("0", "1"):
        command = [sys.executable, "-c", GENERATE, str(AUTHOR.parent)]
        done = subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True)
        texts.append(done.stdout)
    assert texts[0] == texts[1]
    assert len(texts[0].split()[0]) == len(hashlib.sha256().hexdigest())


def test_programs_pass_ruff(author: Any, program: Any, tmp_path: Path) -> None:
    for seed in range(30):
        case = program.valid(author(random.Random(seed)).program())
        if case is not None:
            (tmp_path / f"seed{seed}.py").write_text(case.text(), "utf-8")
    for job in (["check", "--ignore", "F841"], ["format", "--diff"]):  # a program may compute what it never uses
        command = [sys.executable, "-m", "ruff", *job, "--isolated", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
