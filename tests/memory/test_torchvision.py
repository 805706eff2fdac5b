"""The same figures on torchvision's own modules, where they take the same steps."""

from __future__ import annotations

import warnings
from types import ModuleType
from typing import Any

import pytest
import torch

import cnndsl
from cnndsl.passes.memory import memory

SMALLEST = ("alexnet", "googlenet", "resnet18", "vgg11_bn")
OTHERS = (
    *("vgg11", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn"),
    *("resnet34", "resnet50", "resnet101", "resnet152", "densenet121", "densenet161", "densenet169", "densenet201"),
)


@pytest.mark.parametrize("name", [*SMALLEST, *(pytest.param(one, marks=pytest.mark.sweep) for one in OTHERS)])
def test_theirs(name: str, measure: Any, torchvision_models: ModuleType) -> None:
    with warnings.catch_warnings(), torch.device("meta"):
        warnings.simplefilter("ignore")
        theirs = measure.of(getattr(torchvision_models, name)(), [torch.empty(2, 3, 224, 224)])
    figures = memory(cnndsl.load(name)[name].ir, 2)
    assert theirs.saved() == figures.saved_for_backward
    if name.startswith("densenet"):
        assert theirs.flat().peak > figures.inference_peak  # they keep what they concatenate
    else:
        assert theirs.flat().peak == figures.inference_peak
