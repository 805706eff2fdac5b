"""One fault is one error, whatever follows it; faults that have nothing to do with one another are all reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cnndsl.diagnostics.diagnostic import Diagnostic

Find = Callable[[str], list[Diagnostic]]

FAULTS = {
    # one fault, then what the author went on to write because of it
    "a norm and a layer written for other channels": (
        "conv(16, 3x3) -> bn(num_features=32) -> conv(8, 3x3, in_channels=32)"
    ),
    "a flatten forgotten": "conv(8, 3x3) -> linear(64, in_features=8) -> relu -> linear(10, in_features=64)",
    "a flatten forgotten and a promise": "conv(8, 3x3) -> linear(64) -> dropout -> linear(10)\noutput y: [10]",
    "a reshape to too few values": "conv(8, 3x3) -> reshape(1352) -> linear(10, in_features=1352)\noutput y: [10]",
    "a reshape, and the number there is": "conv(8, 3x3) -> reshape(1352) -> linear(10, in_features=7200)",
    "a window that is too large": (
        "conv(8, 99x99) -> bn -> conv(8, 3x3) -> maxpool(2x2) -> flatten -> linear(9, in_features=128)"
    ),
    "channels that were not pruned": "conv(30, 3x3, groups=4) -> bn(num_features=32) -> conv(8, 1x1, in_channels=32)",
    "padding of a pool, then the sizes it was to give": (
        "maxpool(2x2, padding=2) -> flatten -> linear(9, in_features=972)"
    ),
    "a join without its stride": (
        "residual { conv(4, 3x3, stride=2, padding=1) }\nflatten -> linear(9, in_features=1024)"
    ),
    "a join of other channels, then theirs": (
        "residual { conv(8, 3x3, padding=1) }\nbn(num_features=8) -> conv(8, 1x1, in_channels=8)"
    ),
    "a concat of other sizes": (
        "concat {\n conv(4, 3x3)\n identity\n}\nconv(8, 3x3, in_channels=8) -> flatten -> linear(3, in_features=6272)"
    ),
    "conv1d on a map": "conv1d(8, 3) -> bn -> conv1d(8, 3) -> flatten -> linear(3, in_features=4000)",
    "output padding": (
        "conv_transpose(8, 3x3, output_padding=1) "
        "-> conv(8, 3x3, in_channels=8) -> residual { conv(8, 3x3, padding=1) }"
    ),
    "a wrong argument": "conv(8, 3x3, padding=-1) -> bn(num_features=8) -> flatten -> linear(4, in_features=8192)",
    "a linear after another's slip": "flatten -> linear(64, in_features=99) -> relu -> linear(10, in_features=64)",
    "a require behind a fault": "conv(8, 99x99)\nguarded",
    "a choice behind a fault": "conv(8, 99x99)\nchoosing",
    "the same block behind its own fault": "repeat 3 { conv(4, 40x40) }",
    "a word that is misspelt": "conv(8, 3x3, paddin=1) -> flatten -> linear(3, in_features=8192)",
    "a width that is misspelt": "conv(out_channel=8, kernel_size=3) -> bn(num_features=8)",
    "an axis that is misspelt": "flatten(start=2) -> conv1d(8, 3) -> linear(3)",
    "a type": "conv(8, 3x3, stride=true) -> residual { conv(8, 3x3, padding=1) }",
    "a group norm": "conv(6, 3x3) -> group_norm(4) -> conv(8, 3x3, in_channels=6)",
}

INDEPENDENT = {
    "two written numbers": ("conv(8, 3x3, in_channels=3) -> conv(8, 3x3, in_channels=9)", ["E0405", "E0405"]),
    "channels behind a window": ("conv(8, 99x99) -> conv(8, 3x3, in_channels=3)", ["E0402", "E0405"]),
    "a pool, then a matrix over positions": ("maxpool(2x2, padding=2) -> linear(10)", ["E0406", "E0408"]),
    "a join behind a window": ("conv(8, 99x99) -> residual { conv(9, 3x3, padding=1) }", ["E0402", "E0401"]),
    "behind a flatten that is missing": ("linear(64) -> linear(10, in_features=65)", ["E0408", "E0405"]),
    "a promise behind a written number": ("flatten -> linear(10, in_features=1)\noutput y: [11]", ["E0405", "E0503"]),
    "an argument that cannot be": ("conv(8, 3x3, stride=0) -> conv(8, 3x3, in_channels=9)", ["E0302", "E0405"]),
    "a word that is misspelt": ("conv(8, 3x3, pading=1) -> conv(8, 3x3, in_channels=9)", ["E0303", "E0405"]),
    "a type": ("conv(8, 3x3, bias=3) -> bn(num_feature=8) -> conv(8, 3x3, groups=3)", ["E0301", "E0303", "E0404"]),
    "groups, then a norm": ("conv(9, 3x3, groups=3) -> bn(num_features=8)", ["E0404", "E0405"]),
    "two joins": (
        "residual { conv(8, 3x3, padding=1) }\nmaxpool(2x2)\nconcat {\n maxpool(2x2)\n conv(3, 1x1)\n}",
        ["E0401", "E0401"],
    ),
}

HEAD = """
block guarded { require in.height % 2 == 0
    relu }
