"""Convolutions, matrix products and normalisations in PyTorch."""

from __future__ import annotations

from cnndsl.backends.torch.spelling import Say, Spelling, call, spell, written
from cnndsl.ops.convolution import Conv
from cnndsl.ops.linear import Linear
from cnndsl.ops.normalization import BatchNorm, Lrn

_PAD_SAME = '''\
def pad_same(
    x: torch.Tensor, kernel_size: tuple[int, ...], stride: tuple[int, ...], dilation: tuple[int, ...], mode: str
) -> torch.Tensor:
    """Pads so that a window with this stride has ceil(size / stride) places; where it is odd, more goes after."""
    pads: list[int] = []
    for size, k, s, d in zip(x.shape[2:], kernel_size, stride, dilation, strict=True):
        total = max((-(-size // s) - 1) * s + d * (k - 1) + 1 - size, 0)
        pads = [total // 2, total - total // 2, *pads]
    return F.pad(x, pads, mode=mode)
'''


@spell.register
def _(operation: Conv, say: Say) -> Spelling:
    spatial = len(operation.axes) - 1
    options = written(say, "stride", "padding", "dilation", "groups", "bias", "padding_mode")
    padding, forward, support = operation.padding, None, ""
    if padding == "same" and any(step > 1 for step in operation.stride):
        mode = _pad_mode(operation)
        options |= {"padding": None, "padding_mode": None}
        sizes = ", ".join(f"({say(field)},) * {spatial}" for field in ("kernel_size", "stride", "dilation"))
        forward, support = f"{{module}}(pad_same({{0}}, {sizes}, {mode}))", _PAD_SAME
    elif padding != "same" and len(padding) > spatial:
        mode = "" if operation.padding_mode == "zeros" else f", mode={_pad_mode(operation)}"
        options |= {"padding": None, "padding_mode": None}
        forward = f"{{module}}(F.pad({{0}}, {say('padding')}{mode}))"
    text = call(f"nn.Conv{spatial}d", say.size(0), say("out_channels"), say("kernel_size"), **options)
    return Spelling(text, forward, support=support)


def _pad_mode(operation: Conv) -> str:
    return '"constant"' if operation.padding_mode == "zeros" else f'"{operation.padding_mode}"'


@spell.register
def _(operation: Linear, say: Say) -> Spelling:
    last = len(say.shapes[0].sizes) - 1
    return Spelling(call("nn.Linear", say.size(last), say("out_features"), **written(say, "bias")))


@spell.register
def _(operation: BatchNorm, say: Say) -> Spelling:
    rank = 2 if say.shapes[0].rank == 3 else 1
    options = written(say, "eps", "momentum", "affine", "track_running_stats")
    return Spelling(call(f"nn.BatchNorm{rank}d", say.size(0), **options))


@spell.register
def _(operation: Lrn, say: Say) -> Spelling:
    options = written(say, "alpha", "beta", "k")
    return Spelling(
        call("nn.LocalResponseNorm", say("size"), **options),
        function=call("F.local_response_norm", "{0}", say("size"), **options),
    )
