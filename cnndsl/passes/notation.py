"""Notation: how papers write an operation, and the families that colours and shares go by."""

from __future__ import annotations

from cnndsl import ops
from cnndsl.graph import Node
from cnndsl.ops.operation import Operation
from cnndsl.shape import Shape

FAMILIES = {
    "input": "input",
    "convolution": "convolution",
    "transposed": "transposed convolution",
    "linear": "linear",
    "normalization": "normalization",
    "activation": "activation",
    "pooling": "pooling",
    "resampling": "resampling",
    "join": "join",
    "regularization": "regularization",
    "shaping": "shaping",
    "learned": "learned term",
    "block": "block",
    "output": "output",
}
"""Every kind that ``kind_of`` gives, in the order of a legend, and what a reader calls it."""

_RENAMED = {"joining": "join", "channels": "shaping", "framing": "shaping", "reduction": "pooling"}
_FAMILY = {name: _RENAMED.get(home, home) for home, names in ops.homes().items() for name in names}

_WORDS = {
    "conv": "conv",
    "conv1d": "conv",
    "conv3d": "conv",
    "conv_transpose": "up-conv",
    "conv_transpose1d": "up-conv",
    "conv_transpose3d": "up-conv",
    "linear": "fc",
    "maxpool": "max pool",
    "avgpool": "avg pool",
    "adaptive_avgpool": "avg pool",
    "adaptive_maxpool": "max pool",
    "global_avgpool": "global avg pool",
    "bn": "batch norm",
    "center_crop": "crop",
}


def kind_of(node: Node) -> str:
    """The family of an operation, a key of ``FAMILIES``; ``block`` for an applied block, ``input`` for an input."""
    if node.operation is not None:
        return _FAMILY[node.operation.name]
    return "block" if node.graph is not None else "input"


def word(operation: Operation) -> str:
    """What papers call it: ``conv``, ``max pool``, ``fc``."""
    return _WORDS.get(operation.name) or operation.name.replace("_", " ")


def kernel(node: Node) -> str:
    """``7x7 /2``: the window and its stride, where there is a window."""
    return " /".join(filter(None, (_window(node, None), _stride(node))))


def spelled(node: Node, shape: Shape | None) -> str:
    """``7x7, 64, /2``: window, width, stride and groups, in the order of papers; ``shape`` is that of the result."""
    return ", ".join(filter(None, (_window(node, shape), _width(node), *_rest(node))))


def titled(node: Node, shape: Shape | None) -> str:
    """The same with the name of the operation: ``7x7 conv, 64, /2``, ``3x3 max pool, /2``, ``fc 1000``."""
    name = word(node.operation) if node.operation is not None else node.kind.replace("_", " ")
    window, width = _window(node, shape), _width(node)
    head = (f"{window} {name}", width) if window else (f"{name} {width}",)
    return ", ".join(filter(None, (*(part.strip() for part in head), *_rest(node))))


def _rest(node: Node) -> tuple[str, ...]:
    """Stride, dilation, groups; by how much something is resized or dropped, and how."""
    operation = node.operation
    if operation is None:
        return ()
    values = vars(operation)
    family, stride = _FAMILY[operation.name], _stride(node)
    dilation, groups = values.get("dilation", 1), values.get("groups", 1)
    factor = values.get("scale_factor") or values.get("upscale_factor")
    size = values.get("output_size") or values.get("size") if family in ("pooling", "resampling", "shaping") else None
    return (
        stride and (f"stride {stride}" if family == "transposed" else f"/{stride}"),
        "" if _plain(dilation) else f"dilation {_one(dilation)}",
        f"{groups} groups" if groups != 1 and "out_channels" in values else "",
        f"{_one(factor)}x" if factor else "",
        f"to {_size(size)}" if size else "",
        str(values["p"]) if family == "regularization" else "",
        values["mode"] if operation.name == "upsample" and values["mode"] != "nearest" else "",
    )


def _width(node: Node) -> str:
    """How many channels or features are made, where the operation says it itself."""
    values = vars(node.operation) if node.operation is not None else {}
    width = values.get("out_channels") or values.get("out_features")
    return str(width) if width is not None else ""


def _window(node: Node, shape: Shape | None) -> str:
    """One number stands for both axes of a map."""
    size = vars(node.operation).get("kernel_size") if node.operation is not None else None
    if isinstance(size, int) and shape is not None and shape.rank > 2:
        size = (size,) * (shape.rank - 1)
    return _size(size) if size is not None else ""


def _stride(node: Node) -> str:
    """``2``; nothing for 1."""
    values = vars(node.operation) if node.operation is not None else {}
    stride = values.get("stride") or values.get("kernel_size", 1)
    return "" if _plain(stride) else _one(stride)


def _plain(value: object) -> bool:
    return value == 1 or (isinstance(value, tuple) and set(value) == {1})


def _size(value: object) -> str:
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _one(value: object) -> str:
    """(2, 2) as ``2``."""
    return _size(value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value)


def short(number: int) -> str:
    """Three digits and a prefix: ``4.09 G``, ``25.6 M``, ``9.47 k``, ``512``."""
    for power, prefix in ((12, "T"), (9, "G"), (6, "M"), (3, "k")):
        scaled = number / 10**power
        if scaled >= 0.9995:
            return f"{scaled:.{2 if scaled < 9.995 else 1 if scaled < 99.95 else 0}f} {prefix}"
    return str(number)
