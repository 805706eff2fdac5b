"""What is computed by the texts that are not simply PyTorch's own modules."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F

from cnndsl.ops import bind, find
from cnndsl.shape import Shape


@pytest.fixture
def run(oracle: Any) -> Any:
    """``run(name, *tensors, **values)``: the result and the module of an operation, in training mode."""

    def compute(name: str, *tensors: torch.Tensor, **values: Any) -> tuple[torch.Tensor, Any]:
        operation = find(name)
        assert operation is not None
        made = bind(operation, values)
        spelling = oracle.spelling(made, tuple(Shape.of(*tensor.shape[1:]) for tensor in tensors))
        module = oracle.module(spelling)
        return oracle.run(spelling, module, list(tensors), function=spelling.module is None), module

    return compute


@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_same_padding_agrees_with_pytorch_at_stride_1(run: Any) -> None:
    x = torch.randn(2, 3, 7, 8)
    values = {"out_channels": 4, "kernel_size": (3, 4), "dilation": (2, 1), "padding": "same"}
    result, module = run("conv", x, **values, stride=(2, 1))
    full = F.conv2d(x, module.weight, module.bias, padding="same", dilation=(2, 1))
    assert torch.allclose(result, full[:, :, ::2], atol=1e-6)


@pytest.mark.parametrize("size", [7, 8])
def test_same_padding_puts_more_after(run: Any, size: int) -> None:
    x = torch.randn(2, 3, size, size)
    result, module = run("conv", x, out_channels=4, kernel_size=3, stride=2, padding="same")
    sides = (0, 1, 0, 1) if size == 8 else (1, 1, 1, 1)
    assert torch.equal(result, F.conv2d(F.pad(x, sides), module.weight, module.bias, stride=2))


def test_four_sides(run: Any) -> None:
    x = torch.randn(2, 3, 7, 8)
    result, module = run("conv", x, out_channels=4, kernel_size=3, padding=(0, 1, 2, 3))
    padded = torch.zeros(2, 3, 12, 9)
    padded[:, :, 2:9, :8] = x
    assert torch.equal(result, F.conv2d(padded, module.weight, module.bias))


@pytest.mark.parametrize("sizes", [(6, 4, 5), (6, 9)])
def test_layer_norm_over_channels(run: Any, sizes: tuple[int, ...]) -> None:
    x = torch.randn(2, *sizes)
    result, _ = run("layer_norm", x, eps=1e-3)
    centred = x - x.mean(1, keepdim=True)
    wanted = centred / (centred.square().mean(1, keepdim=True) + 1e-3).sqrt()
    assert torch.allclose(result, wanted, atol=1e-5)


def test_rbf_is_the_squared_distance(run: Any) -> None:
    x = torch.randn(2, 84)
    result, module = run("rbf", x, units=10)
    assert set(module.prototypes.unique().tolist()) == {-1.0, 1.0}
    assert torch.allclose(result, torch.cdist(x, module.prototypes) ** 2, rtol=1e-3)


@pytest.mark.parametrize("mode", ["row", "batch"])
def test_stochastic_depth(run: Any, mode: str) -> None:
    torch.manual_seed(0)
    x = torch.ones(4000, 2, 3)
    result, module = run("stochastic_depth", x, p=0.25, mode=mode)
    rows = result.flatten(1)
    assert torch.equal(rows, rows[:, :1].expand_as(rows))
    kept = rows[:, 0] != 0
    assert torch.allclose(rows[kept], torch.tensor(1 / 0.75))
    if mode == "row":
        assert abs(kept.float().mean() - 0.75) < 0.03
    else:
        assert kept.all() or not kept.any()
    assert torch.equal(module.eval()(x), x)
    assert run("stochastic_depth", x, p=1)[0].eq(0).all()


def test_center_crop(run: Any) -> None:
    x = torch.randn(2, 3, 7, 8)
    assert torch.equal(run("center_crop", x, size=(4, 4))[0], x[:, :, 1:5, 2:6])
    like = torch.randn(2, 5, 6, 3)
    assert torch.equal(run("center_crop", x, like, like=True)[0], x[:, :, 0:6, 2:5])


def test_gates(run: Any) -> None:
    x, gate = torch.randn(2, 3, 3, 3), torch.randn(2, 3)
    wanted = x * gate.reshape(2, 3, 1, 1)
    assert torch.equal(run("mul", x, gate)[0], wanted)
    assert torch.equal(run("mul", gate, x)[0], wanted)


def test_shaping(run: Any) -> None:
    x = torch.randn(2, 6, 4, 5)
    assert torch.equal(run("reshape", x, sizes=(3, -1, 5))[0], x.reshape(2, 3, 8, 5))
    assert torch.equal(run("split", x, parts=(2, 4), index=1)[0], x[:, 2:])
    assert torch.equal(run("split", x, parts=3, index=1)[0], x[:, 2:4])
    assert torch.equal(run("select", x, start=(4, 0, 0))[0], x[:, [4, 0, 0]])
    assert torch.equal(run("select", x, start=(1, 2, 3))[0], x[:, 1:4])
    assert torch.equal(run("select", x, start=2)[0], x[:, 2:])
    assert torch.equal(run("sum", x, dim="HW", keepdim=True)[0], x.sum([2, 3], keepdim=True))
    assert torch.equal(run("constant", x, value=2)[0], torch.full((2, 6, 4, 5), 2.0))


def test_lrn_divides_alpha_by_size(run: Any) -> None:
    x = torch.randn(2, 7, 3, 3)
    result, _ = run("lrn", x, size=5, alpha=0.5, beta=0.75, k=2)
    squares = F.pad(x.square(), (0, 0, 0, 0, 2, 2))
    total = sum(squares[:, shift : shift + 7] for shift in range(5))
    assert torch.allclose(result, x / (2 + 0.1 * total) ** 0.75, atol=1e-6)


def test_scaled_tanh(run: Any) -> None:
    x = torch.randn(2, 6)
    assert torch.allclose(run("scaled_tanh", x)[0], 1.7159 * torch.tanh(x * (2 / 3)))
    assert torch.allclose(run("scaled_tanh", x, a=2, b=0.5)[0], 2 * torch.tanh(x / 2))


def test_learned_factor_and_term_begin_as_identity(run: Any) -> None:
    x = torch.randn(2, 6, 3, 3)
    assert torch.equal(run("scale", x)[0], x)
    assert torch.equal(run("shift", x)[0], x)
