"""A line that is used several times has one warning, at the place of which it is always true."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from cnndsl.compiler import check
from cnndsl.lints import Selection
from cnndsl.source import Source


def told(warning: Any) -> tuple[str, str, tuple[str, ...]]:
    return warning.code, warning.span.text, warning.notes


def test_a_loop_and_a_block(linted: Any) -> None:
    text = """
    block unit(width) { conv(width, 3x3, padding=1) -> bn -> relu }
    network n {
        input image: [3, H=32, W=32]
        stage: { for w in [8, 16, 32] { unit(w) } }
        unit(8)
    }
    """
    (warning,) = linted(text)
    assert told(warning) == (
        "bias-before-norm",
        "conv(width, 3x3, padding=1)",
        ("4 uses; the first: stage.0.0",),
    )
    assert warning.message == "the batch norm after it takes the bias of these 8 channels away again"
    assert len(warning.fixes) == 1


def test_the_call_of_which_it_is_true(linted: Any) -> None:
    text = """
    block open(width) { conv(width, 3x3, padding=1) }
    block normed(width) { open(width) -> bn -> relu }
    network n {
        input image: [3, H=32, W=32]
        open(8) -> relu
        normed(8) -> normed(16)
        open(8) -> tail: bn
    }
    """
    inner, last = linted(text)
    assert told(inner)[:2] == ("bias-before-norm", "open(width)")
    assert told(last)[:2] == ("bias-before-norm", "open(8)")
    assert last.labels[0].span.text == "conv(width, 3x3, padding=1)"
    assert last.notes == ("of other uses of the block this is not true",)
    assert not inner.fixes
    assert not last.fixes


def test_some_uses_are_named(linted: Any) -> None:
    text = """
    network n {
        input image: [3, H=32, W=32]
        for i in range(5) { conv{i}: conv(8, 3x3, padding=1) -> if i > 0 { bn } -> relu }
    }
    """
    (warning,) = linted(text)
    assert warning.notes == ("in 4 of 5 uses: conv1, conv2, conv3, ...",)
    assert not warning.fixes


def test_some_networks_are_named(linted: Any) -> None:
    text = """
    network n(normed = true) {
        input image: [3, H=32, W=32]
        conv(8, 3x3, padding=1) -> if normed { bn } -> relu
    }
    network plain = n(false)
    """
    (warning,) = linted(text)
    assert warning.notes == ("in 1 of 2 uses: n",)
    (alone,) = linted(text, network="n")
    assert alone.notes == ()
    assert len(alone.fixes) == 1


def test_a_line_is_right_as_long_as_one_use_needs_it(linted: Any) -> None:
    """The ReLU of a block that begins with one is redundant behind another, and needed behind a sum."""
    text = """
    block unit(width) { relu -> conv(width, 3x3, padding=1) }
    network n {
        input image: [3, H=32, W=32]
        conv(8, 3x3) -> relu -> unit(8)
        unit(8)
    }
    """
    assert linted(text) == []
    (warning,) = linted(text.replace("        unit(8)\n", "        relu -> unit(8)\n"))
    assert (warning.code, warning.notes) == ("redundant-activation", ("2 uses; the first: 2.0",))


def test_what_is_imported_is_told_of_its_own_file(linted: Any) -> None:
    unit = "block unit(width) { conv(width, 3x3, padding=1) -> bn -> relu }\n"
    network = "network m {\n    input image: [3, H=32, W=32]\n    unit(8)\n}\n"
    assert linted(f"import other: unit\n{network}", other=unit) == []
    (warning,) = linted(unit + network)
    assert warning.code == "bias-before-norm"


def test_what_comes_of_two_files_is_told_at_the_call(linted: Any) -> None:
    unit = "block hidden(width) { linear(width) -> relu }\n"
    network = (
        "import other: hidden\nnetwork m {\n    input features: [64]\n    hidden(32) -> hidden(10) -> softmax\n}\n"
    )
    (warning,) = linted(network, other=unit)
    assert told(warning)[:2] == ("relu-before-softmax", "hidden(10)")
    assert [label.span.text for label in warning.labels] == ["relu", "softmax"]


BROKEN = """
network n {
    input features: [64]
    linear(32) -> relu -> linear(3) -> relu -> softmax
    output scores: [4]
}
"""


def findings(text: str) -> list[tuple[str, str]]:
    checked = check(Source("main.cnn", dedent(text)), lambda *_: None, lint=Selection(), fixes=True)
    return [(one.severity, one.code) for one in checked.findings]


def test_a_broken_contract_is_no_obstacle() -> None:
    assert findings(BROKEN) == [("error", "E0503"), ("warning", "relu-before-softmax")]


def test_other_errors_come_first() -> None:
    assert findings(BROKEN.replace("softmax", "softmax(dim=2)")) == [("error", "E0410")]
    assert findings(BROKEN.replace("softmax", "softmaxx")) == [("error", "E0201")]


def test_of_a_file_nothing_is_said_where_one_network_is_asked_for(linted: Any) -> None:
    text = """
    import resnet: basic
    block unit(width) { relu }
    network n {
        input image: [3, H=32, W=32]
        conv(8, 3x3)  # cnn: allow(bias-before-norm)
    }
    """
    assert [one.code for one in linted(text)] == ["unused-import", "unused-block", "unused-parameter", "unused-allow"]
    assert linted(text, network="n") == []


@pytest.mark.parametrize("depth", [3, 60])
def test_what_is_seen_through_many_steps(depth: int, linted: Any) -> None:
    pools = f"repeat {depth} {{ maxpool(1x1) }}"
    text = f"network n {{\n    input image: [3, H=8, W=8]\n    conv(3, 1x1) -> relu\n    {pools}\n    relu\n}}\n"
    assert [one.code for one in linted(text, ignore=("kernel-on-1x1",))] == ["redundant-activation"]


def test_a_network_beyond_all_measure_is_not_looked_at(linted: Any) -> None:
    text = """
    block eight { repeat 8 { relu } }
    block many { repeat 50 { eight } }
    network n {
        input image: [3, H=8, W=8]
        relu
        repeat TIMES { many }
    }
    """
    assert [one.code for one in linted(text.replace("TIMES", "49"))] == ["redundant-activation"]
    assert linted(text.replace("TIMES", "51")) == []


def test_of_many_networks_the_first_are_looked_at(linted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "{\n    input image: [3, H=8, W=8]\n    relu -> relu\n}\n"
    text = f"network one {body}network two {body}network three {body}"
    assert len(linted(text)) == 3
    monkeypatch.setattr("cnndsl.lints.findings.ALL", 5)
    assert [one.span.source.position(one.span.start)[0] for one in linted(text)] == [3, 7]


def test_many_comments_are_read_once() -> None:
    """Each is about the same line; looking for it anew would take minutes."""
    comments = "# cnn: allow(x)\n" * 30_000
    network = "network n {\n    input x: [3, H=8, W=8]\n    relu\n}\n"
    for text in (network + comments, network.replace("    relu", f"{comments}    relu")):
        found = check(Source("main.cnn", text), lambda *_: None, lint=Selection(), fixes=True).findings
        assert {one.code for one in found} == {"unused-allow"}
        assert len(found) == 50


def test_behind_a_precondition_that_does_not_hold_nothing_is_dead() -> None:
    text = "network n {\n    input x: [3, H=8, W=8]\n    require H > 9\n    relu\n    output y: [3, H, W]\n}\n"
    found = check(Source("n.cnn", text), lambda name, importer: None, lint=Selection()).findings
    assert [one.code for one in found] == ["E0502"]
