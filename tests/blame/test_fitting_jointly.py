"""Inputs whose height and width are both wrong: the condition on both, and one error for all levels."""

from __future__ import annotations

from cnndsl.compiler import check
from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.source import Source

UNET = """\
network u {
    input image: [1, H=%d, W=%d]
    a: conv(8, 3x3, padding=1) -> relu
    maxpool(2x2)
    b: conv(16, 3x3, padding=1) -> relu
    maxpool(2x2)
    c: conv(16, 3x3, padding=1) -> relu
    maxpool(2x2)
    conv(32, 3x3, padding=1) -> relu
    upsample(scale_factor=2)
    concat { identity
        from c }
    upsample(scale_factor=2)
    concat { identity
        from b }
    upsample(scale_factor=2)
    concat { identity
        from a }
}
"""


def findings(height: int, width: int) -> list[Diagnostic]:
    source = Source("u.cnn", UNET % (height, width))
    return check(source, lambda name, importer: None, fixes=True).findings


def test_each_axis_is_wrong_at_a_level_of_its_own() -> None:
    (one,) = findings(100, 90)  # 100 = 4 * 25 is odd after two pools, 90 = 2 * 45 after one
    assert one.help[-1] == "H and W must be multiples of 8; nearest: H = 96 and W = 88"
    assert one.fixes
    assert not findings(96, 88)


def test_both_axes_are_wrong_at_one_level() -> None:
    (one,) = findings(101, 91)
    assert "H and W must be multiples of 8; nearest: H = 104 and W = 88" in one.help
    assert not findings(104, 88)
