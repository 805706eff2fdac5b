"""torchvision, as the other side of a comparison.

Its wheel is built against a GPU build of PyTorch; with another one it loads if two operations that it looks for, and
no classification network uses, are declared first.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType

import torch


@cache
def torchvision_models() -> ModuleType:
    """The module ``torchvision.models``."""
    library = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _KEPT.append(library)
    import torchvision.models

    return torchvision.models


_KEPT: list[object] = []
