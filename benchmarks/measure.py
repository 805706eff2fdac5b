"""CPU time of processes, side by side: the commands take turns, the median of each counts."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
CNN = (sys.executable, "-c", "import sys; from cnndsl.cli.main import main; sys.exit(main())")
"""The command line as its entry point runs it."""


def seconds(commands: Mapping[str, Sequence[str]], rounds: int = 15) -> dict[str, float]:
    """User and system time of each command, its median; a first round fills the caches and does not count."""
    found: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            spent = _one(command)
            if turn:
                found[name].append(spent)
    return {name: median(values) for name, values in found.items()}


def _one(command: Sequence[str]) -> float:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=environment, cwd=HERE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
