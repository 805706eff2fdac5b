"""What each kind of argument takes, and what it says of the rest."""

from __future__ import annotations

from typing import Any

import pytest

from cnndsl.ops import Misfit, Operation, bind, find
from cnndsl.ops.scalars import shown
from cnndsl.shape import Shape

TAKEN: list[tuple[str, dict[str, Any], str, object]] = [
    ("conv", {"kernel_size": 3}, "kernel_size", (3, 3)),
    ("conv", {"kernel_size": (3, 5)}, "kernel_size", (3, 5)),
    ("conv", {"padding": (1, 1, 2, 2)}, "padding", (2, 1)),
    ("conv", {"padding": (1, 0, 2, 2)}, "padding", (1, 0, 2, 2)),
    ("conv", {"padding": "valid"}, "padding", (0, 0)),
    ("conv", {"padding": "same"}, "padding", "same"),
    ("conv", {"in_channels": None}, "in_channels", None),
    ("conv1d", {"kernel_size": 3, "padding": (2, 2)}, "padding", (2,)),
    ("conv1d", {"kernel_size": (3,)}, "kernel_size", (3,)),
    ("maxpool", {"kernel_size": 2}, "kernel_size", 2),
    ("maxpool", {"kernel_size": (2, 2)}, "kernel_size", (2, 2)),
    ("bn", {"eps": 0}, "eps", 0.0),
    ("bn", {"momentum": None}, "momentum", None),
    ("add", {"value": 3}, "value", 3),
    ("mean", {"dim": 1}, "dim", (1,)),
    ("mean", {"dim": "HW"}, "dim", "HW"),
    ("reshape", {"sizes": -1}, "sizes", (-1,)),
    ("split", {"parts": (1, 2), "index": 0}, "parts", (1, 2)),
    ("upsample", {"scale_factor": (2, 1.5)}, "scale_factor", (2, 1.5)),
    ("center_crop", {"like": "anything"}, "like", True),
]

REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("conv", {"stride": 0}, "E0302", "stride is 0; it must be at least 1"),
    ("conv", {"stride": True}, "E0301", "stride is true; it must be a whole number or a size such as 3x3"),
    ("conv", {"stride": 1.5}, "E0301", "stride is 1.5; it must be a whole number or a size such as 3x3"),
    ("conv", {"stride": (2, 0)}, "E0302", "stride is [2, 0]; each must be at least 1"),
    ("conv", {"kernel_size": (1, 2, 3)}, "E0301", "kernel_size is [1, 2, 3], a list; it must be"),
    ("conv", {"kernel_size": ("a", 2)}, "E0301", 'kernel_size is ["a", 2], a list; it must be made of whole numbers'),
    ("conv", {"out_channels": "64"}, "E0301", 'out_channels is "64", a string; it must be a whole number'),
    ("conv", {"out_channels": None}, "E0301", "out_channels is none; it must be a whole number"),
    ("conv", {"bias": 0}, "E0301", "bias is 0; it must be true or false"),
    ("conv", {"padding": "some"}, "E0301", 'padding is "some", a string; it must be a whole number, a pair, '),
    ("conv", {"padding": (0, -1, 0, 0)}, "E0302", "padding is [0, -1, 0, 0]; each must be at least 0"),
    ("conv", {"padding_mode": "mirror"}, "E0302", 'padding_mode is "mirror"; it must be "zeros", "reflect", '),
    ("conv", {"padding_mode": 1}, "E0301", 'padding_mode is 1; it must be "zeros", '),
    ("conv", {"strides": 1}, "E0303", "conv has no argument strides"),
    ("conv1d", {"stride": (1, 2)}, "E0301", "stride is [1, 2], a list; it must be a whole number"),
    ("bn", {"eps": "small"}, "E0301", 'eps is "small", a string; it must be a number'),
    ("bn", {"eps": object()}, "E0301", "eps is a block; it must be a number"),
    (
        "maxpool",
        {"kernel_size": (2, 2, 2, 2)},
        "E0301",
        "kernel_size is [2, 2, 2, 2], a list; it must be a whole number or",
    ),
    ("dropout", {"p": 1.5}, "E0302", "p is 1.5; it must be from 0 to 1"),
    ("dropout", {"p": True}, "E0301", "p is true; it must be a number"),
    ("softmax", {"dim": "CH"}, "E0301", 'dim is "CH", a string; it must be the letter of an axis or its number'),
    ("mean", {"dim": 1.0}, "E0301", "dim is 1.0; it must be letters of axes or a list of their numbers"),
    ("mean", {}, "E0304", "mean needs dim"),
    ("reshape", {"sizes": (2, 0)}, "E0302", "sizes is [2, 0]; each must be at least 1, or -1 for what is left"),
    ("reshape", {"sizes": (-1, -1)}, "E0302", "sizes is [-1, -1]; only one of them can be -1"),
    (
        "pad",
        {"padding": (1,) * 5},
        "E0301",
        "padding is [1, 1, 1, 1, 1], a list; it must be a whole number, a pair, or",
    ),
    ("upsample", {"scale_factor": 0}, "E0302", "scale_factor is 0; it must be more than 0"),
    ("upsample", {"scale_factor": "2"}, "E0301", 'scale_factor is "2", a string; it must be a number or one for'),
    ("split", {"parts": (1, 0)}, "E0302", "parts is [1, 0]; each must be at least 1"),
]

