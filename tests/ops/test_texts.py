"""Texts to be judged by eye: how each operation is spelled, and what it says where something does not fit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cnndsl.backends.torch.spelling import Constants, call, literal, spell
from cnndsl.ops import Misfit, Operation, bind, find, names
from cnndsl.ops.manual import described
from cnndsl.shape import Shape

HERE = Path(__file__).parent

MORE = (
    'conv(4, 3x5, padding=[0, 1, 0, 1], padding_mode="reflect")  # 3x9x9 -> 4x8x6',
    'conv(4, 3, stride=2, padding="same")  # 3x9x9 -> 4x5x5',
    'conv(4, 3, padding="same")  # 3x9x9 -> 4x9x9',
    "conv1d(4, 3, padding=[2, 0])  # 3x9 -> 4x9",
    "bn(eps=0.001, momentum=none)  # 64 -> 64",
    "layer_norm  # 8x20 -> 8x20",
    "maxpool(2, stride=2)  # 4x8x8 -> 4x4x4",
    "maxpool(2, stride=3, ceil_mode=true)  # 4x8x8 -> 4x3x3",
    "flatten(1, 2)  # 4x8x8 -> 32x8",
    "mul { ... }  # 64x8x8 and 64 -> 64x8x8",
    "maximum { ... }  # 4x8 and 4x8 and 4x8 -> 4x8",
    'pad(1, mode="circular")  # 4x8 -> 4x10',
    "pad(2, value=0.5)  # 4x8x8 -> 4x12x12",
    "reshape(-1)  # 4x8x8 -> 256",
    "select([2, 3])  # 4x8x8 -> 2x8x8",
    "sub(1)  # 4 -> 4",
    'stochastic_depth(0.2, mode="batch")  # 4x8x8 -> 4x8x8',
)


def test_spellings(golden: Any, read_example: Any) -> None:
    lines = []
    examples = [line for name in names() for line in described(_known(name))[1]]
    for line in (*examples, *MORE):
        example = read_example(line)
        made = bind(example.kind, example.values)
        assert str(made.infer(*example.shapes)) == example.result, line
        spelling = spell(made, Constants(made, example.shapes, inplace=True))
        lines.append(line)
        texts = (("module", spelling.module), ("forward", spelling.call), ("without a module", spelling.function))
        lines += [f"    {what}: {text}" for what, text in texts if text is not None]
    golden(HERE / "spellings.txt", "\n".join(lines) + "\n")


def test_supports(golden: Any, oracle: Any, read_example: Any) -> None:
    """The classes and functions that a generated file may hold."""
    found: dict[str, None] = {}
    for line in (*(line for name in names() for line in described(_known(name))[1]), *MORE):
        example = read_example(line)
        made = bind(example.kind, example.values)
        found[oracle.spelling(made, example.shapes).support] = None
    text = "\n\n".join(support for support in found if support)
    golden(HERE / "supports.txt", text)
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "-"]
    assert subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout == text


def test_messages(golden: Any, grids: Any) -> None:
    """The first refusal of each kind in the grids."""
    met: dict[tuple[str, str, str | None], str] = {}
    for name in names():
        operation = _known(name)
        for grid in grids[name]:
            for values, sizes in grid:
                try:
                    bind(operation, values).infer(*(Shape.of(*size) for size in sizes))
                except Misfit as misfit:
                    help = f" (help: {misfit.help})" if misfit.help else ""
                    line = f"{misfit.code} {name}[{misfit.argument or ''}]: {misfit.why}{help}"
                    met.setdefault((misfit.code, name, misfit.argument), line)
    golden(HERE / "messages.txt", "\n".join(met.values()) + "\n")
    assert all("invalid" not in line for line in met.values())


def test_unknown_operation() -> None:
    class Novel(Operation):
        """An operation that no family spells."""

        name = "novel"

    with pytest.raises(NotImplementedError, match="novel"):
        spell(Novel(), Constants(Novel(), (Shape.of(3),)))


class Named(Constants):
    """Every field varies between the uses of a class, and so has a name."""

    def __call__(self, field: str) -> str:
        return field

    def items(self, field: str) -> list[str]:
        return [f"{field}[{place}]" for place in range(len(getattr(self.operation, field)))]

    def default(self, field: str) -> bool:
        return False


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("select([0, 2])  # 4x8x8 -> 2x8x8", "{0}[:, [start[0], start[1]]]"),
        ("select(1, 3)  # 4x8x8 -> 2x8x8", "{0}[:, start:stop]"),
        ("split([1, 3], 0)  # 4x8x8 -> 1x8x8", "{0}.split((parts[0], parts[1]), 1)[index]"),
        ("unflatten(1, [2, 2])  # 4x8x8 -> 2x2x8x8", "{0}.unflatten(1, (sizes[0], sizes[1]))"),
        ("reshape([2, 128])  # 4x8x8 -> 2x128", "torch.flatten({0}, 1).unflatten(1, (sizes[0], sizes[1]))"),
        ("scaled_tanh(b=0.5)  # 4 -> 4", "a * torch.tanh(b * {0})"),
        ("dropout(0.5)  # 4 -> 4", "F.dropout({0}, p, self.training)"),
        ("leaky_relu(0.1)  # 4 -> 4", "F.leaky_relu({0}, negative_slope)"),
    ],
)
def test_functions_name_what_varies(read_example: Any, line: str, text: str) -> None:
    example = read_example(line)
    made = bind(example.kind, example.values)
    assert spell(made, Named(made, example.shapes)).function == text


def test_same_padding_where_the_stride_varies(read_example: Any) -> None:
    """PyTorch's own "same" refuses any stride but 1."""
    example = read_example('conv(4, 3, padding="same")  # 3x9x9 -> 4x9x9')
    made = bind(example.kind, example.values)
    assert spell(made, Named(made, example.shapes)).call == (
        "{module}(pad_same({0}, kernel_size, stride, dilation=dilation))"
    )


def test_literals() -> None:
    assert literal((3, 3)) == "3"
    assert literal((3,)) == "3"
    assert literal((3, 1)) == "(3, 1)"
    assert literal((0, 1, 0, 1)) == "(0, 1, 0, 1)"
    assert literal('a"b\n') == '"a\\"b\\n"'
    assert literal(1e-3) == "0.001"
    assert literal(None) == "None"
    assert call("f", "x", y=None, z="1") == "f(x, z=1)"


def _known(name: str) -> type[Operation]:
    operation = find(name)
    assert operation is not None
    return operation
