"""The memory of every bundled network, byte for byte as PyTorch has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

import cnndsl
from cnndsl.graph import Graph
from cnndsl.passes.memory import WIDTHS, memory
from cnndsl.workspace import library

NAMES = tuple(name for name, _ in library.catalogue())
SMALLEST = {"alexnet", "lenet5", "resnet50", "vgg11_bn", "vgg_a_lrn"}
LONG = {"densenet161", "densenet169", "densenet201", "densenet264", "resnet101", "resnet152"}
SOME = tuple(name if name in SMALLEST else pytest.param(name, marks=pytest.mark.sweep) for name in NAMES)
WIDER = {"H": 256, "W": 320}
FIXED = ("lenet", "nin_cifar", "alexnet_two", "inception_")
"""Those that take one size, by the beginning of the name."""
WIDENED = tuple(
    name if name in SMALLEST else pytest.param(name, marks=pytest.mark.sweep)
    for name in NAMES
    if not name.startswith(FIXED)
)


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.sweep) if n in LONG else n for n in NAMES])
def test_inference_peak_and_saved_for_backward(name: str, measure: Any) -> None:
    _compare(cnndsl.load(name)[name].ir, 1, "float32", measure)


@pytest.mark.parametrize("dtype", WIDTHS)
@pytest.mark.parametrize("name", SOME)
def test_types_and_batches(name: str, dtype: str, measure: Any) -> None:
    _compare(cnndsl.load(name)[name].ir, 3, dtype, measure)


@pytest.mark.parametrize("name", WIDENED)
def test_sizes_that_are_no_square(name: str, measure: Any) -> None:
    network = cnndsl.load(name)[name]
    _compare(network.configured(WIDER).ir, 2, "float32", measure)


@pytest.mark.parametrize("name", ["lenet5", "alexnet"])
def test_real_tensors(name: str, measure: Any) -> None:
    graph = cnndsl.load(name)[name].ir
    assert memory(graph, 2).saved_for_backward == measure(graph, 2, device="cpu").saved()


def test_masks_of_bytes_on_cuda(networks_of: Callable[[str], list[Graph]]) -> None:
    (graph,) = networks_of("network n { input x: [8]\n linear(10) -> dropout(0.5) -> linear(5) }")
    here, there = memory(graph, 3, "float32", "cpu"), memory(graph, 3, "float32", "cuda")
    assert here.saved_for_backward == 4 * 3 * 10 + 4 * 3 * 10
    assert there.saved_for_backward == 1 * 3 * 10 + 4 * 3 * 10


@pytest.mark.parametrize(
    ("name", "saved", "peak"),
    [("resnet50", 85.9, 9.63), ("densenet121", 130.4, 8.43), ("googlenet", 48.3, 6.42), ("vgg16", 73.4, 25.69)],
)
def test_figures_of_torchvision(name: str, saved: float, peak: float) -> None:
    """Megabytes an image at batch 8, measured on torchvision's modules; their saved storages have the input among them.

    Torchvision's dense block keeps every layer's own result beside the concatenation, and so needs more.
    """
    figures = memory(cnndsl.load(name)[name].ir, 8)
    assert round((figures.saved_for_backward + figures.inputs) / 8e6, 1) == saved
    found = round(figures.inference_peak / 8e6, 2)
    assert found < peak if name == "densenet121" else found == peak


def test_weights_beside_activations(measure: Any) -> None:
    graph = cnndsl.load("resnet18")["resnet18"].ir
    module: nn.Module = measure(graph, 1).module
    figures = memory(graph, 2)
    assert figures.parameters == sum(one.numel() * one.element_size() for one in module.parameters())
    assert figures.buffers == sum(one.numel() * one.element_size() for one in module.buffers())
    assert figures.inputs == 2 * 3 * 224 * 224 * 4
    assert figures.outputs["layer1.0.conv1"] == 2 * 64 * 56 * 56 * 4


def _compare(graph: Graph, batch: int, dtype: str, measure: Any) -> None:
    truth = measure(graph, batch, getattr(torch, dtype))
    figures = memory(graph, batch, dtype)
    assert figures.inference_peak == truth.flat().peak
    assert figures.saved_for_backward == truth.saved()
    assert figures.peak is None or sum(live.bytes for live in figures.peak.live) == figures.inference_peak
