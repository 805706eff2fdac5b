"""What the tests of the networks share: networks of the library, and of torchvision to hold them against."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from math import prod
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from cnndsl.compiler import check
from cnndsl.graph import Graph, Node
from cnndsl.source import Source
from cnndsl.passes.depth import depth
from cnndsl.summary import as_json
from cnndsl.trace import Value


LIBRARY = Path(__file__).parents[2] / "architectures"


class Facts:
    """Shapes and counts of a network by the names of its steps."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.summary: dict[str, Any] = as_json(graph)
        self.rows: dict[str, dict[str, Any]] = {row["name"]: row for row in self.summary["nodes"]}
        self.params: int = self.summary["params"]
        self.params_without_biases: int = self.summary["params_without_biases"]
        self.buffers: int = self.summary["buffers"]
        self.macs: int = self.summary["macs"]
        self.depth = depth(graph)

    @property
    def output(self) -> list[int]:
        """The shape of the last output that is there at inference."""
        training = self.summary["training_outputs"]
        sizes: list[int] = [shape for name, shape in self.summary["outputs"].items() if name not in training][-1]
        return sizes

    def shape(self, step: str) -> list[int]:
        """Of the result of an operation."""
        sizes: list[int] = self.rows[step]["output"]
        return sizes

    def block(self, step: str) -> list[int]:
        """Of the result of an applied block."""
        return list(self.graph.shapes[Value(step)].sizes)

    def under(self, path: str, what: str) -> int:
        """The sum of a column over the operation, the group or the block at ``path``."""
        return sum(row[what] for name, row in self.rows.items() if name == path or name.startswith(f"{path}."))

    def biases_under(self, path: str) -> int:
        """How many of the parameters at ``path`` are biases."""
        return sum(
            prod(weight.sizes)
            for name, graph, node in _walk(self.graph)
            if name == path or name.startswith(f"{path}.")
            for weight in node.operation.weights(*graph.operand_shapes(node) or ())
            if weight.name == "bias"
        )


def _walk(graph: Graph, prefix: str = "") -> Iterator[tuple[str, Graph, Node]]:
    for node in graph:
        if node.graph is not None:
            yield from _walk(node.graph, f"{prefix}{node.name}.")
        elif node.operation is not None:
            yield prefix + node.name, graph, node


def _read(module: str, source: Source) -> Source | None:
    """A file of the bundled library."""
    path = LIBRARY / f"{module}.cnn"
    return Source(str(path), path.read_text("utf-8")) if path.exists() else None


def _check(source: Source, network: str | None = None, **changes: Any) -> dict[str, Graph]:
    checked = check(source, _read, network, **changes)
    assert not [finding for finding in checked.findings if finding.severity != "note"]
    return checked.networks


@pytest.fixture(scope="session")
def facts() -> Callable[..., Facts]:
    """Facts about a network of the library: ``facts("alexnet", sizes={"H": 227, "W": 227}, classes=10)``."""
    known: dict[str, Facts] = {}
    homes = {
        name: Source(str(path), path.read_text("utf-8"))
        for path in LIBRARY.glob("*.cnn")
        for name in re.findall(r"^network (\w+)", path.read_text("utf-8"), re.MULTILINE)
    }

    def find(name: str, sizes: dict[str, int] | None = None, **arguments: Any) -> Facts:
        key = f"{name} {sizes} {arguments}"
        if key not in known:
            known[key] = Facts(_check(homes[name], name, sizes=sizes, arguments=arguments)[name])
        return known[key]

    return find


@pytest.fixture(scope="session")
def facts_of() -> Callable[[str], Facts]:
    """Facts about the last network of a program."""
    return lambda text: Facts(list(_check(Source("test.cnn", text)).values())[-1])


@pytest.fixture(scope="session")
def torchvision_models() -> Iterator[ModuleType]:
    """``torchvision.models``; the two operators that its import looks for are declared first."""
    library = torch.library.Library("torchvision", "FRAGMENT")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torchvision import models
    yield models
    del library


@pytest.fixture(scope="session")
def theirs(torchvision_models: ModuleType) -> Callable[[str], torch.nn.Module]:
    """Builds a network of torchvision with the weights that it draws."""

    def build(name: str) -> torch.nn.Module:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            module: torch.nn.Module = getattr(torchvision_models, name)()
        return module

    return build
