"""Every operation has a page with an executed example, and docs/operations.md is what the docstrings say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cnndsl.ops import Operation, bind, find, names
from cnndsl.ops.arguments import KINDS
from cnndsl.ops.manual import described, manual, page

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", names())
def test_examples(name: str, read_example: Any, oracle: Any) -> None:
    operation = find(name)
    assert operation is not None
    text, examples = described(operation)
    assert text
    assert examples
    for line in examples:
        example = read_example(line)
        assert example.kind is operation, line
        made = bind(operation, example.values)
        result = made.infer(*example.shapes)
        assert str(result) == example.result, line
        weights = made.weights(*example.shapes)
        learned = sum(_count(weight.sizes) for weight in weights if not weight.buffer)
        assert learned == example.facts.get("parameters", 0), line
        assert made.costs(example.shapes, result).macs == example.facts.get(
            "MACs", made.costs(example.shapes, result).macs
        )
        spelling = oracle.spelling(made, example.shapes)
        module = oracle.module(spelling)
        tensors = oracle.tensors(example.shapes)
        found = oracle.run(spelling, module, tensors, function=spelling.module is None)
        assert tuple(found.shape[1:]) == result.sizes, line


def test_page_is_current(golden: Any) -> None:
    text = manual()
    golden(ROOT / "docs" / "operations.md", text)
    assert all(f"### {name}\n" in text for name in names())


@pytest.mark.parametrize("name", names())
def test_declares_everything(name: str) -> None:
    operation = find(name)
    assert operation is not None
    assert operation.name == name
    assert operation.keeps in ("input", "output", "nothing")
    for method in ("infer", "weights", "costs"):
        assert getattr(operation, method) is not getattr(Operation, method), f"{name} inherits {method}"
    for parameter in operation.signature.values():
        assert parameter.kind.removesuffix(" | None") in KINDS
        assert parameter.required or parameter.default is None or not isinstance(parameter.default, list)


def test_no_page_without_an_operation() -> None:
    with pytest.raises(KeyError):
        page("convolve")
    assert find("convolve") is None


def _count(sizes: tuple[int, ...]) -> int:
    count = 1
    for size in sizes:
        count *= size
    return count
