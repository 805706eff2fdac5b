"""The default rules flag none of torchvision's 68 convolutional networks but for what is named here."""

from __future__ import annotations

import importlib.util
import warnings
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from cnndsl.compiler import check
from cnndsl.lints import Selection
from cnndsl.passes.costs import totals
from cnndsl.source import Source
from cnndsl.workspace.imports import Reader

TRUE = {
    **{f"vgg{depth}_bn": {"bias-before-norm": depth - 3} for depth in (11, 13, 16, 19)},
    "mobilenet_v3_small": {"linear-composition": 1},
}
"""All convolutions of VGG with batch norm have a bias; a bottleneck of MobileNetV3 is no narrower than its input."""

SMALL = (
    *("alexnet", "convnext_tiny", "densenet121", "efficientnet_b0", "googlenet", "inception_v3", "mnasnet0_5"),
    *("mobilenet_v3_small", "regnet_y_400mf", "resnet18", "resnext50_32x4d", "shufflenet_v2_x0_5", "squeezenet1_1"),
    "vgg11_bn",
)
"""One of each family: these run always."""


@pytest.fixture(scope="module")
def traced(torchvision_models: ModuleType) -> ModuleType:
    """What writes torchvision's networks as programs."""
    found = importlib.util.spec_from_file_location("traced", Path(__file__).with_name("traced.py"))
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found.loader.exec_module(module)
    return module


def flagged(name: str, traced: ModuleType) -> dict[str, int]:
    """How often each default rule fires; the program has as many parameters as the module."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        text, parameters = traced.program(name)
    source = Source(f"{name}.cnn", text)
    checked = check(source, Reader(source, ""), lint=Selection())
    assert not [one.message for one in checked.findings if one.severity == "error"]
    assert totals(checked.networks["traced"]).params == parameters
    return dict(Counter(one.code for one in checked.findings))


@pytest.mark.parametrize("name", SMALL)
def test_one_of_each_family(name: str, traced: ModuleType) -> None:
    assert flagged(name, traced) == TRUE.get(name, {})


@pytest.mark.sweep
def test_all(traced: ModuleType) -> None:
    names = traced.convnets()
    assert len(names) == 68
    assert set(SMALL) <= set(names)
    assert {name: found for name in names if (found := flagged(name, traced))} == TRUE
