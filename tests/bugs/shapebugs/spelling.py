"""How a layer of the corpus is written in the language, with what its author wrote and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shapebugs.bug import Layer, Untranslatable

Arguments = Mapping[str, Any]

JOINS = {
    **dict.fromkeys(("add", "sum_of", "plus"), "add"),
    **dict.fromkeys(("mul", "multiply"), "mul"),
    **dict.fromkeys(("sub", "subtract"), "sub"),
    **dict.fromkeys(("maximum", "max"), "maximum"),
    **dict.fromkeys(("cat", "concat", "concatenate"), "concat"),
}
"""Joins, as they are called in other places."""

RANKS = {"1d": 1, "2d": 2, "3d": 3}

_NAMES = {
    "start": "start_dim", "end": "end_dim",
    "in": "in_channels", "out": "out_channels", "k": "kernel_size", "s": "stride", "p": "padding", "d": "dilation",
    "ceil": "ceil_mode", "scale": "scale_factor", "features": "num_features", "channels": "num_channels",
    "rate": "p", "g": "groups", "slope": "negative_slope", "r": "upscale_factor", "factor": "scale_factor",
}  # fmt: skip
"""The short names of arguments, and the language's."""

_PLAIN = {
    "relu": "relu", "relu6": "relu6", "elu": "elu", "gelu": "gelu", "silu": "silu", "swish": "silu", "mish": "mish",
    "sigmoid": "sigmoid", "tanh": "tanh", "hardswish": "hard_swish", "hard_swish": "hard_swish",
    "hardsigmoid": "hard_sigmoid", "hard_sigmoid": "hard_sigmoid", "leaky_relu": "leaky_relu", "prelu": "prelu",
    "global_avgpool": "global_avgpool", "global_avgpool2d": "global_avgpool", "gap": "global_avgpool",
    "global_average_pooling2d": "global_avgpool", "lrn": "lrn", "local_response_norm": "lrn",
    "identity": "identity",
    "softmax": "softmax", "log_softmax": "log_softmax", "pixel_shuffle": "pixel_shuffle",
    "upsample": "upsample", "interpolate": "upsample", "upsampling2d": "upsample", "flatten": "flatten",
}  # fmt: skip
"""Operations whose arguments go over by name."""


def call(layer: Layer, rank: int | None) -> str:
    """``layer`` as a call of the language; ``rank`` is the number of axes of what it reads, where that is known."""
    op, dims = _family(layer.op)
    if layer.op in JOINS and "value" in layer.arguments:
        return f"{JOINS[layer.op]}({layer.arguments['value']})"
    for family, write in _WRITERS.items():
        if op in family.split():
            return write(layer, dims, rank)
    if op in _PLAIN:
        return _call(_PLAIN[op], [], _named(layer.arguments))
    raise Untranslatable(f"the language has no {layer.op}")


def _family(op: str) -> tuple[str, int]:
    """``conv2d`` is a convolution over 2 axes."""
    for ending, dims in RANKS.items():
        if op.endswith(ending):
            return op.removesuffix(ending).rstrip("_"), dims
    return op, 2


def _call(name: str, positional: list[str], named: Arguments) -> str:
    written = [*positional, *(f"{key}={_value(value)}" for key, value in named.items())]
    return f"{name}({', '.join(written)})" if written else name


def _named(arguments: Arguments, *without: str) -> dict[str, Any]:
    return {_NAMES.get(key, key): value for key, value in arguments.items() if key not in without}


def _value(value: Any) -> str:
    """A number, a truth, a text, a size or a list of the language."""
    if value is None or isinstance(value, bool):
        return {None: "none", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list | tuple):
        if len(value) == 2 and all(isinstance(one, int) and one >= 0 for one in value):
            return "x".join(map(str, value))
        return f"[{', '.join(map(_value, value))}]"
    return str(value)


def _window(value: Any, dims: int) -> str:
    """A kernel is written with all its sides: 3x3."""
    if isinstance(value, list | tuple):
        return "x".join(map(str, value))
    return "x".join([str(value)] * dims)


def _conv(layer: Layer, dims: int, rank: int | None) -> str:
    transposed = "transpose" in layer.op or layer.op.startswith("deconv")
    name = ("conv_transpose" if transposed else "conv") + (f"{dims}d" if dims != 2 else "")
    given = dict(layer.arguments)
    if given.get("p") == "valid":
        del given["p"]
    order = ["s", "p", "output_padding", "groups", "bias", "d"] if transposed else ["s", "p", "d", "groups", "bias"]
    arguments = {key: given[key] for key in order if key in given}
    arguments |= {key: value for key, value in given.items() if key not in (*order, "in", "out", "k")}
    if "in" in given:
        arguments["in"] = given["in"]
    return _call(name, [str(given["out"]), _window(given["k"], dims)], _named(arguments))


def _depthwise(layer: Layer, dims: int, rank: int | None) -> str:
    given = dict(layer.arguments)
    channels = given["in"]
    given |= {"out": given.pop("out", channels * given.pop("multiplier", 1)), "groups": channels}
    return _conv(layer._replace(op=f"conv{dims}d", arguments=given), dims, rank)


