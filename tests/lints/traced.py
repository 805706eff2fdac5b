"""torchvision's convolutional networks as programs: traced by ``torch.fx``, written step by step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import torch
import torchvision
from torch import fx, nn
from torchvision.models import list_models, regnet, shufflenetv2

FAMILIES = (
    *("alexnet", "vgg", "resnet", "resnext", "wide_resnet", "squeezenet", "densenet", "inception", "googlenet"),
    *("shufflenet", "mobilenet", "mnasnet", "efficientnet", "regnet", "convnext"),
)


def convnets() -> list[str]:
    """The names of the classification networks made of convolutions: the bug study of this project counts 68."""
    return sorted(name for name in list_models(module=torchvision.models) if name.startswith(FAMILIES))


class _Tracer(fx.Tracer):
    def is_leaf_module(self, module: nn.Module, name: str) -> bool:
        return type(module).__name__ in _MODULES


def program(name: str) -> tuple[str, int]:
    """The network of this name in inference, but with its dropouts, and how many parameters it has."""
    quiet = {"aux_logits": False, "init_weights": False} if name.startswith(("inception", "googlenet")) else {}
    with torch.device("meta"), patch.object(regnet.BlockParams, "from_init_params", _counted):
        model = torchvision.models.get_model(name, weights=None, **quiet).eval()
    with patch.object(shufflenetv2, "channel_shuffle", _shuffle):
        graph = _Tracer().trace(model)
    modules = dict(model.named_modules())
    lines = list(_lines(graph, modules))
    imports = ["import blocks: channel_shuffle", ""] if any("channel_shuffle" in line for line in lines) else []
    text = "\n".join([*imports, "network traced {", *lines, "}", ""])
    return text, sum(parameter.numel() for parameter in model.parameters())


_from_init_params = regnet.BlockParams.from_init_params


def _counted(*arguments: Any, **named: Any) -> Any:
    """Widths are computed with tensors, whose values are looked at."""
    with torch.device("cpu"):
        return _from_init_params(*arguments, **named)


def _shuffle(x: Any, groups: int) -> Any:
    return x.tracer.create_proxy("call_function", _shuffle, (x, groups), {})


def _lines(graph: fx.Graph, modules: dict[str, nn.Module]) -> Iterator[str]:
    flow: fx.Node | None = None
    for node in graph.nodes:
        if _skipped(node):
            continue
        if node.op == "placeholder":
            size = 299 if any("Mixed_7c" in name for name in modules) else 224
            yield f"    input {node.name}: [3, H={size}, W={size}]"
            flow = node
        elif node.op in ("call_module", "call_function", "call_method"):
            spelled, operands = _spelled(node, modules)
            if len(operands) > 1:
                branches = "".join(f"        from {operand.name}\n" for operand in operands)
                yield f"    {node.name}: {spelled} {{\n{branches}    }}"
            else:
                start = "" if operands[0] is flow else f"from {operands[0].name} -> "
                yield f"    {start}{node.name}: {spelled}"
            flow = node


def _skipped(node: fx.Node) -> bool:
    """A parameter that is read where it is used, halves that are taken apart, a concatenation of one."""
    return node.op == "get_attr" or _called(node) == "chunk" or (_called(node) == "cat" and len(node.args[0]) == 1)  # type: ignore[arg-type]


def _called(node: fx.Node) -> str:
    if node.op not in ("call_function", "call_method"):
        return ""
    return node.target if isinstance(node.target, str) else node.target.__name__  # type: ignore[union-attr]


def _read(node: fx.Node) -> fx.Node:
    """The node whose result is read, behind a concatenation of one."""
    while _skipped(node):
        (node,) = node.args[0]  # type: ignore[misc, union-attr, assignment]
    return node


def _spelled(node: fx.Node, modules: dict[str, nn.Module]) -> tuple[str, list[fx.Node]]:
    """The step, and the nodes that it reads."""
    if _called(node) == "getitem":
        halves, index = node.args
        return f"split(2, {index})", [halves.args[0]]  # type: ignore[union-attr, list-item]
    operands = [_read(one) for one in node.args if isinstance(one, fx.Node) and one.op != "get_attr"]
    if node.op == "call_module":
        module = modules[str(node.target)]
        return _MODULES[type(module).__name__](module), operands
    target = _called(node)
    if target == "cat":
        return "concat", [_read(one) for one in node.args[0]]  # type: ignore[arg-type]
    if target == "mul" and len(operands) == 1:
        numbers = [one for one in node.args if not isinstance(one, fx.Node)]
        return f"mul({numbers[0]})" if numbers else "scale", operands
    return _FUNCTIONS[target](node), operands


def _pair(value: Any) -> str:
    return "x".join(map(str, value)) if isinstance(value, tuple) else f"{value}x{value}"


def _list(value: Any) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple) else str(value)


def _conv(module: Any) -> str:
    return (
        f"conv({module.out_channels}, {_pair(module.kernel_size)}, stride={_list(module.stride)},"
        f" padding={_list(module.padding)}, dilation={_list(module.dilation)}, groups={module.groups},"
        f" bias={str(module.bias is not None).lower()})"
    )


def _pool(module: Any) -> str:
    sizes = f"{_pair(module.kernel_size)}, stride={_list(module.stride)}, padding={_list(module.padding)}"
    return f"({sizes}, ceil_mode={str(module.ceil_mode).lower()})"


def _windows(node: fx.Node) -> str:
    names = ("kernel_size", "stride", "padding")
    given = {**dict(zip(names, node.args[1:], strict=False)), **node.kwargs}
    return f"({', '.join(f'{name}={_list(given[name])}' for name in names if given.get(name) is not None)})"


_MODULES: dict[str, Any] = {
    "Conv2d": _conv,
    "BatchNorm2d": lambda module: "bn",
    "LayerNorm2d": lambda module: "layer_norm",
    "LayerNorm": lambda module: "layer_norm",
    "ReLU": lambda module: "relu",
    "ReLU6": lambda module: "relu6",
    "Hardswish": lambda module: "hard_swish",
    "Hardsigmoid": lambda module: "hard_sigmoid",
    "Sigmoid": lambda module: "sigmoid",
    "SiLU": lambda module: "silu",
    "GELU": lambda module: "gelu",
    "MaxPool2d": lambda module: f"maxpool{_pool(module)}",
    "AvgPool2d": lambda module: f"avgpool{_pool(module)}",
    "AdaptiveAvgPool2d": lambda module: f"adaptive_avgpool({_pair(module.output_size)})",
    "Linear": lambda module: f"linear({module.out_features}, bias={str(module.bias is not None).lower()})",
    "Dropout": lambda module: f"dropout({module.p})",
    "StochasticDepth": lambda module: f"stochastic_depth({module.p})",
    "Flatten": lambda module: "flatten",
    "Permute": lambda module: f"permute({', '.join(map(str, module.dims[1:]))})",
    "Identity": lambda module: "identity",
}

_FUNCTIONS: dict[str, Any] = {
    "relu": lambda node: "relu",
    "add": lambda node: "add",
    "iadd": lambda node: "add",
    "mul": lambda node: "mul",
    "flatten": lambda node: "flatten",
    "dropout": lambda node: "dropout",
    "mean": lambda node: "mean([2, 3])",
    "max_pool2d": lambda node: f"maxpool{_windows(node)}",
    "avg_pool2d": lambda node: f"avgpool{_windows(node)}",
    "adaptive_avg_pool2d": lambda node: "global_avgpool",
    "_shuffle": lambda node: f"channel_shuffle({node.args[1]})",
}