NEEDED = {"conv": {"out_channels": 4, "kernel_size": 3}, "conv1d": {"out_channels": 4, "kernel_size": 3}}


@pytest.mark.parametrize(("name", "values", "field", "value"), TAKEN)
def test_taken(name: str, values: dict[str, Any], field: str, value: object) -> None:
    made = bind(_known(name), {**NEEDED.get(name, {}), **values})
    assert getattr(made, field) == value
    assert type(getattr(made, field)) is type(value)


@pytest.mark.parametrize(("name", "values", "code", "why"), REFUSED)
def test_refused(name: str, values: dict[str, Any], code: str, why: str) -> None:
    with pytest.raises(Misfit) as refusal:
        bind(_known(name), {**NEEDED.get(name, {}), **values})
    assert refusal.value.why.startswith(why)
    assert refusal.value.code == code
    assert refusal.value.argument == (next(iter(values)) if values else "dim")


def test_operations_are_values() -> None:
    one, same, other = (bind(_known("relu6"), {}), bind(_known("relu6"), {}), bind(_known("relu"), {}))
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    pool = bind(_known("maxpool"), {"kernel_size": 2})
    assert pool != bind(_known("maxpool"), {"kernel_size": 3})
    assert repr(pool).startswith("MaxPool(kernel_size=2, stride=None")
    with pytest.raises(AttributeError, match="immutable"):
        pool.stride = 3
    with pytest.raises(TypeError, match="needs kernel_size"):
        _known("maxpool")()
    with pytest.raises(TypeError, match="has no size"):
        _known("relu")(size=3)


def test_signature_is_pytorchs_order() -> None:
    assert list(_known("conv").signature)[:7] == [
        "out_channels",
        "kernel_size",
        "stride",
        "padding",
        "dilation",
        "groups",
        "bias",
    ]
    assert list(_known("conv1d").signature) == list(_known("conv").signature)
    assert _known("conv1d").signature["stride"].kind == "Single"
    assert _known("conv").signature["out_channels"].required
    assert not _known("conv").signature["stride"].required


def test_axes_keep_their_names() -> None:
    image = Shape.of(8, 4, 6)
    last = _infer("permute", image, dims="HWC")
    assert (last.sizes, last.axes) == ((4, 6, 8), "HWC")
    assert _infer("linear", last, out_features=3).sizes == (4, 6, 3)
    assert _infer("mean", last, dim="HW").axes == "C"
    assert _infer("concat", last, last).sizes == (4, 6, 16)
    assert _infer("flatten", image, start_dim="H").axes == "CL"
    assert _infer("flatten", image, end_dim="H").axes == "CW"
    halves = _infer("unflatten", image, dim="C", sizes=(2, -1))
    assert (halves.sizes, halves.axes) == ((2, 4, 4, 6), "?CHW")
    assert _infer("split", last, parts=2, index=0).sizes == (4, 6, 4)
    assert bind(_known("layer_norm"), {}).weights(last)[0].sizes == (8,)
    tokens = _infer("permute", _infer("flatten", image, start_dim="H"), dims="LC")
    assert bind(_known("scale"), {}).weights(tokens)[0].sizes == (8,)
    for name, shape, values in (
        ("softmax", image, {"dim": "L"}),
        ("layer_norm", _infer("permute", image, dims="HCW"), {}),
        ("concat", Shape((1, 2, 3, 4), "????"), {}),
        ("split", Shape((1, 2, 3, 4), "????"), {"parts": 2, "index": 0}),
        ("flatten", image, {"start_dim": "?"}),
    ):
        with pytest.raises(Misfit) as refusal:
            _infer(name, shape, **values)
        assert refusal.value.code == "E0410"


@pytest.mark.parametrize("name", ["flatten", "linear", "layer_norm", "group_norm", "scale"])
def test_scalars(name: str) -> None:
    needed = {"linear": {"out_features": 3}, "group_norm": {"num_groups": 1}}.get(name, {})
    with pytest.raises(Misfit) as refusal:
        _infer(name, Shape.of(), **needed)
    assert refusal.value.code == "E0411"


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("select", {"start": (0, 1), "stop": 3}, "E0302"),
        ("center_crop", {}, "E0304"),
        ("upsample", {"size": 4, "scale_factor": 2}, "E0304"),
    ],
)
def test_arguments_that_do_not_go_together(name: str, values: dict[str, Any], code: str) -> None:
    with pytest.raises(Misfit) as refusal:
        _infer(name, Shape.of(6, 4, 4), **values)
    assert refusal.value.code == code


def test_shown() -> None:
    assert shown((1, (2.5, "a"), None, False)) == '[1, [2.5, "a"], none, false]'


def _infer(name: str, *shapes: Shape, **values: Any) -> Shape:
    return bind(_known(name), values).infer(*shapes)


def _known(name: str) -> type[Operation]:
    operation = find(name)
    assert operation is not None
    return operation
