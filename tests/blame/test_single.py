"""One fault is one error, wherever it shows; two faults are two."""

from __future__ import annotations

import pytest

from cnndsl.compiler import check
from cnndsl.source import Source

HEAD = "network n {\n    input x: [3, H=64, W=64]\n"
HEADS = """    trunk: conv(128, 3x3, padding=1)
    feature: relu
    cls: conv(10, 1x1, in_channels=256)
    from feature -> box: conv(4, 1x1, in_channels=256)
    concat {
        from cls
        from box
    }
}
"""
GREY = """    a: conv(8, 3x3, padding=1, in_channels=1)
    from x -> b: conv(8, 5x5, padding=2, in_channels=1)
    add {
        from a
        from b
    }
}
"""
UNLIKE = """    a: conv(8, 3x3, padding=1, in_channels=4)
    b: conv(8, 3x3, padding=1)
    c: conv(8, 3x3, padding=1, in_channels=9)
}
"""


def errors(body: str) -> list[tuple[str, tuple[str, ...]]]:
    source = Source("n.cnn", HEAD + body)
    found = check(source, lambda name, importer: None, fixes=True).findings
    return [(one.message, tuple(label.message for label in one.labels)) for one in found if one.severity == "error"]


@pytest.mark.parametrize(
    ("body", "written", "there"),
    [(HEADS, 256, 128), (GREY, 1, 3)],
    ids=["two heads of a trunk of another width", "two branches on an input with other channels"],
)
def test_what_one_number_explains(body: str, written: int, there: int) -> None:
    message = f"in_channels is {written}, and the input has {there} channels"
    ((said, labels),) = errors(body)
    assert said == message
    assert f"and here: {message}" in labels


LAST = """network n {
    input x: [224, H=224, W=3]
    conv(32, 3x3, stride=2, in_channels=3)
    conv(64, 3x3, stride=2)
}
"""
LONG = """network n {
    input x: [50, L=300]
    conv1d(100, 3, in_channels=300) -> maxpool(48) -> flatten
    linear(2, in_features=100)
}
"""
SWAPPED = """network n {
    input x: [128, H=16, W=16]
    conv_transpose(128, 2x2, stride=2, in_channels=64) -> relu
    conv(3, 3x3, in_channels=64)
}
"""
VOLUME = """network n {
    input x: [16, D=64, H=64, W=1]
    conv3d(8, 3x3x3, padding=1, in_channels=1)
    output result: [8, 16, 64, 64]
}
"""
DENSE = """network n {
    input x: [32]
    linear(32, in_features=64) -> relu -> linear(10, in_features=64)
}
"""
SQUARE = """network n {
    input x: [20]
    linear(6272) -> reshape(128, 8, 8)
    conv_transpose(64, 4x4, stride=2, padding=1)
    conv_transpose(1, 4x4, stride=2, padding=1)
    output result: [1, 28, 28]
}
"""


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        (LAST, "declare x with C first, as 3x224x224 (checked)"),
        (LONG, "declare x with C first, as 300x50 (checked)"),
        (SWAPPED, "write the other way round: 64 come out, and 128 go in (-64 parameters; checked)"),
        (VOLUME, "declare x with C first, as 1x16x64x64 (checked)"),
        (DENSE, "write the other way round: 64 come out, and 32 go in (+32 parameters; checked)"),
        (SQUARE, "reshape to 128x7x7 (checked)"),
    ],
    ids=[
        "channels last",
        "length first",
        "in and out exchanged",
        "depth first",
        "features exchanged",
        "sides of a map",
    ],
)
def test_what_a_slip_explains(text: str, mended: str) -> None:
    """One edit of the place at fault makes the whole file right, so it is one error, and that edit is shown first."""
    found = check(Source("n.cnn", text), lambda name, importer: None, fixes=True).findings
    (error,) = [one for one in found if one.severity == "error"]
    assert error.fixes[0].title == mended


def test_what_no_number_explains() -> None:
    """Three channels come from the input, eight from a convolution: another number mends one of them."""
    assert [message for message, _ in errors(UNLIKE)] == [
        "in_channels is 4, and the input has 3 channels",
        "in_channels is 9, and the input has 8 channels",
    ]
