"""What is offered first for a fault, and that all that is offered holds when it is carried out."""

from __future__ import annotations

import pytest

from cnndsl.compiler import check
from cnndsl.diagnostics.diagnostic import Diagnostic
from cnndsl.diagnostics.patch import apply
from cnndsl.source import Source


def network(body: str, image: str = "[3, H=32, W=32]") -> str:
    """A program with one network."""
    lines = "".join(f"    {line}\n" for line in body.strip("\n").split("\n"))
    return f"network n {{\n    input x: {image}\n{lines}}}\n"


def findings(text: str, fixes: bool = True) -> list[Diagnostic]:
    """The errors of a program."""
    found = check(Source("n.cnn", text), lambda name, source: None, fixes=fixes).findings
    return [one for one in found if one.severity == "error"]


CASES = {
    "features that are written": (
        network("maxpool(2x2)\nflatten\nlinear(10, in_features=3072)"),
        "E0405",
        ["leave in_features=3072 out (-23,040 parameters; checked)", "declare x as 3x64x64 (checked)"],
    ),
    "channels that are written": (
        network("conv(8, 3x3, in_channels=1)"),
        "E0405",
        ["leave in_channels=1 out (+144 parameters; checked)", "declare x with 1 channel (checked)"],
    ),
    "one value a channel was meant": (
        network("conv(64, 3x3)\navgpool(8x8)\nflatten\nfc: linear(10, in_features=64)"),
        "E0405",
        ["average whole maps (checked)", "leave in_features=64 out (+5,120 parameters; checked)"],
    ),
    "flatten": (
        network("conv(8, 3x3, padding=1)\nfc: linear(10)"),
        "E0408",
        ["flatten first, to 8,192 features (+81,930 parameters; checked)"],
    ),
    "a shortcut": (
        network("conv(16, 1x1)\nresidual {\n    conv(32, 3x3, stride=2, padding=1) -> bn -> relu\n}"),
        "E0401",
        ["project the shortcut (+576 parameters; checked)"],
    ),
    "padding": (
        network("add {\n    a: conv(3, 3x3)\n    identity\n}"),
        "E0401",
        ["write padding=1 in a (checked)"],
    ),
    "rounding": (
        network("add {\n    a: avgpool(2x2)\n    b: conv(3, 3x3, stride=2, padding=1)\n}", "[3, 33, 33]"),
        "E0401",
        ["write ceil_mode=true in a (checked)"],
    ),
    "a mask with a channel too few": (
        network("mul {\n    identity\n    global_avgpool -> gate: conv(2, 1x1) -> sigmoid\n}"),
        "E0401",
        ["change 2 to 3 in gate (+4 parameters; checked)"],
    ),
    "halved and doubled": (
        network(
            "a: conv(8, 3x3, padding=1)\nmaxpool(2x2)\nupsample(scale_factor=2)\nconcat {\n    identity\n    from a\n}",
            "[3, H=45, W=45]",
        ),
        "E0401",
        ["declare x as 3x44x44 (checked)"],
    ),
    "a window too large": (
        network("conv(8, 3x3)\nmaxpool(4x4)\nend: avgpool(8x8)\nflatten -> linear(2)"),
        "E0402",
        ["average whole maps in end (checked)"],
    ),
    "a pool too many": (
        network("maxpool(2x2)\nmaxpool(2x2)\nconv(8, 3x3, padding=1)\nlast: maxpool(2x2)", "[3, 4, 4]"),
        "E0402",
        ["leave last out (checked)"],
    ),
    "channels last": (
        network("conv(8, 1x1, in_channels=3)", "[28, 30, 3]"),
        "E0405",
        ["declare x with C first, as 3x28x30 (checked)"],
    ),
    "groups": (
        network("conv(48, 1x1)\ng: group_norm(32)"),
        "E0404",
        ["change 32 to 16 in g (checked)"],
    ),
    "depthwise": (
        network("conv(27, 1x1)\nd: conv(32, 3x3, groups=27)"),
        "E0404",
        ["change 32 to 27 in d (-50 parameters; checked)"],
    ),
    "channels of pixels": (
        network("c: conv(30, 3x3, padding=1)\npixel_shuffle(4)"),
        "E0404",
        ["change 30 to 32 in c (+56 parameters; checked)"],
    ),
    "padding of a pool": (network("p: maxpool(2x2, padding=2)"), "E0406", ["write padding=1 in p (checked)"]),
    "output padding": (
        network("up: conv_transpose(8, 3x3, output_padding=1)"),
        "E0407",
        ["write output_padding=0 in up (checked)", "write stride=2 in up (checked)"],
    ),
    "values of a reshape": (network("reshape(3, 16, 16)"), "E0409", ["reshape to 12x16x16 (checked)"]),
    "a flat image": (
        network("conv(8, 3x3)", "[784]"),
        "E0411",
        ["reshape to 1x28x28 first (checked)"],
    ),
    "another number of axes": (
        network("a: conv1d(8, 3) -> bn -> relu -> b: conv1d(8, 3)"),
        "E0411",
        ["use conv (checked)"],
    ),
    "after the flatten": (
        network("conv(8, 3x3)\nflat: flatten\nconv(8, 3x3)"),
        "E0411",
        ["leave flat out (checked)"],
    ),
    "classes": (
        network("flatten -> fc: linear(4)\noutput logits: [2]"),
        "E0503",
        ["change 4 to 2 in fc (-6,146 parameters; checked)", "promise 4, which is what there is (checked)"],
    ),
    "a round trip": (
        network("conv(8, 3x3, stride=2) -> up: conv_transpose(3, 3x3, stride=2)\noutput same: [3, 32, 32]"),
        "E0503",
        ["write output_padding=1 in up (checked)"],
    ),
    "positions that stay": (
        network("fc: linear(8, in_features=28) -> relu\noutput logits: [8]", "[28, 28]"),
        "E0408",
        ["flatten first, to 784 features (+6,048 parameters; checked)"],
    ),
    "padding everywhere": (
        network("concat {\n    a: conv(8, 3x3)\n    b: conv(8, 5x5)\n    identity\n}"),
        "E0401",
        ["keep the size in both places: padding=1 or 2 (checked)"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_offered(name: str) -> None:
    text, code, titles = CASES[name]
    (finding,) = findings(text)
    assert finding.code == code
    assert [fix.title for fix in finding.fixes][: len(titles)] == titles
    for fix in finding.fixes:
        assert not findings(apply(text, list(fix.edits)), fixes=False), fix.title
    assert len(finding.fixes) <= 3


def test_only_what_is_written_once_more_is_safe() -> None:
    safe = {fix.title for text, _, _ in CASES.values() for one in findings(text) for fix in one.fixes if fix.safe}
    assert safe
    assert all(title.startswith("leave ") and "=" in title for title in safe)


CELL = """\
block cell(width, stride = 1) {
    residual {
        conv1: conv(width, 3x3, stride=stride, padding=1, bias=false) -> bn -> relu
        conv2: conv(width, 3x3, padding=1, bias=false) -> bn
    }
    relu
}

network small {
    input x: [3, H=32, W=32]
    conv(16, 3x3, padding=1)
    cell(16) -> cell(32, stride=2) -> cell(32) -> cell(64, stride=2)
}
"""


def test_a_block_is_mended_for_all_its_uses() -> None:
    """The projection of the uses that need one: 16 * 32 + 2 * 32 and 32 * 64 + 2 * 64."""
    (finding,) = findings(CELL)
    fix = finding.fixes[0]
    assert fix.title == f"project the shortcut (+{16 * 32 + 2 * 32 + 32 * 64 + 2 * 64:,} parameters; checked)"
    (edit,) = fix.edits
    words = "if stride != 1 or it.channels != width { conv(width, 1x1, stride=stride, bias=false) -> bn }"
    assert edit.text == f" shortcut {{ {words} }}"
    assert not findings(apply(CELL, [edit]))


def test_a_loop_is_mended_for_all_its_rounds() -> None:
    """Two of three rounds need a projection: 16 * 32 + 32 and 32 * 64 + 64."""
    lines = "conv(16, 1x1)\nfor w in [16, 32, 64] {\n    residual { conv(w, 3x3, padding=1) }\n}"
    (finding,) = findings(network(lines))
    fix = finding.fixes[0]
    assert fix.title == f"project the shortcut (+{16 * 32 + 32 + 32 * 64 + 64:,} parameters; checked)"
    assert fix.edits[0].text == " shortcut { if it.channels != w { conv(w, 1x1) } }"


def test_the_stride_of_another_use_is_thought_of() -> None:
    """The first use that fails has a stride of 1; the projection has the stride of each."""
    text = CELL.replace("cell(16) -> cell(32, stride=2) -> cell(32)", "cell(24) -> cell(24) -> cell(32, stride=2)")
    (finding,) = findings(text)
    assert "stride=stride" in finding.fixes[0].edits[0].text
    assert not findings(apply(text, list(finding.fixes[0].edits)))


def test_a_symbol_in_a_promise_goes_with_the_input() -> None:
    """A U-Net of one level takes even sizes alone."""
    lines = (
        "a: conv(8, 3x3, padding=1)\nmaxpool(2x2)\nconv_transpose(8, 2x2, stride=2)\n"
        "add {\n    identity\n    from a\n}\noutput y: [8, H, W]"
    )
    (finding,) = findings(network(lines, "[3, H=33, W=33]"))
    assert "declare x as 3x32x32 (checked)" in [fix.title for fix in finding.fixes]


def test_a_number_changes_where_it_is_written() -> None:
    text = """\
block unit(width, padding = 0) { conv(width, 3x3, padding=padding) -> relu }

network n {
    input x: [8, H=32, W=32]
    add {
        unit(8, padding=1)
        second: unit(8)
    }
}
"""
    (finding,) = findings(text)
    fix = finding.fixes[0]
    assert fix.title == "write padding=1 in second (checked)"
    assert apply(text, list(fix.edits)) == text.replace("second: unit(8)", "second: unit(8, padding=1)")


def test_a_name_of_the_block_stands_for_the_number() -> None:
    text = """\
block bottleneck(width) {
    let out = width * 4
    residual {
        conv(width, 1x1) -> relu -> last: conv(width, 1x1)
    } shortcut { conv(out, 1x1) }
}

network n {
    input x: [16, H=8, W=8]
    bottleneck(8) -> bottleneck(16)
}
"""
    (finding,) = findings(text)
    fix = finding.fixes[0]
    assert fix.title.startswith("change width to out in last (+")
    assert not findings(apply(text, list(fix.edits)))


def test_what_is_imported_is_not_edited() -> None:
    library = Source("lib.cnn", "block head { linear(10) }\n")
    text = "import lib: head\nnetwork n {\n    input x: [3, H=8, W=8]\n    head\n}\n"
    found = check(Source("n.cnn", text), lambda name, source: library if name == "lib" else None, fixes=True).findings
    assert [one.code for one in found] == ["E0408"]
    assert all(edit.span.source.name == "n.cnn" for one in found for fix in one.fixes for edit in fix.edits)


def test_of_two_faults_each_has_its_own_fix() -> None:
    text = network("a: conv(8, 3x3, in_channels=4)\nb: conv(8, 3x3, groups=3)")
    first, second = findings(text)
    assert first.fixes[0].title.startswith("leave in_channels=4 out")
    assert second.fixes
    for finding, other in ((first, second), (second, first)):
        for fix in finding.fixes:
            (left,) = findings(apply(text, list(fix.edits)), fixes=False)
            assert left.code == other.code


def test_a_fact_that_would_break_refuses_a_fix() -> None:
    """A stride would make the sizes agree too, and then the network would cost less than it says."""
    body = "residual {\n    a: conv(3, 3x3, bias=false)\n}\nexpect macs == 3 * 3 * 9 * 32 * 32"
    (finding,) = findings(network(body))
    assert [fix.title for fix in finding.fixes] == ["write padding=1 in a (checked)"]


def test_without_being_asked_nothing_is_tried() -> None:
    assert not any(one.fixes for one in findings(CELL, fixes=False))


def test_what_was_in_doubt_behind_a_fault_is_no_new_error() -> None:
    text = network("conv(16, 3x3) -> bn(num_features=17)\nresidual { conv(16, 3x3) }")
    first, second = findings(text)
    assert "?x30x30" in second.message
    assert second.notes == ("`?` is a size that depends on a mistake further up",)
    assert first.fixes[0].title == "leave num_features=17 out (checked)"
    (left,) = findings(apply(text, list(first.fixes[0].edits)))
    assert left.message == second.message.replace("?", "16")
