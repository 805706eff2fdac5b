"""A size that a network allows and does not take is an error with that size; without ``require`` there is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cnndsl.diagnostics.diagnostic import Diagnostic

Find = Callable[[str], list[Diagnostic]]

UNET = """
network unet {{
    input image: [3, H=256, W=256]
    {}
    conv(16, 3x3, padding=1) -> relu
    a: relu
    maxpool(2x2) -> conv(32, 3x3, padding=1)
    b: relu
    maxpool(2x2) -> conv(64, 3x3, padding=1) -> upsample(scale_factor=2)
    concat {{
        identity
        from b
    }}
    upsample(scale_factor=2)
    concat {{
        identity
        from a
    }}
}}
"""


def test_the_counterexample(find: Find) -> None:
    """Two pools need multiples of 4: of the even sizes 254 = 256 - 2 is the nearest that is none."""
    (found,) = find(UNET.format("require H % 2 == 0 and W % 4 == 0"))
    assert found.code == "E0505"
    assert found.span.text == "H % 2 == 0 and W % 4 == 0"
    assert found.message.startswith("H = 254 is allowed, and does not fit: cannot concat 64x126x128 and 32x127x128")
    assert found.label == "this allows H = 254"
    first = found.labels[0]
    assert (first.span.text, first.message) == ("concat", "this does not take H = 254")
    assert "it takes H in multiples of 4" in found.help
    assert len(found.labels) <= 4


@pytest.mark.parametrize(
    "text",
    [
        "require H % 4 == 0 and W % 4 == 0",
        "require H % 8 == 0\n    require W % 16 == 0",
        "require H == 256 and W == 256",
        "",
        "let rows = H // 4\n    require rows * 4 == H",
        "require image_is_fine == 1\n    let unused = 2".replace("image_is_fine", "in.channels - 2"),
    ],
)
def test_sizes_that_are_not_allowed_are_no_fault(text: str, find: Find) -> None:
    assert [finding.code for finding in find(UNET.format(text))] == []


def test_names_for_sizes(find: Find) -> None:
    (found,) = find(UNET.format("let rows = H // 2\n    require rows * 2 == H"))
    assert found.code == "E0505"
    assert found.message.startswith("H = 254 is allowed")


def test_sizes_that_are_tied(find: Find) -> None:
    """Neither can change alone; together they may be odd."""
    (found,) = find(UNET.format("require H == W"))
    assert found.message.startswith("H = W = 255 is allowed")


def test_a_size_that_changes_weights_alone_is_legal(find: Find) -> None:
    """Compiled at another size, the matrix is another one."""
    text = "network n {\n input x: [3, H=32, W=32]\n require H % 16 == 0\n conv(8, 3x3) -> flatten -> linear(10)\n}\n"
    assert find(text) == []


def test_a_window_that_does_not_fit(find: Find) -> None:
    text = "network n {\n input x: [3, H=32, W=32]\n require H % 2 == 0\n conv(8, 7x7)\n}\n"
    (found,) = find(text)
    assert found.message == "H = 6 is allowed, and does not fit: a 7x7 kernel does not fit a 6x32 input"
    assert find(text.replace("H % 2 == 0", "H % 2 == 0 and H > 6")) == []
