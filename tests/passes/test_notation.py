"""Operations as the figures and tables of papers write them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cnndsl import ops
from cnndsl.graph import Graph
from cnndsl.passes.notation import FAMILIES, kernel, kind_of, short, spelled, titled
from cnndsl.trace import Value

Make = Callable[[str], Graph]

_WRITTEN = [
    # Figure 3 of ResNet, Table 1 of VGG, Figure 1 of U-Net, Figure 1 of ResNeXt
    ("conv(64, 7x7, stride=2, padding=3)", "7x7 /2", "7x7, 64, /2", "7x7 conv, 64, /2", "convolution"),
    ("conv(64, 3x3, padding=1)", "3x3", "3x3, 64", "3x3 conv, 64", "convolution"),
    ("conv(32, [1, 7])", "1x7", "1x7, 32", "1x7 conv, 32", "convolution"),
    ("conv(8, 3x3, stride=[2, 1])", "3x3 /2x1", "3x3, 8, /2x1", "3x3 conv, 8, /2x1", "convolution"),
    ("conv(8, 3x3, groups=4)", "3x3", "3x3, 8, 4 groups", "3x3 conv, 8, 4 groups", "convolution"),
    ("conv(8, 3x3, dilation=2)", "3x3", "3x3, 8, dilation 2", "3x3 conv, 8, dilation 2", "convolution"),
    ("conv_transpose(4, 2x2, stride=2)", "2x2 /2", "2x2, 4, stride 2", "2x2 up-conv, 4, stride 2", "transposed"),
    ("maxpool(3, stride=2)", "3 /2", "3x3, /2", "3x3 max pool, /2", "pooling"),
    ("maxpool(2x2)", "2x2 /2", "2x2, /2", "2x2 max pool, /2", "pooling"),
    ("global_avgpool", "", "", "global avg pool", "pooling"),
    ("upsample(scale_factor=2)", "", "2x", "upsample, 2x", "resampling"),
    ("flatten -> linear(1000)", "", "1000", "fc 1000", "linear"),
    ("dropout(0.5)", "", "0.5", "dropout, 0.5", "regularization"),
    ("bn", "", "", "batch norm", "normalization"),
    ('mean("HW")', "", "", "mean", "pooling"),
    ("residual { relu }", "", "", "add", "join"),
]


@pytest.mark.parametrize(("text", "window", "words", "title", "family"), _WRITTEN, ids=[row[0] for row in _WRITTEN])
def test_as_papers_write_it(graph: Make, text: str, window: str, words: str, title: str, family: str) -> None:
    found = graph(f"network net {{\n input image: [8, 32, 32]\n {text}\n}}")
    node = list(found)[-1]
    shape = found.shapes[Value(node.name)]
    assert (kernel(node), spelled(node, shape), titled(node, shape), kind_of(node)) == (window, words, title, family)


def test_every_operation_has_a_family(graph: Make) -> None:
    homes = {name: family for family, names in ops.homes().items() for name in names}
    assert set(homes) == set(ops.names())
    found = graph("""
        block unit { relu }
        network net { input image: [8, 32, 32]
            unit
        }""")
    assert [kind_of(node) for node in found] == ["input", "block"]
    assert {"input", "block", "output"} <= set(FAMILIES)


def test_counts_in_three_digits() -> None:
    numbers = (7, 999, 1_000, 9_472, 99_950, 999_499, 999_500, 25_557_032, 4_089_184_256, 15_470_264_320, 10**15)
    assert [short(number) for number in numbers] == [
        *("7", "999", "1.00 k", "9.47 k", "100 k", "999 k", "1.00 M"),
        *("25.6 M", "4.09 G", "15.5 G", "1000 T"),
    ]
