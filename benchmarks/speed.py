"""Generated modules against torchvision's: eager, float32, CPU, one thread, taking turns; outputs must be equal."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import process_time

import torch
from torch import Tensor, nn

import cnndsl
from reference import torchvision_models

NETWORKS = ("alexnet", "vgg11", "vgg16_bn", "resnet18", "resnet50", "densenet121", "googlenet")
IMAGES = 2


def rows(rounds: int = 15) -> list[tuple[str, str, str]]:
    """Lines of the table: what, figure, limit."""
    torch.set_num_threads(1)
    found = []
    for name in NETWORKS:
        own, other = pair(name)
        images = torch.rand(IMAGES, 3, 224, 224)
        with torch.no_grad():
            if not torch.equal(own(images), other(images)):
                raise SystemExit(f"{name}: the outputs differ")
            ratio = compare(lambda model, images=images: model(images), own, other, rounds)
        found.append((f"time of inference, {name}: generated : torchvision", f"{ratio:.3f}", "at most 1.02"))
    return found


def pair(name: str) -> tuple[nn.Module, nn.Module]:
    """Our module and torchvision's with the same weights."""
    options = {"transform_input": False, "init_weights": True} if name == "googlenet" else {}
    other: nn.Module = getattr(torchvision_models(), name)(weights=None, **options)
    own = cnndsl.load(name)[name].build()
    own.load_state_dict(other.state_dict())
    return own.eval(), other.eval()


def compare(run: Callable[[nn.Module], Tensor], own: nn.Module, other: nn.Module, rounds: int) -> float:
    """The median over rounds of our CPU time to theirs; who begins alternates."""
    ratios = []
    for turn in range(rounds + 1):
        times = {}
        for model in (own, other) if turn % 2 else (other, own):
            start = process_time()
            run(model)
            times[model] = process_time() - start
        if turn:
            ratios.append(times[own] / times[other])
    return median(ratios)


if __name__ == "__main__":
    for row in rows():
        print(*row, sep=" | ")
