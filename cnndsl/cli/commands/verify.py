"""``cnn verify``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec

from cnndsl.backends.torch import generate
from cnndsl.backends.torch.context import identifier
from cnndsl.cli.expectation import promise
from cnndsl.cli.failure import Failure
from cnndsl.cli.programs import only, sound
from cnndsl.graph import Graph

_MOST = 40
_NO_DEVICE = 3


def run(options: argparse.Namespace) -> int:
    """Compare the generated module, as PyTorch runs it, with the static tables."""
    _, checked = sound(options.target, options)
    graph = only(options.target, checked)
    if find_spec("torch") is None:
        raise Failure("verify needs PyTorch, which is not installed here", 2, "pip install torch")
    promised = promise(graph)
    done = _compare(graph, {**promised._asdict(), "function": identifier(graph.name)}, options)
    differences = done.stdout.splitlines()
    if done.returncode == _NO_DEVICE:
        raise Failure(f"--device {options.device}: {' '.join(differences)}", 2)
    if done.returncode not in (0, 1) or (done.returncode == 1 and done.stderr):
        why = (done.stderr.strip().splitlines() or [f"it ended with status {done.returncode}"])[-1]
        raise Failure(f"the module of {graph.name} does not run: {why}")
    for line in differences[:_MOST]:
        print(line)
    if len(differences) > _MOST:
        print(f"... and {len(differences) - _MOST} more")
    if differences:
        print(f"{graph.name} on {options.device}: {len(differences)} difference{'s' * (len(differences) > 1)}")
        return 1
    print(f"{graph.name} on {options.device}: as promised")
    print(
        f"  {len(promised.results):,} shapes, {len(promised.weights):,} tensors of the state_dict, forward and backward"
    )
    print(f"  {promised.params:,} parameters, {promised.buffers:,} buffers, {promised.macs:,} MACs")
    return 0


def _compare(
    graph: Graph, expected: dict[str, object], options: argparse.Namespace
) -> subprocess.CompletedProcess[str]:
    script = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "comparison.py")
    with tempfile.TemporaryDirectory(prefix="cnn-verify-") as folder:
        for name, text in (("network.py", generate([graph])), ("promise.json", json.dumps(expected))):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
                stream.write(text)
        command = [sys.executable, "-I", "-W", "ignore", script, folder, options.device]
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=options.timeout, check=False)
        except subprocess.TimeoutExpired:
            raise Failure(
                f"{graph.name} is not done after {options.timeout:g} s; --timeout sets another limit"
            ) from None
