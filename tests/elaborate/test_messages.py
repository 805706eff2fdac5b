"""What is said of some mistakes, word by word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cnndsl.compiler import Checked

MESSAGES = [
    ("expect 3 == params", "params is 12, not 3"),
    ("expect params == 3", "params is 12, not 3"),
    ("expect params < 3", "params is 12, which is not < 3"),
    ("for a, b in [1] { relu }", "a, b need a list of 2 items each time, not 1: it is no list"),
    ("for a, b in [[1, 2, 3]] { relu }", "a, b need a list of 2 items each time, not [1, 2, 3]: it has 3"),
]


@pytest.mark.parametrize(("line", "message"), MESSAGES)
def test_message(line: str, message: str, checked: Callable[..., Checked]) -> None:
    found = checked(f"network n {{\n    input x: [3]\n    linear(3)\n    {line}\n}}\n")
    assert [finding.message for finding in found.findings] == [message]


RENAMED = "block big = conv(kernel_size=9x9)"


@pytest.mark.parametrize(
    ("text", "token"),
    [
        (f"{RENAMED}\nnetwork n {{\n    input x: [3, 8, 8]\n    big(4)\n}}\n", "9x9"),
        ("import other\nnetwork n {\n    input x: [3, 8, 8]\n    big(4)\n}\n", "big(4)"),
        ("with conv(kernel_size=9x9) {\nnetwork n {\n    input x: [3, 8, 8]\n    conv(4)\n}\n}\n", "9x9"),
    ],
)
def test_what_was_given_before_is_the_token_unless_it_is_in_another_file(
    text: str, token: str, checked: Callable[..., Checked]
) -> None:
    (finding,) = checked(text, other=RENAMED).findings
    assert (finding.code, finding.span.text, finding.span.source.name) == ("E0402", token, "main.cnn")
