"""What is counted beside MACs (which are held against PyTorch's counter)."""

from __future__ import annotations

from typing import Any

import pytest

from cnndsl.ops import Costs, bind

TABLE = [
    ("conv(6, 5x5)  # 1x32x32 -> 6x28x28", Costs(macs=117_600, bias=4_704)),
    ("conv(6, 5x5, bias=false)  # 1x32x32 -> 6x28x28", Costs(macs=117_600)),
    ("conv_transpose(2, 2, stride=2)  # 3x4x4 -> 2x8x8", Costs(macs=3 * 16 * 2 * 4, bias=128)),
    ("linear(10)  # 84 -> 10", Costs(macs=840, bias=10)),
    ("bn  # 4x3x3 -> 4x3x3", Costs(normalization=72)),
    ("bn(affine=false)  # 4x3x3 -> 4x3x3", Costs(normalization=36)),
    ("layer_norm  # 4x3x3 -> 4x3x3", Costs(normalization=180)),
    ("group_norm(2, affine=false)  # 4x3x3 -> 4x3x3", Costs(normalization=144)),
    ("instance_norm  # 4x3x3 -> 4x3x3", Costs(normalization=144)),
    ("lrn(5)  # 4x3x3 -> 4x3x3", Costs(normalization=288)),
    ("relu  # 4x3x3 -> 4x3x3", Costs(activation=36)),
    ("softmax  # 10 -> 10", Costs(activation=30)),
    ("maxpool(3, stride=2)  # 4x7x7 -> 4x3x3", Costs(pooling=324)),
    ("avgpool(2)  # 4x7 -> 4x3", Costs(pooling=24)),
    ("global_avgpool  # 4x7x7 -> 4x1x1", Costs(pooling=196)),
    ("adaptive_maxpool(2)  # 4x7x7 -> 4x2x2", Costs(pooling=196)),
    ('upsample(scale_factor=2, mode="bilinear")  # 1x2x2 -> 1x4x4', Costs(pooling=64)),
    ("add { ... }  # 4x3x3 and 4x3x3 and 4x3x3 -> 4x3x3", Costs(elementwise=72)),
    ("mul(2)  # 4x3x3 -> 4x3x3", Costs(elementwise=36)),
    ("concat { ... }  # 4x3x3 and 4x3x3 -> 8x3x3", Costs()),
    ("scale  # 4x3x3 -> 4x3x3", Costs(elementwise=36)),
    ('mean("HW")  # 4x3x3 -> 4', Costs(elementwise=36)),
    ("rbf(10)  # 84 -> 10", Costs(elementwise=2_520)),
    ("dropout  # 4x3x3 -> 4x3x3", Costs()),
    ("constant(1)  # 4x3x3 -> 4x3x3", Costs()),
    ("flatten  # 4x3x3 -> 36", Costs()),
    ("pixel_shuffle(2)  # 4x3x3 -> 1x6x6", Costs()),
    ("space_to_depth(3)  # 4x3x3 -> 36x1x1", Costs()),
    ("pad(1)  # 4x3x3 -> 4x5x5", Costs()),
]


@pytest.mark.parametrize(("line", "costs"), TABLE)
def test_costs(line: str, costs: Costs, read_example: Any) -> None:
    example = read_example(line)
    made = bind(example.kind, example.values)
    result = made.infer(*example.shapes)
    assert str(result) == example.result
    assert made.costs(example.shapes, result) == costs
