"""What an operation is compared with: its PyTorch text, evaluated on real CPU tensors."""

from __future__ import annotations

import importlib.util
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnndsl.backends.torch.spelling import Constants, Spelling, spell
from cnndsl.ops import Operation, Parameter, find
from cnndsl.shape import Shape

REFUSALS = (RuntimeError, ValueError, TypeError, IndexError, AssertionError, ZeroDivisionError, AttributeError)
"""A class that PyTorch does not have for a rank (MaxPool0d) is a refusal too."""
_AXES = {"Pair": 2, "Margin": 2, "Padding": 2, "Single": 1, "SingleMargin": 1, "SinglePadding": 1}


class Places(Constants):
    """Literals; a size of the input is the one that the author wrote, right or wrong."""

    def size(self, axis: int) -> str:
        for field in ("in_channels", "in_features", "num_features", "num_channels"):
            written = getattr(self.operation, field, None)
            if isinstance(written, int) and (axis == 0 or field == "in_features"):
                return str(written)
        return super().size(axis)


class Oracle:
    """Runs PyTorch's form of operations."""

    refusals = REFUSALS

    def raw(self, kind: type[Operation], values: dict[str, Any]) -> Operation:
        """The operation with its values as they are, unchecked."""
        return kind(**{name: _spread(kind.signature[name], value) for name, value in values.items()})

    def spelling(self, operation: Operation, shapes: tuple[Shape, ...], inplace: bool = False) -> Spelling:
        return spell(operation, Places(operation, shapes, inplace))

    def module(self, spelling: Spelling) -> Any:
        with warnings.catch_warnings(action="ignore"):
            return None if spelling.module is None else eval(spelling.module, self.names(spelling))

    def names(self, spelling: Spelling) -> dict[str, Any]:
        found: dict[str, Any] = {"torch": torch, "Tensor": torch.Tensor, "nn": nn, "F": F}
        exec(spelling.support, found)
        return found

    def run(self, spelling: Spelling, module: Any, tensors: list[torch.Tensor], function: bool = False) -> torch.Tensor:
        """The result of the module, or of the functional form."""
        template = spelling.function if function else spelling.call or "{module}({0})"
        assert template is not None
        text = template.replace("{module}", "self").replace("{*}", ", ".join(f"x{i}" for i in range(len(tensors))))
        text = re.sub(r"\{(\d)\}", r"x\1", text)
        names = self.names(spelling) | {f"x{index}": tensor for index, tensor in enumerate(tensors)}
        owner = module if module is not None else nn.Module()
        with warnings.catch_warnings(action="ignore"):
            result = eval(text, names | {"self": owner})
        assert isinstance(result, torch.Tensor)
        return result

    def tensors(self, shapes: tuple[Shape, ...]) -> list[torch.Tensor]:
        """At a batch of two."""
        return [torch.randn(2, *shape.sizes) for shape in shapes]


class Example(NamedTuple):
    text: str
    kind: type[Operation]
    values: dict[str, Any]
    shapes: tuple[Shape, ...]
    result: str
    facts: dict[str, int]


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """On one thread: the tensors are small."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield Oracle()
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def grids() -> Any:
    found = importlib.util.spec_from_file_location("grids", Path(__file__).with_name("grids.py"))
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module.GRIDS


@pytest.fixture(scope="session")
def read_example() -> Any:
    return _read_example


def _spread(parameter: Parameter, value: Any) -> Any:
    axes = _AXES.get(parameter.kind.removesuffix(" | None"))
    return (value,) * axes if axes and not isinstance(value, tuple | str) and value is not None else value


def _read_example(text: str) -> Example:
    """``NAME(ARGUMENTS) { ... }  # SHAPE and SHAPE -> SHAPE, N parameters``."""
    found = re.fullmatch(r"(\w+)(?:\((.*)\))?(?: \{ \.\.\. \})?  # (.+) -> (\S+?)((?:, [\d,]+ \w+)*)", text)
    assert found, text
    name, arguments, shapes, result, facts = found.groups()
    kind = find(name)
    assert kind is not None, text
    values: dict[str, Any] = {}
    loose = (arguments or "").split(",")
    if kind.variadic and len(loose) > 1 and not re.search(r"[\[=]", arguments):
        arguments = f"[{arguments}]"
    for place, argument in enumerate(re.findall(r"(?:\[[^\]]*\]|[^,\[])+", arguments or "")):
        field, _, value = argument.rpartition("=")
        values[field.strip() or list(kind.signature)[place]] = _value(value.strip())
    return Example(
        text,
        kind,
        values,
        tuple(Shape.of(*map(int, re.sub(r"[^\dx]", "", shape).split("x"))) for shape in shapes.split(" and ")),
        result,
        {what: int(count.replace(",", "")) for count, what in re.findall(r", ([\d,]+) (\w+)", facts)},
    )


def _value(text: str) -> Any:
    words = {"true": True, "false": False, "none": None}
    if text in words:
        return words[text]
    if re.fullmatch(r"\d+(x\d+)+", text):
        return tuple(map(int, text.split("x")))
    if text.startswith("["):
        return tuple(_value(part.strip()) for part in text[1:-1].split(","))
    if text.startswith('"'):
        return text[1:-1]
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"[-\d.e]+", text) else object()
