"""What the rules say of windows, held against the gradients of PyTorch: what nobody reads has none."""

from __future__ import annotations

from itertools import product
from typing import Any

import torch
from torch import nn

from cnndsl.compiler import check
from cnndsl.graph import steps
from cnndsl.lints.windows import Window, windows
from cnndsl.source import Source

SIZES = [1, 2, 5, 8, 9]
CONVOLUTIONS = [
    (size, *rest)
    for size, *rest in product(SIZES, [1, 2, 3, 4], [1, 2, 3, 4], [0, 1, 2], [1, 2])
    if size + 2 * rest[2] >= rest[3] * (rest[0] - 1) + 1
]
POOLS = [
    (size, kernel, stride, padding, ceil)
    for size, kernel, stride, padding, ceil in product(SIZES, [2, 3], [1, 2, 3], [0, 1], [False, True])
    if size + 2 * padding >= kernel and padding <= kernel // 2
]


def _window(step: str, size: int) -> Window:
    text = f"network net {{\n input signal: [1, L={size}]\n {step}\n}}"
    graph = check(Source("a.cnn", text), lambda name, source: None).networks["net"]
    (one,) = windows(list(steps(graph))[1])
    return one


def _read(module: nn.Module, size: int) -> list[bool]:
    x = torch.rand(1, 1, size, requires_grad=True)
    module(x).sum().backward()
    assert x.grad is not None
    return [bool(value) for value in x.grad.flatten() != 0]


def _unread(read: list[bool]) -> int:
    """How many positions at the end are not read."""
    return next((count for count, one in enumerate(reversed(read)) if one), len(read))


def test_convolutions() -> None:
    for size, kernel, stride, padding, dilation in CONVOLUTIONS:
        window = _window(f"conv1d(1, {kernel}, stride={stride}, padding={padding}, dilation={dilation})", size)
        module = nn.Conv1d(1, 1, kernel, stride, padding, dilation, bias=False)
        nn.init.ones_(module.weight)
        read = _read(module, size)
        case = (size, kernel, stride, padding, dilation)
        if stride <= window.span and dilation == 1:
            assert window.lost == _unread(read), case
        if dilation == 1 and not padding and stride > kernel:
            assert _unread(read) - (stride - kernel) <= window.lost <= _unread(read), case
        assert module.weight.grad is not None
        assert window.taps == int((module.weight.grad != 0).sum()), case


def test_pools() -> None:
    for size, kernel, stride, padding, ceil in POOLS:
        pool = f"avgpool({kernel}, stride={stride}, padding={padding}, ceil_mode={str(ceil).lower()})"
        window = _window(pool, size)
        read = _read(nn.AvgPool1d(kernel, stride, padding, ceil), size)
        case = (size, kernel, stride, padding, ceil)
        if stride <= kernel:
            assert window.lost == _unread(read), case


def test_what_lies_between_windows() -> None:
    """Of long maps, the part that is read."""
    for kernel, stride, dilation in product([1, 2, 3, 4], [1, 2, 3, 4, 6], [1, 2, 3]):
        window = _window(f"conv1d(1, {kernel}, stride={stride}, dilation={dilation})", 100)
        module = nn.Conv1d(1, 1, kernel, stride, dilation=dilation, bias=False)
        nn.init.ones_(module.weight)
        inner = _read(module, 100)[36 : 36 + stride]
        assert window.read == sum(inner), (kernel, stride, dilation)


def test_checkerboards(linted: Any) -> None:
    """Where the rule fires, a map of ones does not stay even."""
    for kernel, stride, dilation in product([1, 2, 3, 4, 5, 6], [1, 2, 3, 4], [1, 2]):
        step = f"conv_transpose1d(1, {kernel}, stride={stride}, dilation={dilation})"
        text = f"network net {{\n input code: [1, L=30]\n {step}\n}}"
        module = nn.ConvTranspose1d(1, 1, kernel, stride, dilation=dilation, bias=False)
        nn.init.ones_(module.weight)
        inner = module(torch.ones(1, 1, 30)).flatten()[24 : 24 + 2 * stride]
        fired = any(one.code == "checkerboard" for one in linted(text, select=("checkerboard",)))
        assert fired == (len(set(inner.tolist())) > 1), (kernel, stride, dilation)
