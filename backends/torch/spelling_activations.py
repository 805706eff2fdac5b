"""Activations in PyTorch."""

from __future__ import annotations

from cnndsl.backends.torch.spelling import Say, Spelling, call, spell, written
from cnndsl.ops.activation import (
    Elu,
    Gelu,
    HardSigmoid,
    HardSwish,
    LeakyRelu,
    LogSoftmax,
    Mish,
    Prelu,
    Relu,
    Relu6,
    ScaledTanh,
    Sigmoid,
    Silu,
    Softmax,
    Tanh,
)
from cnndsl.ops.axes import locate


def _pair(module: str, function: str, say: Say, *fields: str, inplace: bool = True) -> Spelling:
    """An activation with the same arguments in both forms."""
    options = written(say, *fields)
    if inplace:
        options["inplace"] = "True" if say.inplace else None
    return Spelling(call(f"nn.{module}", **options), function=call(function, "{0}", **options))


@spell.register
def _(operation: Relu, say: Say) -> Spelling:
    return _pair("ReLU", "F.relu", say)


@spell.register
def _(operation: Relu6, say: Say) -> Spelling:
    return _pair("ReLU6", "F.relu6", say)


@spell.register
def _(operation: LeakyRelu, say: Say) -> Spelling:
    options: dict[str, str | None] = {"inplace": "True" if say.inplace else None}
    slope = [] if say.default("negative_slope") else [say("negative_slope")]
    return Spelling(call("nn.LeakyReLU", *slope, **options), function=call("F.leaky_relu", "{0}", *slope, **options))


@spell.register
def _(operation: Prelu, say: Say) -> Spelling:
    count = [] if say.default("num_parameters") else [say("num_parameters")]
    return Spelling(call("nn.PReLU", *count))


@spell.register
def _(operation: Elu, say: Say) -> Spelling:
    return _pair("ELU", "F.elu", say, "alpha")


@spell.register
def _(operation: Gelu, say: Say) -> Spelling:
    return _pair("GELU", "F.gelu", say, "approximate", inplace=False)


@spell.register
def _(operation: Silu, say: Say) -> Spelling:
    return _pair("SiLU", "F.silu", say)


@spell.register
def _(operation: Mish, say: Say) -> Spelling:
    return _pair("Mish", "F.mish", say)


@spell.register
def _(operation: Sigmoid, say: Say) -> Spelling:
    return _pair("Sigmoid", "torch.sigmoid", say, inplace=False)


@spell.register
def _(operation: Tanh, say: Say) -> Spelling:
    return _pair("Tanh", "torch.tanh", say, inplace=False)


@spell.register
def _(operation: ScaledTanh, say: Say) -> Spelling:
    factor = "2 / 3" if operation.b == 2 / 3 and say.default("b") else say("b")
    return Spelling(function=f"{say('a')} * torch.tanh({factor} * {{0}})")


@spell.register
def _(operation: HardSigmoid, say: Say) -> Spelling:
    return _pair("Hardsigmoid", "F.hardsigmoid", say)


@spell.register
def _(operation: HardSwish, say: Say) -> Spelling:
    return _pair("Hardswish", "F.hardswish", say)


@spell.register
def _(operation: Softmax, say: Say) -> Spelling:
    dim = str(locate(say.shapes[0], operation.dim, "dim") + 1)
    return Spelling(f"nn.Softmax({dim})", function=f"F.softmax({{0}}, {dim})")


@spell.register
def _(operation: LogSoftmax, say: Say) -> Spelling:
    dim = str(locate(say.shapes[0], operation.dim, "dim") + 1)
    return Spelling(f"nn.LogSoftmax({dim})", function=f"F.log_softmax({{0}}, {dim})")
