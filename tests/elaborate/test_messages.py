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
