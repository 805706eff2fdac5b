"""What a notebook shows of a network: a real one, run without a browser."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from cnndsl import load
from cnndsl.workspace import engine

CELLS = (
    "import warnings\nwarnings.simplefilter('error')\nimport cnndsl",
    "network = cnndsl.load('tower.cnn')['tower']\nnetwork",
    "network.summary()",
    "cnndsl.load('tower.cnn')",
    "from cnndsl.workspace import engine\n"
    "def none(dot, format): raise engine.NoEngine\n"
    "from cnndsl.workspace import drawing\n"
    "drawing.render = none\n"
    "network",
)
TOWER = """block cell(width) { conv(width, 3x3, padding=1) -> bn -> relu }

network tower(classes = 10) {
    input image: [3, H=32, W=32]
    repeat 3 { cell(8) }
    global_avgpool -> flatten -> fc: linear(classes)
}
"""


# The kernel is that of the Python that tests, whatever is installed for notebooks.
RUN = """
import sys
import nbclient
import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

class OfThisPython(KernelSpecManager):
    def get_kernel_spec(self, kernel_name):
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, name=kernel_name, display_name=kernel_name, language="python")

notebook = nbformat.read("made.ipynb", as_version=4)
manager = AsyncKernelManager(kernel_spec_manager=OfThisPython())
nbclient.NotebookClient(notebook, km=manager, timeout=120).execute()
nbformat.write(notebook, "run.ipynb")
"""


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[list[Any]]:
    """Of each cell, what it shows. It is run in a process of its own, since its sockets are left to be collected."""
    folder = tmp_path_factory.mktemp("notebook")
    (folder / "tower.cnn").write_text(TOWER, encoding="utf-8")
    nbformat.write(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS]), folder / "made.ipynb"
    )
    own = ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")
    environment = {**os.environ, **{name: str(folder / name) for name in own}}
    subprocess.run([sys.executable, "-c", RUN], cwd=folder, env=environment, check=True, timeout=200)
    return [cell.outputs for cell in nbformat.read(folder / "run.ipynb", as_version=4).cells]


def test_a_network_is_shown_as_svg_png_and_text(outputs: list[list[Any]]) -> None:
    (shown,) = outputs[1]
    assert "<svg" in shown.data["image/svg+xml"]
    assert "cell" in shown.data["image/svg+xml"]
    assert base64.b64decode(shown.data["image/png"]).startswith(b"\x89PNG\r\n")
    assert shown.data["text/plain"] == "<network tower of tower.cnn>"


def test_a_summary_is_shown_as_a_table(outputs: list[list[Any]]) -> None:
    (shown,) = outputs[2]
    assert "<table" in shown.data["text/html"]
    assert "</table>" in shown.data["text/html"]
    params = (27 * 8 + 8 + 16) + 2 * (72 * 8 + 8 + 16) + 90
    assert f"{params:,}" in shown.data["text/html"]
    assert f"{params:,}" in shown.data["text/plain"]


def test_what_load_gives_is_shown_as_text(outputs: list[list[Any]]) -> None:
    (shown,) = outputs[3]
    assert shown.data == {"text/plain": "{'tower': <network tower of tower.cnn>}"}


def test_without_graphviz_the_text_is_shown_alone(outputs: list[list[Any]]) -> None:
    (shown,) = outputs[4]
    assert shown.data == {"text/plain": "<network tower of tower.cnn>"}


def test_nothing_is_printed_or_warned(outputs: list[list[Any]]) -> None:
    assert outputs[0] == []
    assert {one.output_type for cell in outputs for one in cell} == {"execute_result"}


def test_a_network_that_is_too_large_is_shown_as_text(tmp_path: Path) -> None:
    path = tmp_path / "long.cnn"
    path.write_text(
        "network long {\n    input x: [8, 8, 8]\n"
        "    for i in range(6000) { conv(1 + i * i % 97, 3x3, padding=1) -> maxpool(3x3, stride=1, padding=1) }\n}\n",
        encoding="utf-8",
    )
    network = load(path)["long"]
    assert network._repr_svg_() is None
    assert network._repr_png_() is None
    assert repr(network) == "<network long of " + str(path) + ">"


def test_an_engine_that_fails_does_not_break_the_display(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(dot: str, format: str) -> bytes:
        raise engine.EngineError("dot failed")

    monkeypatch.setattr("cnndsl.workspace.drawing.render", fail)
    assert load("lenet5_dense")["lenet5_dense"]._repr_svg_() is None