block choosing { if in.height > 4 { conv(9, 1x1) } else { conv(8, 1x1) }
    bn(num_features=9) }
network n {
    input x: [4, H=32, W=32]
"""


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_is_one_error(name: str, find: Find) -> None:
    found = find(f"{HEAD}{FAULTS[name]}\n}}\n")
    assert len(found) == 1, [finding.message for finding in found]


@pytest.mark.parametrize("name", INDEPENDENT)
def test_other_faults_are_found_too(name: str, find: Find) -> None:
    body, codes = INDEPENDENT[name]
    found = find(f"{HEAD}{body}\n}}\n")
    assert [finding.code for finding in found] == codes
    assert [finding.span.start for finding in found] == sorted(finding.span.start for finding in found)


def test_what_is_in_doubt_is_not_said_to_be_a_number(find: Find) -> None:
    _, join = find(f"{HEAD}conv(8, 99x99) -> residual {{ conv(9, 3x3, padding=1) }}\n}}\n")
    assert join.message == "cannot add 9x?x? and 8x?x?: C is 9 and 8"
    _, matrix = find(f"{HEAD}maxpool(2x2, padding=2) -> linear(10)\n}}\n")
    assert "W: ? positions" in matrix.message


def test_faults_of_several_networks_and_blocks(find: Find) -> None:
    found = find("""
    block one { conv(8, 3x3, in_channels=5) }
    block two { maxpool(2x2, padding=2) }
    network n { input x: [4, H=32, W=32]
        one -> two }
    network m { input x: [4, H=32, W=32]
        two -> linear(3) }
    """)
    assert [finding.code for finding in found] == ["E0405", "E0406", "E0408"]


def test_a_network_applied_to_other_sizes_is_one_error(find: Find) -> None:
    (fault,) = find("""
    network inner { input x: [3, H=8, W=8]
        conv(4, 3x3, in_channels=3) }
    network outer { input x: [1, H=8, W=8]
        inner -> conv(2, 1x1, in_channels=4) }
    """)
    assert fault.code == "E0405"
    assert fault.message == "inner takes C = 3, and its input here is 1x8x8"


def test_a_promise_that_is_made_twice(find: Find) -> None:
    """``output`` and ``expect`` say the same of the same value."""
    found = find("network n { input x: [3, H=8, W=8]\n conv(4, 3x3)\n output y: [4, 8, 8]\n expect y == 4x8x8\n}\n")
    assert [finding.code for finding in found] == ["E0503"]
    found = find("network n { input x: [3, H=8, W=8]\n conv(4, 3x3)\n output y: [4, 8, 8]\n expect y == 4x7x7\n}\n")
    assert [finding.code for finding in found] == ["E0503", "E0501"]