def _linear(layer: Layer, dims: int, rank: int | None) -> str:
    given = layer.arguments
    named = {"bias": given["bias"]} if "bias" in given else {}
    named |= {"in_features": given["in"]} if "in" in given else {}
    return _call("linear", [str(given["out"])], named)


def _pool(layer: Layer, dims: int, rank: int | None) -> str:
    name = "maxpool" if layer.op.startswith("max") else "avgpool"
    given = layer.arguments
    return _call(name, [_window(given["k"], dims)], _named(given, "k"))


def _adaptive(layer: Layer, dims: int, rank: int | None) -> str:
    size = next((value for key, value in layer.arguments.items() if key in ("size", "out", "output_size")), 1)
    name = "adaptive_maxpool" if "max" in layer.op else "adaptive_avgpool"
    return _call(name, [_window(size, dims) if size != 1 else "1"], {})


def _norm(layer: Layer, dims: int, rank: int | None) -> str:
    name = "instance_norm" if layer.op.startswith("instance") else "bn"
    return _call(name, [], _counted(layer, "num_features"))


def _group_norm(layer: Layer, dims: int, rank: int | None) -> str:
    return _call("group_norm", [str(layer.arguments["groups"])], _counted(layer, "num_channels"))


def _counted(layer: Layer, name: str) -> Arguments:
    """The channels that the author counted, under the language's name."""
    counted = [value for key, value in layer.arguments.items() if key in ("features", "channels", "in")]
    return {name: counted[0]} if counted else {}


def _layer_norm(layer: Layer, dims: int, rank: int | None) -> str:
    if rank != 1:
        raise Untranslatable("the language's layer_norm normalises C, and this one names its axes")
    return "layer_norm"


def _reshape(layer: Layer, dims: int, rank: int | None) -> str:
    return _call("reshape", [f"[{', '.join(map(str, layer.arguments['shape']))}]"], {})


def _permute(layer: Layer, dims: int, rank: int | None) -> str:
    order = layer.arguments["dims"]
    if layer.op == "transpose":
        if rank is None or len(order) != 2:
            raise Untranslatable("a transpose of a value of unknown rank")
        one, other = (axis % (rank + 1) for axis in order)
        swapped = {one: other, other: one}
        order = [swapped.get(axis, axis) for axis in range(rank + 1)]
    return _call("permute", [f"[{', '.join(map(str, order))}]"], {})


def _unsqueeze(layer: Layer, dims: int, rank: int | None) -> str:
    if rank is None:
        raise Untranslatable("an unsqueeze of a value of unknown rank")
    axis = layer.arguments["dim"] % (rank + 2)
    if axis == 0:
        raise Untranslatable("the language does not write the batch, and this is an axis in front of it")
    return f"unflatten({axis}, [1, -1])" if axis <= rank else f"unflatten({rank}, [-1, 1])"


def _squeeze(layer: Layer, dims: int, rank: int | None) -> str:
    if layer.arguments:
        raise Untranslatable("the language has no squeeze of one axis")
    return "flatten"


def _dropout(layer: Layer, dims: int, rank: int | None) -> str:
    name = "dropout2d" if layer.op.endswith("2d") else "dropout"
    return _call(name, [str(value) for value in layer.arguments.values()], {})


def _pad(layer: Layer, dims: int, rank: int | None) -> str:
    sides = next(value for key, value in layer.arguments.items() if key in ("pad", "p", "padding"))
    sides = sides if isinstance(sides, int) else f"[{', '.join(map(str, sides))}]"
    modes = {"reflection": "reflect", "replication": "replicate"}
    mode = next((mode for word, mode in modes.items() if layer.op.startswith(word)), None)
    return _call("pad", [str(sides)], {"mode": mode} if mode else _named(layer.arguments, "pad", "p", "padding"))


def _crop(layer: Layer, dims: int, rank: int | None) -> str:
    return _call("center_crop", [_window(layer.arguments["size"], 2)], {})


def _reduction(layer: Layer, dims: int, rank: int | None) -> str:
    axes = layer.arguments["dim"]
    axes = axes if isinstance(axes, list) else [axes]
    return _call(layer.op, [f"[{', '.join(map(str, axes))}]"], _named(layer.arguments, "dim"))


Writer = Callable[[Layer, int, "int | None"], str]

_WRITERS: dict[str, Writer] = {
    "conv conv_transpose convtranspose deconv conv_transposed": _conv,
    "depthwise_conv": _depthwise,
    "linear dense fc": _linear,
    "maxpool avgpool max_pool avg_pool": _pool,
    "adaptive_avgpool adaptive_maxpool adaptive_avg_pool adaptive_max_pool global_maxpool global_max_pool": _adaptive,
    "bn batch_norm batchnorm instance_norm": _norm,
    "group_norm groupnorm": _group_norm,
    "layer_norm layernorm": _layer_norm,
    "reshape view": _reshape,
    "permute transpose": _permute,
    "unsqueeze expand_dims": _unsqueeze,
    "squeeze": _squeeze,
    "pad zero_pad reflection_pad replication_pad constant_pad zeropadding": _pad,
    "dropout spatial_dropout": _dropout,
    "center_crop crop": _crop,
    "mean sum": _reduction,
}
