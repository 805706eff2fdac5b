"""Convolutions, matrix products and normalisations in PyTorch."""

from __future__ import annotations

from cnndsl.backends.torch.spelling import Say, Spelling, call, spell, written
from cnndsl.ops.convolution import Conv
from cnndsl.ops.linear import Linear
from cnndsl.ops.normalization import BatchNorm, GroupNorm, InstanceNorm, LayerNorm, Lrn
from cnndsl.ops.transposed import ConvTranspose

_PAD_SAME = '''\
def pad_same(
    x: Tensor,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...],
    dilation: int | tuple[int, ...] = 1,
    mode: str = "constant",
) -> Tensor:
    """Pads so that a window has ceil(size / stride) places; an odd value goes after."""
    pads: list[int] = []
    for axis, size in enumerate(x.shape[2:]):
        k, s, d = (
            value if isinstance(value, int) else value[axis]
            for value in (kernel_size, stride, dilation)
        )
        total = max((-(-size // s) - 1) * s + d * (k - 1) + 1 - size, 0)
        pads = [total // 2, total - total // 2, *pads]
    return F.pad(x, pads, mode=mode)
'''

_CHANNELS_FIRST_NORM = '''\
class LayerNorm{rank}d(nn.LayerNorm):
    """Layer normalisation over the channels of each position."""

    def forward(self, x: Tensor) -> Tensor:
        x = x.permute({last})
        x = F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        return x.permute({first})
'''


@spell.register
def _(operation: Conv, say: Say) -> Spelling:
    spatial = len(operation.axes) - 1
    options = written(say, "stride", "padding", "dilation", "groups", "bias", "padding_mode")
    mode = None if operation.padding_mode == "zeros" else say("padding_mode")
    forward, support, padding = None, "", operation.padding
    if padding == "same" and not say.default("stride"):
        support = _PAD_SAME
        pads = call("pad_same", "{0}", say("kernel_size"), say("stride"), dilation=options["dilation"], mode=mode)
        forward = f"{{module}}({pads})"
    elif len(padding) > spatial and padding != "same":
        forward = f"{{module}}({call('F.pad', '{0}', say('padding'), mode=mode)})"
    if forward is not None:
        options |= {"padding": None, "padding_mode": None}
    text = call(f"nn.Conv{spatial}d", say.size(0), say("out_channels"), say("kernel_size"), **options)
    return Spelling(text, forward, support=support)


@spell.register
def _(operation: ConvTranspose, say: Say) -> Spelling:
    spatial = len(operation.axes) - 1
    options = written(say, "stride", "padding", "output_padding", "groups", "bias", "dilation")
    text = call(f"nn.ConvTranspose{spatial}d", say.size(0), say("out_channels"), say("kernel_size"), **options)
    return Spelling(text)


@spell.register
def _(operation: Linear, say: Say) -> Spelling:
    last = say.shapes[0].rank - 1
    return Spelling(call("nn.Linear", say.size(last), say("out_features"), **written(say, "bias")))


@spell.register
def _(operation: BatchNorm, say: Say) -> Spelling:
    spatial = max(say.shapes[0].rank - 1, 1)
    options = written(say, "eps", "momentum", "affine", "track_running_stats")
    return Spelling(call(f"nn.BatchNorm{spatial}d", say.size(0), **options))


@spell.register
def _(operation: LayerNorm, say: Say) -> Spelling:
    (x,) = say.shapes
    axis = operation.axis(x)
    options = written(say, "eps", "elementwise_affine", "bias")
    if axis == x.rank - 1:
        return Spelling(call("nn.LayerNorm", say.size(axis), **options))
    spatial = range(2, x.rank + 1)
    last, first = ", ".join(map(str, [0, *spatial, 1])), ", ".join(map(str, [0, x.rank, *range(1, x.rank)]))
    support = _CHANNELS_FIRST_NORM.format(rank=x.rank - 1, last=last, first=first)
    return Spelling(call(f"LayerNorm{x.rank - 1}d", say.size(axis), **options), support=support)


@spell.register
def _(operation: GroupNorm, say: Say) -> Spelling:
    return Spelling(call("nn.GroupNorm", say("num_groups"), say.size(0), **written(say, "eps", "affine")))


@spell.register
def _(operation: InstanceNorm, say: Say) -> Spelling:
    options = written(say, "eps", "momentum", "affine", "track_running_stats")
    return Spelling(call(f"nn.InstanceNorm{say.shapes[0].rank - 1}d", say.size(0), **options))


@spell.register
def _(operation: Lrn, say: Say) -> Spelling:
    options = written(say, "alpha", "beta", "k")
    return Spelling(
        call("nn.LocalResponseNorm", say("size"), **options),
        function=call("F.local_response_norm", "{0}", say("size"), **options),
    )
