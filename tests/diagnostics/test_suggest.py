"""Did-you-mean."""

from __future__ import annotations

import pytest

from cnndsl import ops
from cnndsl.diagnostics.suggest import suggest

KEYWORDS = ("residual", "repeat", "network", "block", "shortcut")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Conv2d", "conv"),
        ("cnov", "conv"),
        ("conf", "conv"),
        ("BatchNorm2d", "bn"),
        ("batch_norm", "bn"),
        ("ReLU", "relu"),
        ("MaxPool2d", "maxpool"),
        ("max_pool", "maxpool"),
        ("LeakyReLU", "leaky_relu"),
        ("AdaptiveAvgPool2d", "adaptive_avgpool"),
        ("Dense", "linear"),
        ("fc", "linear"),
        ("flaten", "flatten"),
        ("netwrok", "network"),
        ("swish", "silu"),
        ("ConvTranspose2d", "conv_transpose"),
        ("glob", "global_avgpool"),
        ("BatchNorm1d", "bn"),
        ("BatchNormalization", "bn"),
        ("MaxPooling2D", "maxpool"),
        ("GlobalAveragePooling2D", "global_avgpool"),
        ("Conv2DTranspose", "conv_transpose"),
        ("UpSampling2D", "upsample"),
        ("ZeroPadding2D", "pad"),
        ("Conv3d", "conv3d"),
        ("view", "reshape"),
        ("skip", "residual"),
        ("xyz", None),
        ("a", None),
        ("", None),
        ("conv" * 100, None),
    ],
)
def test_what_was_meant(word: str, meant: str | None) -> None:
    assert suggest(word, [*ops.names(), *KEYWORDS]) == meant


def test_the_order_of_candidates_does_not_matter() -> None:
    assert suggest("bar", ["baz", "bat"]) == suggest("bar", ["bat", "baz"]) == "bat"


def test_a_word_does_not_mean_itself() -> None:
    assert suggest("conv", ["conv"]) is None


def test_what_is_longer_must_be_the_only_one() -> None:
    assert suggest("drop", ["dropout"]) == "dropout"
    assert suggest("glo", ["global_one", "global_two"]) is None
