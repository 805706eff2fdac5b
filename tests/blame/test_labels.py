"""Which steps are labelled, and what is said of them: the numbers are worked out by hand from the formulas."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cnndsl.diagnostics.diagnostic import Diagnostic

Only = Callable[[str], Diagnostic]


def labels(finding: Diagnostic) -> list[tuple[int, str, str]]:
    """Line, words and message of each label."""
    spans = [(label.span.source.position(label.span.start)[0], label) for label in finding.labels]
    return sorted((line, label.span.text, label.message) for line, label in spans)


def test_the_tower_of_the_specification(only: Only) -> None:
    """What halves and what changes the channels, at the numbers that do it."""
    found = only("""
    network tower {
        input image: [64, H=64, W=64]
        relu
        residual {
            conv(128, 3x3, stride=2, padding=1) -> bn -> relu
            conv(128, 3x3, padding=1) -> bn
        }
    }
    """)
    assert found.code == "E0401"
    assert found.span.text == "residual"
    assert found.label == "the shortcut is the residual's input, 64x64x64"
    assert labels(found) == [
        (2, "64, H=64, W=64", "C, H and W are 64 here"),
        (5, "128", "C becomes 128 here"),
        (5, "stride=2", "H and W halve here: (64 + 2 - 3) / 2 + 1 = 32, rounded down"),
    ]


def test_the_arithmetic_behind_a_flattened_size(only: Only) -> None:
    """LeNet-5 on 28x28 instead of 32x32: 28 - 4 = 24, 12, 8, 4, and 16 * 4 * 4 = 256."""
    found = only("""
    network lenet {
        input image: [1, H=28, W=28]
        conv(6, 5x5) -> relu -> maxpool(2x2)
        conv(16, 5x5) -> relu -> maxpool(2x2)
        flatten
        linear(120, in_features=400)
    }
    """)
    assert found.span.text == "400"
    assert labels(found) == [
        (2, "H=28, W=28", "H and W are 28 here"),
        (4, "16", "C becomes 16 here"),
        (4, "2x2", "H and W halve here: (8 - 2) / 2 + 1 = 4"),
        (5, "flatten", "C becomes 256 here: 16 * 4 * 4 = 256"),
    ]
    assert "H and W must be from 32 to 35; nearest: 32" in found.help


UPSTREAM = {
    # The step at fault is marked; the crash is lines further down. (SiamRPN; a forgotten stride; a pool too many.)
    "padding": (
        """from x -> a: conv(8, 3x3, stride=2, !padding=0!) -> bn -> relu -> conv(8, 1x1) -> bn
        from x -> b: conv(8, 1x1, stride=2) -> bn
        add {
            from a
            from b
        }""",
        "E0401",
    ),
    "a shortcut that does not follow": (
        """residual {
            conv(8, 3x3, stride=2, padding=1) -> bn -> relu -> conv(8, 3x3, padding=1)
        } shortcut {
            !conv(8, 1x1)! -> bn
        }""",
        "E0401",
    ),
    "a bottleneck without its expansion, counted in the norm behind it": (
        """residual {
            conv(2, 1x1) -> bn(num_features=2) -> conv(!2!, 1x1) -> bn(num_features=2)
        }""",
        "E0401",
    ),
    "a pool that keeps too much": (
        """conv(8, 3x3, padding=1) -> relu -> maxpool(2x2) -> conv(8, 3x3, padding=1) -> relu -> maxpool(2x2)
        avgpool(!4x4!, stride=4) -> dropout -> flatten
        relu -> linear(10, in_features=8)""",
        "E0405",
    ),
    "channels seven steps before": (
        """conv(!7!, 3x3, padding=1) -> bn -> relu -> dropout -> maxpool(2x2) -> relu -> sigmoid
        conv(8, 3x3, in_channels=8)""",
        "E0405",
    ),
    "an enlargement by the wrong factor": (
        """from x -> maxpool(2x2) -> conv(8, 3x3, padding=1) -> relu -> upsample(!scale_factor=4!) -> a: conv(8, 1x1)
        concat {
            from a
            from x
        }""",
        "E0401",
    ),
    "the width of a head": ("flatten -> linear(64) -> relu -> linear(!12!) -> softmax\noutput y: [10]", "E0503"),
    "axes in another order": (
        """from x -> a: permute(!"CWH"!) -> relu
        add {
            from a
            from x
        }""",
        "E0401",
    ),
}


@pytest.mark.parametrize("name", UPSTREAM)
def test_the_step_at_fault_is_labelled(name: str, only: Only) -> None:
    marked, code = UPSTREAM[name]
    height = 24 if name == "axes in another order" else 32
    text = f"network n {{\n    input x: [8, H={height}, W=32]\n    {marked}\n}}\n"
    before, words, _ = text.split("!")
    found = only(text.replace("!", ""))
    assert found.code == code
    assert (len(before), words) in [(label.span.start, label.span.text) for label in found.labels]
    assert len(found.labels) <= 4


def test_an_input_that_cannot_be_cured_is_not_told_to_change(only: Only) -> None:
    found = only("""
    network n {
        input x: [8, H=32, W=32]
        residual { conv(16, 3x3, padding=1) }
    }
    """)
    assert not any("H" in text for text in found.help)
    assert [message for _, _, message in labels(found)] == ["C is 8 here", "C becomes 16 here"]


def test_sizes_that_are_passed_several_times(only: Only) -> None:
    """A loop is one place of the text: 64 is halved to 2, and a window of 3 does not fit."""
    found = only("""
    network n {
        input x: [8, H=64, W=64]
        repeat 5 { maxpool(2x2) }
        conv(8, 3x3)
    }
    """)
    assert (3, "2x2", "H and W: 64 -> 32 -> 16 -> 8 -> 4 -> 2 here") in labels(found)


def test_arguments_that_do_not_go_together(only: Only) -> None:
    """Nothing upstream is at fault where an argument contradicts another."""
    found = only("network n {\n    input x: [8, H=32, W=32]\n    maxpool(2x2, padding=2)\n}\n")
    assert found.span.text == "2"
    assert [message for _, _, message in labels(found)] == ["kernel_size is 2x2"]


INCEPTION = """
block unit(width, kernel, padding = 0) {
    conv(width, kernel, padding=padding) -> bn -> relu
}
network inception {
    input maps: [8, H=28, W=28]
    concat {
        unit(8, 1x1)
        unit(8, 3x3, padding=1)
        unit(8, 5x5, padding=1)
    }
}
"""


def test_a_number_is_shown_where_it_is_written(only: Only) -> None:
    """Not in the block that it is handed to: 28 + 2 - 5 + 1 = 26."""
    found = only(INCEPTION)
    assert (9, "padding=1", "H and W become 26 here: 28 + 2 - 5 + 1 = 26") in labels(found)


def test_branches_that_agree_are_not_shown(only: Only) -> None:
    """Of three, the second has the size of the first."""
    assert not any(line == 8 for line, _, _ in labels(only(INCEPTION)))


def test_the_step_that_changes_the_number_of_axes(only: Only) -> None:
    found = only("""
    network n {
        input x: [8, H=8, W=8]
        flatten -> relu -> dropout -> bn -> conv(8, 3x3)
    }
    """)
    assert labels(found) == [(3, "flatten", "8x8x8 becomes 512 here")]


def test_a_precondition_shows_only_sizes_that_it_names(only: Only) -> None:
    found = only("""
    block even { require in.height % 2 == 0
        relu }
    network n {
        input x: [8, H=8, W=8]
        conv(8, 2x2) -> even
    }
    """)
    assert [message for _, _, message in labels(found)] == [
        "required here",
        "H is 8 here",
        "H becomes 7 here: 8 - 2 + 1 = 7",
    ]


def test_the_way_through_a_block_is_that_of_one_branch(only: Only) -> None:
    """100, 50, 25, 13, 7 on the way down; 7 becomes 14, which is not 13."""
    found = only("""
    block down { conv(8, 3x3, stride=2, padding=1) }
    network unet {
        input image: [3, H=100, W=100]
        down -> down
        c: down
        down -> upsample(scale_factor=2)
        concat {
            identity
            from c
        }
    }
    """)
    assert labels(found)[:2] == [
        (1, "stride=2", "H and W: 100 -> 50 -> 25 -> 13 -> 7 here"),
        (3, "H=100, W=100", "H and W are 100 here"),
    ]


def test_a_gate_may_be_one_position(only: Only) -> None:
    """What differs and may differ is no matter of a fault in the channels."""
    found = only("""
    network se {
        input image: [3, H=32, W=32]
        conv(64, 3x3, padding=1)
        mul {
            identity
            { global_avgpool -> conv(32, 1x1) -> sigmoid }
        }
    }
    """)
    said = [message for _, _, message in labels(found)]
    assert "C becomes 64 here" in said
    assert "C becomes 32 here" in said
    assert not any(message.startswith("H") for message in said)


def test_where_shared_weights_come_from(only: Only) -> None:
    found = only("""
    network n {
        input a: [8, H=8, W=8]
        input b: [9, 8, 8]
        shared tower = conv(4, 3x3)
        from a -> one: tower
        from b -> two: tower
    }
    """)
    assert labels(found) == [
        (3, "9", "C is 9 here"),
        (5, "tower", "its weights are those of 8x8x8, from here"),
    ]
