"""Fixes of warnings are compiled before they are offered; the safe ones keep results and names of weights."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from cnndsl.compiler import check
from cnndsl.diagnostics import Diagnostic, Fix
from cnndsl.lints import Selection
from cnndsl.lints.verification import TRIED, edited
from cnndsl.source import Source

HEAD = "network n {\n    input image: [3, H=32, W=32]\n"


def fix(warnings: list[Diagnostic], code: str) -> tuple[Fix, str]:
    """The first fix of the first warning of a rule, and the text that it makes."""
    warning = next(one for one in warnings if one.code == code)
    return warning.fixes[0], edited(warning.span.source.text, warning.fixes[0].edits)


@pytest.mark.parametrize(
    ("rule", "before", "after", "safe"),
    [
        ("bias-before-norm", "c: conv(8, 3x3) -> bn", "c: conv(8, 3x3, bias=false) -> bn", False),
        ("bias-before-norm", "conv(8, 3x3, bias=true) -> bn", "conv(8, 3x3, bias=false) -> bn", False),
        ("bias-before-norm", "conv(8, 3x3, 1, 0, 1, 1, 1 < 2) -> bn", "conv(8, 3x3, 1, 0, 1, 1, false) -> bn", False),
        ("redundant-activation", "c: conv(8, 3x3) -> relu -> relu", "c: conv(8, 3x3) -> relu", True),
        (
            "redundant-activation",
            "conv(8, 3x3) -> relu\n    relu -> conv(8, 1x1)",
            "conv(8, 3x3) -> relu\n    conv(8, 1x1)",
            False,
        ),
        (
            "redundant-activation",
            "c: conv(8, 3x3) -> relu\n    relu  # once more\n    flatten",
            "c: conv(8, 3x3) -> relu\n    flatten",
            True,
        ),
        (
            "dropout-before-norm",
            "c: conv(8, 3x3) -> d: dropout(0.1) -> bn -> relu",
            "c: conv(8, 3x3) -> bn -> d: dropout(0.1) -> relu",
            False,
        ),
        (
            "dropout-before-maxpool",
            "c: conv(8, 3x3) -> dropout\n    p: maxpool(2x2)",
            "c: conv(8, 3x3) -> p: maxpool(2x2)\n    dropout",
            False,
        ),
        ("relu-before-softmax", "conv(8, 3x3) -> relu -> softmax", "conv(8, 3x3) -> softmax", False),
        ("double-softmax", "conv(8, 3x3) -> softmax -> log_softmax", "conv(8, 3x3) -> log_softmax", False),
        ("softmax-axis", "conv(8, 3x3) -> softmax(dim=-1)", 'conv(8, 3x3) -> softmax(dim="C")', False),
        ("softmax-axis", "conv(8, 3x3) -> softmax(3)", 'conv(8, 3x3) -> softmax("C")', False),
        ("softmax-over-one", "conv(1, 3x3) -> s: softmax", "conv(1, 3x3) -> s: sigmoid", False),
        ("unread-name", "conv(8, 3x3) -> a: identity\n    b: relu", "conv(8, 3x3)\n    b: relu", True),
        ("unused-let", "let a = 3\n    conv(8, 3x3)", "conv(8, 3x3)", True),
        ("unused-allow", "conv(8, 3x3)  # cnn: allow(softmax-axis)", "conv(8, 3x3)", True),
        ("unused-allow", "conv(8, 3x3)  # cnn: allow(softmax-axis) why", "conv(8, 3x3)  # why", True),
        (
            "unused-allow",
            "conv(8, 3x3) -> bn  # cnn: allow(softmax-axis, bias-before-norm)",
            "conv(8, 3x3) -> bn  # cnn: allow(bias-before-norm)",
            True,
        ),
        (
            "unused-allow",
            "conv(8, 3x3) -> bn  # cnn: allow(bias-before-norm, softmax-axis)",
            "conv(8, 3x3) -> bn  # cnn: allow(bias-before-norm)",
            True,
        ),
        ("unused-allow", "# cnn: allow(softmax-axis)\n    conv(8, 3x3)", "conv(8, 3x3)", True),
    ],
)
def test_fix(rule: str, before: str, after: str, safe: bool, linted: Any) -> None:
    found, text = fix(linted(f"{HEAD}    {before}\n}}\n"), rule)
    assert text == f"{HEAD}    {after}\n}}\n"
    assert found.safe == safe
    assert found.title.endswith("(checked)")


def test_imports(linted: Any) -> None:
    program = HEAD + "    conv(8, 3x3) -> a(8) -> c(8)\n}\n"
    other = "block a(w) { conv(w, 1x1) -> relu }\nblock b(w) { relu }\nblock c(w) { relu }\n"
    for names, left in [("a, b, c", "a, c"), ("b, a, c", "a, c"), ("a, c, b", "a, c")]:
        found, text = fix(linted(f"import other: {names}\n{program}", other=other), "unused-import")
        assert text == f"import other: {left}\n{program}"
        assert found.safe
    text = fix(linted(f"import other: b\nimport other: a, c\n{program}", other=other), "unused-import")[1]
    assert text == f"import other: a, c\n{program}"


def test_no_two_empty_lines_are_left(linted: Any) -> None:
    text = fix(linted(f"let a = 1\n\n{HEAD}    relu\n}}\n"), "unused-let")[1]
    assert text == f"{HEAD}    relu\n}}\n"
    text = fix(linted(f"let b = 8\n\nlet a = 1  # no more\n\n{HEAD}    conv(b, 1x1)\n}}\n"), "unused-let")[1]
    assert text == f"let b = 8\n\n{HEAD}    conv(b, 1x1)\n}}\n"


@pytest.mark.parametrize(
    "body",
    [
        # The parameters are a fact that somebody counted on.
        "conv(8, 3x3) -> bn\n    expect params == 240",
        # The name is used.
        "conv(8, 3x3) -> relu -> b: relu\n    add {\n        identity\n        from b\n    }",
        # A branch would be gone.
        "conv(8, 3x3) -> relu\n    add {\n        relu\n        conv(8, 1x1)\n    }",
        # The call is not there to be changed.
        "shared c = conv(8, 3x3)\n    c -> bn",
    ],
)
def test_no_fix(body: str, linted: Any) -> None:
    warnings = linted(f"{HEAD}    {body}\n}}\n", ignore=("linear-composition",))
    assert warnings
    assert not any(one.fixes for one in warnings)


def test_the_work_is_bounded(linted: Any) -> None:
    lines = "".join(f"    c{i}: conv(8, 1x1) -> bn -> relu\n" for i in range(TRIED + 3))
    warnings = linted(f"{HEAD}{lines}}}\n")
    assert [len(one.fixes) for one in warnings] == [1] * TRIED + [0] * 3


def test_fixes_cost_nothing_where_nobody_wants_them() -> None:
    source = Source("main.cnn", dedent(f"{HEAD}    conv(8, 1x1) -> bn\n}}\n"))
    (warning,) = check(source, lambda *_: None, lint=Selection()).findings
    assert warning.fixes == ()
