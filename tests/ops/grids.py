"""Arguments to try for every operation, among them those that PyTorch refuses.

A grid is the input shapes and, for each field, the values to combine.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

Shapes = tuple[tuple[int, ...], ...]


class Grid:
    """All combinations of ``options`` on each of ``inputs``."""

    def __init__(self, *inputs: Shapes | tuple[int, ...], **options: list[Any]) -> None:
        self.inputs = inputs
        self.options = options

    def __iter__(self) -> Iterator[tuple[dict[str, Any], Shapes]]:
        for shapes, values in product(self.inputs, product(*self.options.values())):
            several = shapes if shapes and isinstance(shapes[0], tuple) else (shapes,)
            given = zip(self.options, values, strict=True)
            yield {name: value for name, value in given if value is not OMIT}, several  # type: ignore[misc]


OMIT = object()
"""The field is not given."""

VECTORS = ((4,), (1,))
LINES = ((4, 7), (2, 1))
MAPS = ((4, 7, 5), (2, 1, 3))
VOLUMES = ((4, 3, 5, 6),)
ALL = (*VECTORS, *LINES, *MAPS, *VOLUMES)
FLAG = [True, False]
HALF = [0.5, 0, 1, 1.5, -0.5]

_CONV = [
    Grid(
        (4, 7, 6),
        out_channels=[6],
        kernel_size=[1, 2, 3, (3, 2), 9],
        stride=[1, 2, (2, 3)],
        padding=[0, 1, (1, 2), (0, 1, 2, 1), "same"],
        dilation=[1, 2, (1, 3)],
    ),
    Grid((6, 4, 4), out_channels=[0, 2, 9, 12], kernel_size=[3], groups=[0, 1, 2, 3, 4, 6, 12], bias=FLAG),
    Grid((2, 4, 5), out_channels=[3], kernel_size=[0, -1, (3, 0), 5, (4, 6)], stride=[0, 1], padding=[-1, 0, 1]),
    Grid(
        (2, 4, 5),
        out_channels=[3],
        kernel_size=[1, 3, 4],
        stride=[1, 2],
        padding=[0, 1, 3, (4, 2), 5, (0, 3, 1, 2), (1, 2, 4, 4), "same"],
        padding_mode=["zeros", "reflect", "replicate", "circular", "mirror"],
    ),
    Grid((4, 5, 5), (3, 5, 5), out_channels=[2], kernel_size=[3], in_channels=[OMIT, 3, 4]),
    Grid((4,), (4, 5), (2, 4, 5, 5), out_channels=[2], kernel_size=[3]),
]
_CONV_1D = [
    Grid(
        (4, 9),
        out_channels=[6],
        kernel_size=[1, 2, 3, 11, 0],
        stride=[0, 1, 2, 3],
        padding=[-1, 0, 1, (0, 2), "same"],
        dilation=[0, 1, 2],
    ),
    Grid((6, 4), out_channels=[2, 9, 12], kernel_size=[3], groups=[1, 2, 3, 4], bias=FLAG),
    Grid((2, 4), out_channels=[3], kernel_size=[3], padding=[3, 4, 5, "same"], padding_mode=["reflect", "circular"]),
    Grid((4,), (4, 5, 5), out_channels=[2], kernel_size=[3]),
]
_CONV_3D = [
    Grid(
        (2, 5, 4, 6),
        out_channels=[3],
        kernel_size=[1, 2, (3, 2, 1), 5, 0],
        stride=[1, (1, 2, 3), 0],
        padding=[0, 1, (0, 1, 2), (0, 1, 0, 0, 1, 1), "same", -1],
        dilation=[1, (2, 1, 1)],
    ),
    Grid((6, 4, 4, 4), out_channels=[2, 9, 12], kernel_size=[3], groups=[1, 2, 4], bias=FLAG),
    Grid((2, 4, 4, 5), out_channels=[3], kernel_size=[3], padding=[1, (0, 3, 4)], padding_mode=["reflect", "circular"]),
    Grid((4,), (4, 5), (4, 5, 5), (1, 4, 5, 5, 5), out_channels=[2], kernel_size=[3]),
]
_POOL = {"kernel_size": [0, 1, 2, 3, 5, 8], "stride": [None, 0, 1, 2, 3], "padding": [-1, 0, 1, 2], "ceil_mode": FLAG}
_PAIRS = {
    "kernel_size": [(3, 2), (2, 5)],
    "stride": [None, (2, 1)],
    "padding": [0, (1, 0), (1, 1)],
    "ceil_mode": FLAG,
}
_RANKS = [Grid((4,), (4, 7), (4, 5, 5), (2, 4, 5, 5), kernel_size=[2])]
_ACTIVATION = [Grid(*ALL)]
_OUTPUT = [Grid((4,), (3, 8), (3, 8, 5), (3, 4, 8, 5), output_size=[0, 1, 3, 5, 9, (3, 5), (1, 0), (2, 3, 4)])]
_AXIS = [Grid((4,), (4, 7), (4, 7, 5), dim=[1, 2, 3, 4, 0, -1, -2, -3, -4, -5])]
_AXES = [
    *_AXIS,
    Grid((4, 7, 5), dim=[(1,), (2, 3), (-1, -2), (2, 2), (2, -2), (1, 2, 3), (5, 1), (0, 1)], keepdim=FLAG),
]
_JOINED = [
    Grid(
        ((4, 5, 5), (4, 5, 5)),
        ((4, 5, 5), (3, 5, 5)),
        ((4, 5, 5), (4, 1, 1)),
        ((4, 5, 5), (1, 5, 5)),
        ((1, 5, 5), (4, 5, 5)),
        ((4, 5, 5), (4, 5, 4)),
        ((4, 5, 5), (4, 5)),
        ((4, 4, 5), (4,)),
        ((4,), (4, 4, 5)),
        ((4,), (4,)),
        ((4,), (3,)),
        ((4, 5, 5), (1, 1, 1)),
        ((4, 5, 5), (4, 5, 1)),
        ((4, 7), (4, 1)),
        ((1, 7), (4, 7)),
        ((4, 5, 5), (4, 1, 1), (1, 5, 5)),
        ((2, 3, 3), (2, 3, 3), (2, 3, 3)),
        ((2, 3, 3),),
    )
]
_CONSTANT = [Grid((4,), (4, 5, 5), value=[0, 2, -1, 0.5])]
_RESIZED = [Grid(((2, 4, 4), (3, 6, 5)), ((2, 4), (3, 7)), ((2, 4), (3, 7, 7)), like=[True])]

GRIDS: dict[str, list[Grid]] = {
    "conv": _CONV,
    "conv1d": _CONV_1D,
    "conv_transpose": [
        Grid(
            (4, 3, 2),
            out_channels=[6],
            kernel_size=[1, 2, 3, (3, 2), 0],
            stride=[1, 2, (2, 3), 0],
            padding=[0, 1, (1, 2), -1],
            output_padding=[0, 1, (2, 0), 3, -1],
            dilation=[1, 2, (1, 3)],
        ),
        Grid((6, 4, 4), out_channels=[2, 9, 12], kernel_size=[3], groups=[1, 2, 3, 4, 6], bias=FLAG),
        Grid((4, 5, 5), out_channels=[2], kernel_size=[3], in_channels=[OMIT, 3, 4]),
        Grid((4,), (4, 5), (2, 4, 5, 5), out_channels=[2], kernel_size=[3]),
    ],
    "conv3d": _CONV_3D,
    "conv_transpose3d": [
        Grid(
            (4, 2, 3, 2),
            out_channels=[6],
            kernel_size=[1, 2, (3, 2, 1)],
            stride=[1, (2, 1, 2)],
            padding=[0, 1, (0, 1, 2), -1],
            output_padding=[0, 1, (1, 0, 0)],
            dilation=[1, (1, 2, 1)],
            bias=FLAG,
        ),
        Grid((4, 5, 5), (4, 5), out_channels=[2], kernel_size=[3]),
    ],
    "conv_transpose1d": [
        Grid(
            (4, 3),
            out_channels=[6],
            kernel_size=[1, 2, 3],
            stride=[1, 2, 3],
            padding=[0, 1, 4],
            output_padding=[0, 1, 2, 3],
            dilation=[1, 2, 4],
            bias=FLAG,
        ),
        Grid((4,), (4, 5, 5), out_channels=[2], kernel_size=[3]),
    ],
    "linear": [
        Grid(*ALL, (2, 3, 4, 5), out_features=[0, 1, 5], bias=FLAG),
        Grid((4,), out_features=[3], in_features=[OMIT, 4, 5]),
    ],
    "bn": [
        Grid(*ALL, (2, 3, 4, 5), affine=FLAG, track_running_stats=FLAG, momentum=[0.1, None]),
        Grid((4, 3, 3), (5,), num_features=[OMIT, 4, 5], eps=[1e-3, 64]),
    ],
    "layer_norm": [Grid(*ALL, elementwise_affine=FLAG, bias=FLAG, eps=[1e-6, 64])],
    "group_norm": [
        Grid((6,), (6, 5), (6, 3, 3), num_groups=[0, 1, 2, 3, 4, 6, 12], affine=FLAG),
        Grid((6, 3, 3), num_groups=[2], num_channels=[OMIT, 5, 6], eps=[1e-5, 6]),
    ],
    "instance_norm": [
        Grid((4,), (4, 5), (4, 3, 3), (4, 1), (4, 1, 1), (4, 1, 2), affine=FLAG, track_running_stats=FLAG),
        Grid((4, 3, 3), num_features=[OMIT, 4, 5], affine=FLAG, eps=[1e-5, 4]),
    ],
    "lrn": [Grid(*ALL, size=[0, 1, 2, 5, 9], k=[1.0, 2], alpha=[1e-4])],
    "relu": _ACTIVATION,
    "relu6": _ACTIVATION,
    "leaky_relu": [Grid(*ALL, negative_slope=[OMIT, 0.2, 0])],
    "prelu": [Grid(*ALL, num_parameters=[OMIT, 0, 1, 2, 4])],
    "elu": [Grid(*ALL, alpha=[OMIT, 0.5])],
    "gelu": [Grid(*ALL, approximate=["none", "tanh", "erf"])],
    "silu": _ACTIVATION,
    "mish": _ACTIVATION,
    "sigmoid": _ACTIVATION,
    "tanh": _ACTIVATION,
    "scaled_tanh": [Grid(*ALL, a=[OMIT, 1], b=[OMIT, 0.5])],
    "hard_sigmoid": _ACTIVATION,
    "hard_swish": _ACTIVATION,
    "softmax": _AXIS,
    "log_softmax": _AXIS,
    "maxpool": [
        Grid(
            (2, 4, 7, 6), kernel_size=[2, (1, 2, 3), (2, 2)], stride=[None, (2, 1, 3)], padding=[0, 1], ceil_mode=FLAG
        ),
        Grid((2, 7, 6), (2, 4), **_POOL, dilation=[1, 2]),
        Grid((2, 7, 6), (2, 7), **_PAIRS, dilation=[1, (2, 1)]),
        *_RANKS,
    ],
    "avgpool": [
        Grid((2, 4, 7, 6), kernel_size=[2, (1, 2, 3)], stride=[None, 2], padding=[0, 1], divisor_override=[None, 3]),
        Grid((2, 7, 6), (2, 4), **_POOL, count_include_pad=FLAG),
        Grid((2, 7, 6), (2, 7), **_PAIRS, divisor_override=[None, 3]),
        Grid((2, 7, 6), kernel_size=[2], divisor_override=[-1, 0, 1]),
        Grid((2, 3, 3, 4, 5), kernel_size=[2]),
        *_RANKS,
    ],
    "adaptive_avgpool": _OUTPUT,
    "adaptive_maxpool": _OUTPUT,
    "global_avgpool": [Grid(*ALL)],
    "upsample": [
        Grid(*ALL, scale_factor=[0, 1, 2, 1.5, 0.4, (2, 3)], mode=["nearest", "linear", "bilinear", "cubic"]),
        Grid(
            *ALL,
            size=[0, 3, (4, 6)],
            mode=["nearest", "linear", "bilinear", "trilinear"],
            align_corners=[None, True, False],
        ),
        Grid((2, 4, 4), size=[OMIT, 3], scale_factor=[OMIT, 2]),
        Grid((2, 4, 4), (2, 4), scale_factor=[2], mode=["bicubic"], align_corners=[True]),
        *_RESIZED,
    ],
    "pixel_shuffle": [Grid((4,), (4, 7), (4, 3, 5), (6, 2, 2), (36, 1, 1), upscale_factor=[0, 1, 2, 3])],
    "space_to_depth": [Grid((4,), (4, 6), (2, 6, 6), (2, 4, 6), downscale_factor=[0, 1, 2, 3])],
    "dropout": [Grid(*ALL, p=HALF)],
    "dropout2d": [Grid(*ALL, p=HALF)],
    "stochastic_depth": [Grid(*ALL, p=[0.5, 0, 1], mode=["row", "batch"])],
    "identity": _ACTIVATION,
    "flatten": [Grid(*ALL, start_dim=[OMIT, 1, 2, 3, -1, 0, 5], end_dim=[OMIT, -2, 1, 2, 3, -5])],
    "unflatten": [
        Grid((6, 4), (6, 4, 2), dim=[1, 2, -1, 5], sizes=[(2, -1), (2, 3), (2, 2), (-1, 5), (1, 6, 1), (6,)])
    ],
    "reshape": [
        Grid((12,), (3, 4), (3, 2, 2), sizes=[(12,), (-1,), (3, 4), (3, 2, 2), (2, -1), (5, -1), (2, 2), (1, 2, 2, 3)])
    ],
    "permute": [
        Grid((3, 4), (3, 4, 5), dims=[(1, 2), (2, 1), (1, 2, 3), (3, 1, 2), (1, 1, 2), (1, 2, 5), (-1, 1, 2), (1,)])
    ],
    "split": [
        Grid((4,), (6, 3), (6, 3, 3), parts=[1, 2, 3, 4, (2, 4), (1, 2, 3), (3, 2), (2, 2)], index=[0, 1, 2, 3]),
    ],
    "select": [
        Grid((4,), (6, 3), (6, 3, 3), start=[0, 2, 4, 6], stop=[OMIT, 0, 1, 3, 6, 7]),
        Grid((4,), (6, 3, 3), start=[(0,), (0, 1), (3, 1, 1), (0, 5), (4,)]),
    ],
    "pad": [
        Grid(
            *ALL,
            (2, 5, 4),
            padding=[0, 1, 3, (1, 2), (0, 1, 2, 3), (4, 4, 0, 0), -1],
            mode=["constant", "reflect", "replicate", "circular"],
        ),
        Grid((2, 5, 4), padding=[2], value=[0, 1, 0.5]),
    ],
    "center_crop": [
        Grid((4,), (2, 6, 7), size=[1, 2, 6, (6, 7), 7, (3, 4)]),
        Grid(((2, 6, 7), (5, 3, 3)), ((2, 6, 7), (5, 6, 7)), ((2, 6, 7), (5, 8, 3)), like=[True]),
    ],
    "concat": _JOINED,
    "add": [*_JOINED, *_CONSTANT],
    "sub": [*_JOINED, *_CONSTANT],
    "mul": [*_JOINED, *_CONSTANT],
    "maximum": _JOINED,
    "scale": _ACTIVATION,
    "shift": _ACTIVATION,
    "rbf": [Grid((4,), (4, 5), (4, 5, 5), units=[0, 1, 3])],
    "constant": _CONSTANT,
    "mean": _AXES,
    "sum": _AXES,
}
