"""A fault inside a block is one error: the template line, the first use, and how many there are."""

from __future__ import annotations

from collections.abc import Callable

from cnndsl.diagnostics.diagnostic import Diagnostic

Only = Callable[[str], Diagnostic]


def test_all_twelve_uses(only: Only) -> None:
    found = only("""
    block cell {
        conv(64, 3x3, padding=1, in_channels=48) -> bn -> relu
    }
    network n {
        input x: [64, H=8, W=8]
        layer1: { repeat 4 { cell } }
        layer2: { repeat 8 { cell } }
    }
    """)
    assert found.span.text == "48"
    assert found.notes[0] == "in all 12 uses of cell, first in layer1.0"
    assert [label.message for label in found.labels] == ["C is 64 here", "cell is applied here"]


def test_some_uses(only: Only) -> None:
    """Only where the stride is 2 the shortcut is missed: once a stage."""
    found = only("""
    block cell(width, stride = 1) {
        residual { conv(width, 3x3, stride=stride, padding=1) -> bn }
    }
    network n {
        input x: [16, H=32, W=32]
        for width in [32, 64, 128] {
            stage{width}: { cell(width, stride=2) -> cell(width) }
        }
    }
    """)
    assert found.notes == (
        "in 3 of the 6 uses of cell, first in stage32.0",
        "in repetition 1 of `for width in [32, 64, 128]`",
    )


def test_uses_in_several_networks(only: Only) -> None:
    found = only("""
    block head { linear(10, in_features=99) }
    network fits { input x: [99]
        head }
    network small { input x: [8]
        part: { relu -> top: head } }
    network large { input x: [8]
        head -> relu }
    """)
    assert found.notes == ("in 2 of the 3 uses of head, first in part.top of small",)


def test_a_single_use_is_not_counted(only: Only) -> None:
    found = only("block head { linear(10, in_features=99) }\nnetwork n { input x: [8]\n head }\n")
    assert found.notes == ()
    assert [label.message for label in found.labels] == ["C is 8 here", "head is applied here"]
