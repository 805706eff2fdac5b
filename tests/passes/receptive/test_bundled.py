"""The bundled families, and Inception v3: their receptive fields on real tensors, and the figures that are known."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import cnndsl
from cnndsl.graph import Graph
from cnndsl.passes.receptive import network_field

Programs = Callable[[str], dict[str, cnndsl.Network]]
Compare = Callable[..., int]

THIN = """
import vgg: vgg
import resnet: resnet, basic, bottleneck
import densenet: densenet
import googlenet: googlenet, conv_bn, conv_relu

block narrow(width, stride = 1) { bottleneck(width // 32, stride=stride) }
block narrow_basic(width, stride = 1) { basic(width // 32, stride=stride) }
block first(width, stride = 1) {
    residual {
        conv(width // 32, 1x1, stride=stride) -> bn -> relu -> conv(width // 32, 3x3, padding=1) -> bn -> relu
        conv(width // 8, 1x1) -> bn
    } shortcut {
        if stride != 1 or in.channels != width // 8 { conv(width // 8, 1x1, stride=stride) -> bn }
    }
    relu
}
block slim(width, kernel, stride = 1, padding = 0) { conv_bn(max(1, width // 32), kernel, stride, padding) }
block slim_relu(width, kernel, stride = 1, padding = 0) { conv_relu(max(1, width // 32), kernel, stride, padding) }

block unit(kernel, stride = 1) {
    conv(2, kernel, stride=stride, padding=[kernel[0] // 2, kernel[1] // 2] if stride == 1 else 0) -> bn -> relu
}
block pooled { avgpool(3x3, stride=1, padding=1) -> unit(1x1) }
block mixed5 {
    concat {
        unit(1x1)
        unit(1x1) -> unit(5x5)
        unit(1x1) -> unit(3x3) -> unit(3x3)
        pooled
    }
}
block mixed6a {
    concat {
        unit(3x3, 2)
        unit(1x1) -> unit(3x3) -> unit(3x3, 2)
        maxpool(3x3, stride=2)
    }
}
block mixed6 {
    concat {
        unit(1x1)
        unit(1x1) -> unit([1, 7]) -> unit([7, 1])
        unit(1x1) -> unit([7, 1]) -> unit([1, 7]) -> unit([7, 1]) -> unit([1, 7])
        pooled
    }
}
block mixed7a {
    concat {
        unit(1x1) -> unit(3x3, 2)
        unit(1x1) -> unit([1, 7]) -> unit([7, 1]) -> unit(3x3, 2)
        maxpool(3x3, stride=2)
    }
}
block wings { concat { unit([1, 3])\n unit([3, 1]) } }
block mixed7 {
    concat {
        unit(1x1)
        unit(1x1) -> wings
        unit(1x1) -> unit(3x3) -> wings
        pooled
    }
}
network inception_v3 {
    input image: [3, H=299, W=299]
    conv(2, 3x3, stride=2) -> relu -> conv(2, 3x3) -> relu -> conv(2, 3x3, padding=1) -> maxpool(3x3, stride=2)
    conv(2, 1x1) -> relu -> conv(2, 3x3) -> relu -> maxpool(3x3, stride=2)
    repeat 3 { mixed5 }
    mixed6a
    repeat 4 { mixed6 }
    mixed7a
    repeat 2 { mixed7 }
    global_avgpool -> flatten -> linear(10)
}
network vgg16 = vgg([[2]*2, [2]*2, [2]*3, [2]*3, [2]*3])
network resnet34 = resnet(narrow_basic, [3, 4, 6, 3])
network resnet50 = resnet(narrow, [3, 4, 6, 3])
network resnet50_first = resnet(first, [3, 4, 6, 3])
network resnet152 = resnet(narrow, [3, 8, 36, 3])
network densenet121 = densenet([6, 12, 24, 16], growth=2, stem=4)
network googlenet_slim = googlenet(unit=slim)
network googlenet_2014 = googlenet(unit=slim_relu, wide=5, norm=lrn(5), pool4=3x3)
"""
"""The bundled networks with few channels, which a receptive field does not depend on."""


@pytest.mark.parametrize(
    ("name", "height", "width", "field"),
    [
        ("vgg16", 320, 32, 212),
        ("resnet34", 1200, 32, 899),
        ("resnet50", 544, 32, 427),
        ("resnet50_first", 600, 32, 483),
        pytest.param("resnet152", 1600, 32, 1451, marks=pytest.mark.sweep),
        ("densenet121", 2240, 32, 2071),
        ("googlenet_slim", 480, 16, 379),
        ("googlenet_2014", 880, 96, 715),
        ("inception_v3", 1500, 80, 1311),
    ],
)
def test_bundled_with_few_channels(
    program: Programs, compare: Compare, name: str, height: int, width: int, field: int
) -> None:
    graph = program(THIN)[name].configured({"H": height, "W": width}).ir
    assert compare(graph)
    assert _field(graph) == field


@pytest.mark.parametrize(
    ("name", "height", "width", "field"),
    [
        ("alexnet", 360, 63, 195),
        ("alexnet_two_tower", 360, 67, 195),
        ("zfnet", 360, 78, 171),
        ("nin_cifar10", 64, 8, 27),
        ("nin_imagenet", 360, 67, 195),
        ("lenet5", 64, 32, 32),
        ("lenet5_dense", 64, 32, 32),
        ("inception_naive", 28, 4, 5),
        ("inception_reduced", 28, 4, 5),
    ],
)
def test_bundled(compare: Compare, name: str, height: int, width: int, field: int) -> None:
    graph = cnndsl.load(name)[name].configured({"H": height, "W": width}).ir
    assert compare(graph)
    assert _field(graph) == field


UNET = """
block double_conv(width) { repeat 2 { conv(width, 3x3) -> relu } }
network unet {
    input image: [1, H=572, W=188]
    for i in [0, 1, 2, 3] { down{i}: double_conv(2) -> maxpool(2x2) }
    double_conv(2)
    for i in reversed([0, 1, 2, 3]) {
        up{i}: conv_transpose(2, 2x2, stride=2)
        concat {
            from down{i} -> center_crop(like=up{i})
            identity
        }
        double_conv(2)
    }
    conv(2, 1x1)
}
"""
"""Ronneberger et al., 2015, Figure 1, with few channels."""


def test_unet(program: Programs, compare: Compare) -> None:
    graph = program(UNET)["unet"].ir
    assert compare(graph)
    found = network_field(graph)
    assert found is not None
    largest, smallest = found["H"]
    assert (largest.jump, smallest.jump) == (1, 1)
    # Two convolutions at the top, the crop beside them, two convolutions again.
    assert (smallest.size, smallest.start) == (9, 88)
    assert {largest.window(place)[1] - largest.window(place)[0] + 1 for place in range(16)} <= set(range(185, 205))


GATED = """
import blocks: squeeze_excitation
network gated {
    input image: [4, H=40, W=12]
    conv(4, 3x3, padding=1) -> squeeze_excitation(2) -> conv(4, 5x5, stride=2, padding=2)
    mul {
        identity
        { conv(1, 7x7, padding=3) -> sigmoid }
    }
}
network normed {
    input image: [4, H=40, W=12]
    conv(4, 3x3, stride=2, padding=1) -> group_norm(2) -> conv(4, 3x3)
    instance_norm -> layer_norm -> softmax(dim="H")
}
"""
"""What sees all positions at once. Of a black image a product would show nothing."""


@pytest.mark.parametrize("name", ["gated", "normed"])
def test_whole_maps(program: Programs, compare: Compare, name: str) -> None:
    graph = program(GATED)[name].ir
    assert compare(graph, strict=False, grey=0.5)
    assert _field(graph) == 40


def _field(graph: Graph) -> int:
    found = network_field(graph)
    assert found is not None
    return found["H"].largest.size
