"""Every example of docs/language.md, with what it says about itself.

``# output:`` is the shape of the last result of the last network, ``# weights:`` its weights in order, ``# error[...]``
a finding that begins on this line. Steps without a network are the body of one with a 3x224x224 image.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import torch

import cnndsl
from cnndsl.source import Span

PAGE = Path(__file__).parents[2] / "docs/language.md"
_BLOCK = re.compile(r"^```cnn\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DEFINES = re.compile(r"^(?:    )?(?:network|block|import|let conv) ", re.MULTILINE)
_FRAME = "network example {{\n    input image: [3, H=224, W=224]\n{steps}}}\n"


class Example(NamedTuple):
    """A block of the page as a program, and the line before its first."""

    line: int
    text: str

    def said(self, what: str) -> str | None:
        """What the comment ``# what: ...`` says."""
        found = re.search(rf"^# {what}: (.*)$", self.text, re.MULTILINE)
        return found[1] if found else None


def _examples() -> list[Example]:
    page = PAGE.read_text("utf-8")
    examples = []
    for found in _BLOCK.finditer(page):
        text = found[1] if _DEFINES.search(found[1]) else _FRAME.format(steps=found[1])
        examples.append(Example(page.count("\n", 0, found.start()) + 1, text))
    return examples


@pytest.mark.parametrize("example", _examples(), ids=lambda example: f"line{example.line}")
def test_example(example: Example, program: Callable[[str], cnndsl.Network]) -> None:
    expected = [
        (code, number)
        for number, line in enumerate(example.text.splitlines(), 1)
        for code in re.findall(r"# error\[(E\d+)\]", line)
    ]
    if expected:
        with pytest.raises(cnndsl.CnnError) as raised:
            program(example.text)
        findings = raised.value.findings
        assert [(finding.code, _line(finding.span)) for finding in findings] == expected
        return
    network = program(example.text)
    if shape := example.said("output"):
        assert shape == str(network.ir.shapes[network.ir.outputs[-1].value])
    if names := example.said("weights"):
        with torch.device("meta"):
            assert list(network.build().state_dict()) == names.split()


def _line(span: Span) -> int:
    return span.source.position(span.start)[0]


def test_every_example_says_something() -> None:
    silent = [example.line for example in _examples() if not re.search(r"# (?:output|weights|error)", example.text)]
    assert not silent
