"""What the tests of the networks share: networks of the library, and of torchvision to hold them against."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from math import prod
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

import cnndsl
from cnndsl.graph import Graph, Node
from cnndsl.passes.depth import depth
from cnndsl.summary import as_json
from cnndsl.trace import Value


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


@pytest.fixture(scope="session")
def facts() -> Callable[..., Facts]:
    """Facts about a network of the library: ``facts("alexnet", sizes={"H": 227, "W": 227}, classes=10)``."""
    known: dict[str, Facts] = {}

    def find(name: str, sizes: dict[str, int] | None = None, **arguments: Any) -> Facts:
        key = f"{name} {sizes} {arguments}"
        if key not in known:
            known[key] = Facts(cnndsl.load(name)[name].configured(sizes, **arguments).ir)
        return known[key]

    return find


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], cnndsl.Network]:
    """The last network of a program."""

    def read(text: str) -> cnndsl.Network:
        path = tmp_path / "program.cnn"
        path.write_text(text, "utf-8")
        return list(cnndsl.load(str(path)).values())[-1]

    return read


@pytest.fixture
def facts_of(program: Callable[[str], cnndsl.Network]) -> Callable[[str], Facts]:
    """Facts about the last network of a program."""
    return lambda text: Facts(program(text).ir)


@pytest.fixture(scope="session")
def ours() -> Callable[[str], torch.nn.Module]:
    """Builds a network of the library from the source that is generated for it."""
    builders: dict[str, Callable[[], torch.nn.Module]] = {}

    def build(name: str) -> torch.nn.Module:
        if name not in builders:
            builders[name] = cnndsl.load(name)[name].build
        return builders[name]()

    return build


@pytest.fixture(scope="session")
def theirs(torchvision_models: ModuleType) -> Callable[[str], torch.nn.Module]:
    """Builds a network of torchvision with the weights that it draws."""

    def build(name: str) -> torch.nn.Module:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            module: torch.nn.Module = getattr(torchvision_models, name)()
        return module

    return build
