"""Which findings are of the right family: by what a category of the corpus means, written down before the grading.

A category is two words, ``linear.in_features``; the longest prefix of it that is listed counts. A finding is of the
family when its code (an error) or its name (a rule) is among those listed.
"""

from __future__ import annotations

FAMILIES = {
    # A written size against that of the operand; where positions were not flattened, that.
    "linear.in_features": "E0405 E0408",
    # A matrix product over an axis of positions; where only the result shows it, the promise.
    "linear.rank": "E0405 E0408 E0411 E0503",
    "linear.composition": "linear-composition",
    "linear": "E0405 E0408",
    "conv.in_channels": "E0405",
    "conv.rank": "E0411",
    "conv.groups": "E0404",
    "conv": "E0402 E0405 E0411",
    # Another number of axes, or (an image without channels, a batch in front) channels in another place.
    "input.rank": "E0411 E0405",
    "input.channels": "E0405",
    "input.size": "E0402 E0403 E0405",
    "input": "E0402 E0405 E0411",
    "channels_last": "E0402 E0405 E0411",
    "layout": "E0402 E0405 E0411",
    "add.broadcast": "E0401",
    "add": "E0401",
    "residual": "E0401",
    "sub": "E0401",
    "mul.broadcast": "E0401 broadcast-mul",
    "mul": "E0401 broadcast-mul ungated-mul",
    "attention": "E0401 broadcast-mul ungated-mul",
    "broadcast": "E0401 broadcast-mul",
    # A concat of maps that disagree, or one that makes another number of channels than is written behind it.
    "concat.channels": "E0405 E0401",
    "concat": "E0401",
    "cat": "E0401",
    "skip": "E0401",
    "window": "E0402 E0403",
    "pool.padding": "E0406",
    "pool": "E0402 E0403 E0406",
    "groups": "E0404",
    "bn": "E0405",
    "norm.features": "E0405",
    "norm.num_features": "E0405",
    "norm.groups": "E0404",
    "norm.num_channels": "E0405",
    "norm.rank": "E0411 E0405",
    "norm.single": "E0412 norm-on-1x1",
    "norm.one": "E0412 norm-on-1x1",
    "norm": "E0404 E0405 E0411 E0412 norm-on-1x1 bias-before-norm dropout-before-norm",
    "deconv.output_padding": "E0407",
    "deconv.roundtrip": "E0503 E0401",
    "deconv": "E0401 E0405 E0407 E0503",
    "upsample": "E0401 E0503",
    "pixel_shuffle": "E0404",
    "crop": "E0401 E0402 E0410",
    "reshape.elements": "E0409",
    "reshape.permute": "reshape-as-permute",
    "reshape.order": "reshape-as-permute",
    "reshape.semantics": "reshape-as-permute",
    "reshape": "E0409 reshape-as-permute",
    "view": "E0409 reshape-as-permute",
    # Axes in another order: what reads them finds other channels.
    "permute": "E0405 E0402 E0408 E0410 E0411 reshape-as-permute softmax-axis",
    "transpose": "E0405 E0402 E0408 E0410 E0411",
    "flatten": "E0405 E0408 E0409 E0410",
    "softmax.axis": "softmax-axis E0410",
    "softmax.dim": "softmax-axis E0410",
    "softmax.size1": "softmax-over-one E0503",
    "softmax.one": "softmax-over-one E0503",
    "softmax.double": "double-softmax",
    "softmax.relu": "relu-before-softmax",
    "softmax": "softmax-axis softmax-over-one double-softmax relu-before-softmax E0503",
    "activation": "redundant-activation activation-on-output relu-before-softmax double-softmax softmax-over-one",
    "nonlinearity": "linear-composition redundant-activation",
    "dead": "dead-branch",
    "graph": "dead-branch",
    "branch": "dead-branch E0401",
    "unused": "dead-branch",
    "dropout": "dropout-before-norm dropout-before-maxpool",
    "bias": "bias-before-norm",
    "output": "E0503",
}

REMARKS = {
    "softmax over 1": "softmax-over-one",
    "softmax over one": "softmax-over-one",
    "double softmax": "double-softmax",
    "softmax twice": "double-softmax",
    "before softmax": "relu-before-softmax activation-on-output",
    "on the output": "activation-on-output",
    "softmax over": "softmax-axis",
    "stride equals kernel": "stride-equals-kernel-by-accident",
    "dropout before pool": "dropout-before-maxpool",
    "dropout before norm": "dropout-before-norm",
    "dropout before b": "dropout-before-norm",
    "bias before": "bias-before-norm",
    "dead": "dead-branch",
    "unused": "dead-branch",
    "never used": "dead-branch",
    "broadcast": "broadcast-mul",
    "no nonlinearity": "linear-composition",
    "no non-linearity": "linear-composition",
    "no activation": "linear-composition",
    "1x1": "norm-on-1x1 kernel-on-1x1",
}
"""What should be reported besides, by the words of the corpus, and the rules that say so; the first counts."""


def family(category: str) -> frozenset[str]:
    """The codes and rules of a category; none of one that is not known here."""
    listed = [key for key in FAMILIES if category == key or category.startswith((f"{key}.", f"{key}_"))]
    return frozenset(FAMILIES[max(listed, key=len)].split()) if listed else frozenset()


def remarked(remark: str) -> frozenset[str]:
    """The rules that a remark of the corpus asks for; none where it uses other words."""
    return frozenset(next((rules for words, rules in REMARKS.items() if words in remark.lower()), "").split())
