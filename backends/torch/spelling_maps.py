"""Pooling, resampling and borders in PyTorch."""

from __future__ import annotations

from cnndsl.backends.torch.spelling import Say, Spelling, call, listed, spell, written
from cnndsl.ops.framing import CenterCrop, Pad
from cnndsl.ops.pooling import AdaptiveAvgPool, AdaptiveMaxPool, AvgPool, GlobalAvgPool, MaxPool
from cnndsl.ops.resampling import PixelShuffle, SpaceToDepth, Upsample

_CENTER_CROP = '''\
def center_crop(x: Tensor, size: tuple[int, ...]) -> Tensor:
    """The middle of a map; an odd row or column is taken away after."""
    height, width = size
    top, left = (x.size(2) - height) // 2, (x.size(3) - width) // 2
    return x[:, :, top : top + height, left : left + width]
'''

_PADS = {"constant": "Constant", "reflect": "Reflection", "replicate": "Replication", "circular": "Circular"}


def _pool(kind: str, operation: MaxPool | AvgPool, say: Say, *fields: str) -> Spelling:
    """A pool over windows; a stride equal to the window is not written."""
    options = written(say, "stride", "padding", *fields)
    if options["stride"] == say("kernel_size"):
        options["stride"] = None
    rank = say.shapes[0].rank - 1
    return Spelling(
        call(f"nn.{kind}Pool{rank}d", say("kernel_size"), **options),
        function=call(f"F.{kind.lower()}_pool{rank}d", "{0}", say("kernel_size"), **options),
    )


@spell.register
def _(operation: MaxPool, say: Say) -> Spelling:
    return _pool("Max", operation, say, "dilation", "ceil_mode")


@spell.register
def _(operation: AvgPool, say: Say) -> Spelling:
    return _pool("Avg", operation, say, "ceil_mode", "count_include_pad", "divisor_override")


def _adaptive(kind: str, size: str, say: Say) -> Spelling:
    rank = say.shapes[0].rank - 1
    return Spelling(
        f"nn.Adaptive{kind}Pool{rank}d({size})", function=f"F.adaptive_{kind.lower()}_pool{rank}d({{0}}, {size})"
    )


@spell.register
def _(operation: AdaptiveAvgPool, say: Say) -> Spelling:
    return _adaptive("Avg", say("output_size"), say)


@spell.register
def _(operation: AdaptiveMaxPool, say: Say) -> Spelling:
    return _adaptive("Max", say("output_size"), say)


@spell.register
def _(operation: GlobalAvgPool, say: Say) -> Spelling:
    return _adaptive("Avg", "1", say)


@spell.register
def _(operation: Upsample, say: Say) -> Spelling:
    if operation.like is not None:
        return Spelling(
            function=call("F.interpolate", "{0}", size="{1}.shape[2:]", **written(say, "mode", "align_corners"))
        )
    options = written(say, "size", "scale_factor", "mode", "align_corners")
    return Spelling(call("nn.Upsample", **options), function=call("F.interpolate", "{0}", **options))


@spell.register
def _(operation: PixelShuffle, say: Say) -> Spelling:
    factor = say("upscale_factor")
    return Spelling(f"nn.PixelShuffle({factor})", function=f"F.pixel_shuffle({{0}}, {factor})")


@spell.register
def _(operation: SpaceToDepth, say: Say) -> Spelling:
    factor = say("downscale_factor")
    return Spelling(f"nn.PixelUnshuffle({factor})", function=f"F.pixel_unshuffle({{0}}, {factor})")


@spell.register
def _(operation: Pad, say: Say) -> Spelling:
    (x,) = say.shapes
    sides = [side for pads in reversed(operation.spread(x)) for side in pads]
    text = str(sides[0]) if len(set(sides)) == 1 else listed(sides)
    value = None if say.default("value") else say("value")
    kind = "Zero" if operation.mode == "constant" and value is None else _PADS[operation.mode]
    module = call(f"nn.{kind}Pad{x.rank - 1}d", text, *([value] if kind == "Constant" and value is not None else []))
    mode = None if operation.mode == "constant" else say("mode")
    function = call("F.pad", "{0}", listed(sides), mode=mode, value=None if mode else value)
    return Spelling(module, function=function)


@spell.register
def _(operation: CenterCrop, say: Say) -> Spelling:
    size = "{1}.shape[2:]" if operation.size is None else listed(operation.size)
    return Spelling(function=f"center_crop({{0}}, {size})", support=_CENTER_CROP)
