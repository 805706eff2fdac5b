"""A bug on PyTorch: real tensors on the CPU, in training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from shapebugs.bug import Bug, Layer, Untranslatable
from shapebugs.spelling import JOINS


class Run(NamedTuple):
    """Where PyTorch stopped and what it said, the shapes until then, and the shape of the result; no batch."""

    failed_at: str | None
    error: str | None
    shapes: dict[str, list[int]]
    output: list[int] | None


def run(bug: Bug) -> Run:
    """``bug`` in training mode, on inputs of ones; modules are made where they are reached."""
    batch = bug.facts.get("torch", {}).get("batch", 2)
    values = {name: torch.ones(batch, *sizes) for name, sizes in bug.inputs.items()}
    shapes = {name: list(sizes) for name, sizes in bug.inputs.items()}
    with torch.no_grad():
        for layer in bug.layers:
            try:
                values[layer.name] = _apply(layer, *(values[name] for name in layer.inputs))
            except (RuntimeError, ValueError, IndexError) as stop:
                return Run(layer.name, f"{type(stop).__name__}: {stop}", shapes, None)
            shapes[layer.name] = list(values[layer.name].shape[1:])
    return Run(None, None, shapes, shapes[bug.output])


def _apply(layer: Layer, *operands: Tensor) -> Tensor:
    arguments = dict(layer.arguments)
    if layer.op in JOINS and len(operands) > 1:
        return _joined(JOINS[layer.op], operands, arguments.get("dim", 1))
    if layer.op in _FUNCTIONS:
        return _FUNCTIONS[layer.op](operands[0], **arguments)
    if layer.op in _MODULES:
        module, names = _MODULES[layer.op]
        made: nn.Module = module(**{names.get(key, key): value for key, value in arguments.items()})
        result: Tensor = made(operands[0])
        return result
    raise Untranslatable(f"no execution of {layer.op}")


def _joined(name: str, operands: tuple[Tensor, ...], dim: int) -> Tensor:
    if name == "concat":
        return torch.cat(operands, dim)
    first, *others = operands
    for other in others:
        first = {"add": torch.add, "mul": torch.mul, "sub": torch.sub, "maximum": torch.maximum}[name](first, other)
    return first


_WINDOW = {"k": "kernel_size", "s": "stride", "p": "padding", "d": "dilation", "ceil": "ceil_mode"}
_CONV = {**_WINDOW, "in": "in_channels", "out": "out_channels"}
_NORM = {"features": "num_features", "in": "num_features"}
_SIZE = {"out": "output_size", "size": "output_size"}

_MODULES: dict[str, tuple[Callable[..., nn.Module], dict[str, str]]] = {
    "conv1d": (nn.Conv1d, _CONV),
    "conv2d": (nn.Conv2d, _CONV),
    "conv3d": (nn.Conv3d, _CONV),
    "conv_transpose1d": (nn.ConvTranspose1d, _CONV),
    "conv_transpose2d": (nn.ConvTranspose2d, _CONV),
    "conv_transpose3d": (nn.ConvTranspose3d, _CONV),
    "maxpool1d": (nn.MaxPool1d, _WINDOW),
    "maxpool2d": (nn.MaxPool2d, _WINDOW),
    "maxpool3d": (nn.MaxPool3d, _WINDOW),
    "avgpool1d": (nn.AvgPool1d, _WINDOW),
    "avgpool2d": (nn.AvgPool2d, _WINDOW),
    "avgpool3d": (nn.AvgPool3d, _WINDOW),
    "adaptive_avgpool3d": (nn.AdaptiveAvgPool3d, _SIZE),
    "adaptive_avgpool2d": (nn.AdaptiveAvgPool2d, _SIZE),
    "adaptive_maxpool2d": (nn.AdaptiveMaxPool2d, _SIZE),
    "linear": (nn.Linear, {"in": "in_features", "out": "out_features"}),
    "bn1d": (nn.BatchNorm1d, _NORM),
    "bn2d": (nn.BatchNorm2d, _NORM),
    "bn3d": (nn.BatchNorm3d, _NORM),
    "instance_norm2d": (nn.InstanceNorm2d, _NORM),
    "group_norm": (nn.GroupNorm, {"groups": "num_groups", "channels": "num_channels"}),
    "relu": (nn.ReLU, {}),
    "leaky_relu": (nn.LeakyReLU, {"slope": "negative_slope"}),
    "elu": (nn.ELU, {}),
    "sigmoid": (nn.Sigmoid, {}),
    "tanh": (nn.Tanh, {}),
    "softmax": (nn.Softmax, {}),
    "log_softmax": (nn.LogSoftmax, {}),
    "dropout": (nn.Dropout, {"rate": "p"}),
    "dropout2d": (nn.Dropout2d, {"rate": "p"}),
    "flatten": (nn.Flatten, {}),
    "upsample": (nn.Upsample, {"scale": "scale_factor"}),
    "pixel_shuffle": (nn.PixelShuffle, {"r": "upscale_factor"}),
    "zero_pad2d": (nn.ZeroPad2d, {"p": "padding", "pad": "padding"}),
    "identity": (nn.Identity, {}),
}


def _pad(x: Tensor, pad: Any) -> Tensor:
    return F.pad(x, pad if isinstance(pad, list) else [pad] * 4)


_FUNCTIONS: dict[str, Callable[..., Tensor]] = {
    "reshape": lambda x, shape: x.reshape(len(x), *shape),
    "view": lambda x, shape: x.view(len(x), *shape),
    "permute": lambda x, dims: x.permute(*dims),
    "transpose": lambda x, dims: x.transpose(*dims),
    "unsqueeze": lambda x, dim: x.unsqueeze(dim),
    "global_avgpool2d": lambda x: F.adaptive_avg_pool2d(x, 1),
    "mean": lambda x, dim, keepdim=False: x.mean(dim, keepdim),
    "pad": _pad,
}
