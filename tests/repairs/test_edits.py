"""Edits of calls and lines, held against texts written by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cnndsl.diagnostics.diagnostic import Edit
from cnndsl.diagnostics.patch import apply
from cnndsl.repairs.edits import after, before, renamed, with_arguments, without
from cnndsl.repairs.places import Place, Places
from cnndsl.source import Source, Span
from cnndsl.syntax.parser import parse


def place(body: str, word: str) -> tuple[str, Place]:
    """The step of a network's body that begins with ``word``."""
    text = f"network n {{\n    input x: [3, H=8, W=8]\n{body}}}\n"
    source = Source("n.cnn", text)
    file, findings = parse(source)
    assert not findings
    start = text.index(word)
    found = Places(file).find(Span(source, start, start))
    assert found is not None
    return text, found


def edited(body: str, word: str, edit: Callable[[Place], Edit | tuple[Edit, ...]]) -> str:
    """The body after an edit of the step that begins with ``word``."""
    text, found = place(body, word)
    edits = edit(found)
    after = apply(text, [edits] if isinstance(edits, Edit) else list(edits))
    assert not parse(Source("n.cnn", after))[1]
    return after.removeprefix("network n {\n    input x: [3, H=8, W=8]\n").removesuffix("}\n")


def arguments(*changes: tuple[int | str, str | None]) -> Callable[[Place], tuple[Edit, ...]]:
    """Another value, or none, for the argument at a place or of a name."""

    def edit(found: Place) -> tuple[Edit, ...]:
        assert found.call is not None
        own = found.call.arguments
        return with_arguments(found.call, {own[key] if isinstance(key, int) else key: value for key, value in changes})

    return edit


@pytest.mark.parametrize(
    ("body", "changes", "expected"),
    [
        ("    conv(8, 3x3)\n", [("padding", "1")], "    conv(8, 3x3, padding=1)\n"),
        (
            "    conv(8, 3x3)\n",
            [(0, "16"), ("padding", "1"), ("stride", "2")],
            "    conv(16, 3x3, padding=1, stride=2)\n",
        ),
        ("    bn\n", [("affine", "false")], "    bn(affine=false)\n"),
        ("    bn()\n", [("affine", "false")], "    bn(affine=false)\n"),
        ("    bn(eps=1)\n", [(0, None)], "    bn\n"),
        ("    bn(eps=1)\n", [(0, None), ("affine", "false")], "    bn(affine=false)\n"),
        ("    conv(8, 3x3, padding=1)\n", [(2, None)], "    conv(8, 3x3)\n"),
        ("    conv(8, 3x3, padding=1)\n", [("stride", "2")], "    conv(8, 3x3, stride=2, padding=1)\n"),
        (
            "    conv(8, 3x3, stride=1, bias=false)\n",
            [(2, None), ("padding", "1")],
            "    conv(8, 3x3, padding=1, bias=false)\n",
        ),
        ("    conv(8, 3x3, padding=1, stride=2)\n", [(2, None)], "    conv(8, 3x3, stride=2)\n"),
        ("    conv(8, 3x3, padding=1, stride=2)\n", [(2, None), (3, None)], "    conv(8, 3x3)\n"),
        ("    conv(8, 3x3, padding=1)\n", [(2, None), ("stride", "2")], "    conv(8, 3x3, stride=2)\n"),
        ("    bn(eps=1, affine=false)\n", [(0, None)], "    bn(affine=false)\n"),
        (
            "    conv(8,  # wide\n         3x3, padding=1)\n",
            [(2, None)],
            "    conv(8,  # wide\n         3x3)\n",
        ),
        (
            "    conv(8, 3x3,  # small, square\n         padding=1)\n",
            [(2, None)],
            "    conv(8, 3x3  # small, square\n         )\n",
        ),
        (
            "    conv(8, 3x3,\n        padding=1,\n        stride=2\n    )\n",
            [(2, None)],
            "    conv(8, 3x3,\n        stride=2\n    )\n",
        ),
        ("    conv(out_channels=8, kernel_size=3x3)\n", [(1, "5x5")], "    conv(out_channels=8, kernel_size=5x5)\n"),
    ],
)
def test_arguments(body: str, changes: list[tuple[int | str, str | None]], expected: str) -> None:
    word = "bn" if "bn" in body else "conv"
    assert edited(body, word, arguments(*changes)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("    relu\n", "    flatten\n    relu\n"),
        ("    bn -> relu\n", "    bn -> flatten -> relu\n"),
        ("    bn ->\n    relu\n", "    bn ->\n    flatten -> relu\n"),
        ("    repeat 2 { relu }\n", "    repeat 2 { flatten -> relu }\n"),
        ("    fc: relu\n", "    flatten\n    fc: relu\n"),
    ],
)
def test_before(body: str, expected: str) -> None:
    word = "fc" if "fc" in body else "relu"
    start = "relu"
    assert edited(body, start, lambda found: before(found.step, found.line, "flatten")) == expected, word


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("    bn\n    relu\n", "    bn\n"),
        ("    bn -> relu\n", "    bn\n"),
        ("    relu -> bn\n", "    bn\n"),
        ("    bn\n        -> relu -> conv(8, 3x3)\n", "    bn\n        -> conv(8, 3x3)\n"),
        ("    bn -> relu  # cut\n", "    bn  # cut\n"),
    ],
)
def test_without(body: str, expected: str) -> None:
    assert edited(body, "relu", lambda found: without(found.step, found.line)) == expected


def test_after_and_renamed() -> None:
    assert edited("    bn -> relu\n", "bn", lambda found: after(found.step, "silu")) == "    bn -> silu -> relu\n"
    assert edited("    maxpool(2)\n", "maxpool", lambda found: renamed(found.call, "avgpool")) == "    avgpool(2)\n"  # type: ignore[arg-type]
