"""Networks as volumes: the sizes of the papers' figures are on them, and nothing lies over anything else."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.transforms import Bbox

from cnndsl import load
from cnndsl.backends.figures.page import TooLarge
from cnndsl.backends.figures.solids import TALLEST, scale_of, solid
from cnndsl.backends.figures.volumes import draw, page
from cnndsl.backends.graphviz import DrawError
from cnndsl.graph import Graph
from cnndsl.shape import Shape

Texts = Callable[[bytes], list[str]]
Collisions = Callable[[Figure], list[tuple[str, str]]]
Get = Callable[[str], Graph]

U_NET = [
    *((1, 572), (64, 570), (64, 568), (64, 284), (128, 282), (128, 280), (128, 140), (256, 138), (256, 136)),
    *((256, 68), (512, 66), (512, 64), (512, 32), (1024, 30), (1024, 28), (1024, 56), (512, 54), (512, 52)),
    *((512, 104), (256, 102), (256, 100), (256, 200), (128, 198), (128, 196), (128, 392), (64, 390), (64, 388)),
    (2, 388),
]
"""Figure 1 of U-Net: the maps and their side, from left to right."""
ODD = """
network signal { input x: [2, L=1000]
    conv1d(16, 7, stride=4) -> relu
    flatten -> linear(10)
}
network maker { input z: [100]
    linear(4096) -> unflatten(1, [256, 4, 4])
    repeat 3 { conv_transpose(64, 4x4, stride=2, padding=1) -> bn -> relu }
}
network two { input left: [3, 64, 64]
    input right: [3, 64, 64]
    concat { from left -> conv(16, 3x3, padding=1)
             from right -> conv(16, 3x3, padding=1) }
    output mask: conv(2, 1x1)
    global_avgpool -> flatten -> linear(3)
    output logits: [3]
}
"""


def test_alexnet_has_the_numbers_of_its_figure(graph: Get, texts: Texts) -> None:
    shown = texts(draw(graph("alexnet_two_tower"), "svg"))
    for words in ("55x55", "27x27", "13x13", "4096", "1000", "11x11 /4", "5x5", "3x3", "max pool", "fc"):
        assert words in shown
    assert [shown.count(maps) for maps in ("96", "256", "384")] == [2, 4, 2]
    assert shown.count("4096") == 2


def test_u_net_is_its_figure(graph: Get, texts: Texts) -> None:
    shown = texts(draw(graph("unet"), "svg"))
    for maps, side in set(U_NET):
        assert str(maps) in shown
        assert shown.count(f"{side}x{side}") == sum(other == side for _, other in U_NET)
    assert shown.count("copy and crop") == 4
    assert shown.count("up-conv") == 4
    assert shown.count("max pool") == 4


@pytest.mark.usefixtures("within_settings")
def test_u_net_goes_down_and_up_again(graph: Get) -> None:
    places = {}
    for text in page(graph("unet"), 1, (), "light", False).axes[0].texts:
        places.setdefault(text.get_text().replace("\N{MULTIPLICATION SIGN}", "x"), []).append(text.get_position())
    heights = [places[side][0][1] for side in ("568x568", "280x280", "136x136", "64x64", "28x28")]
    assert heights == sorted(heights, reverse=True)
    again = [places[side][0][1] for side in ("52x52", "100x100", "196x196", "388x388")]
    assert again == pytest.approx(heights[3::-1], abs=30)
    assert places["28x28"][0][0] < places["52x52"][0][0] < places["388x388"][0][0]
    assert places["568x568"][0][0] < places["28x28"][0][0]


def test_what_is_repeated_is_told_once(graph: Get, texts: Texts) -> None:
    shown = texts(draw(graph("resnet50"), "svg"))
    assert [shown.count(words) for words in ("bottleneck", "x2", "x3", "x5")] == [8, 2, 1, 1]
    vgg = texts(draw(graph("vgg16"), "svg"))
    assert (vgg.count("x2"), vgg.count("x3")) == (2, 1)
    # 13 convolutions: seven that stand alone, two pairs of equal ones, and a triple
    assert vgg.count("conv") == 13 - (2 - 1) * 2 - (3 - 1)


def test_opened_blocks_show_their_sums(graph: Get, texts: Texts) -> None:
    shown = texts(draw(graph("resnet18"), "svg", depth=2))
    # eight blocks, of which the two of layer1 are equal
    assert shown.count("+") == 7
    assert shown.count("x2") == 1
    assert "basic" not in shown
    one = texts(draw(graph("googlenet"), "svg", expand=("inception3a",)))
    assert one.count("inception") == 8
    assert one.count("concat") == 1


def test_heads_for_training_say_so(graph: Get, texts: Texts) -> None:
    assert texts(draw(graph("googlenet"), "svg")).count("(training)") == 2


@pytest.mark.usefixtures("within_settings")
@pytest.mark.parametrize("down", [False, True], ids=["right", "down"])
@pytest.mark.parametrize(
    ("name", "depth"),
    [
        ("lenet5", 1), ("alexnet", 1), ("vgg16", 1), ("googlenet", 1), ("resnet50", 1), ("densenet121", 1),
        ("unet", 1), ("nin_cifar10", 1), ("zfnet", 1), ("resnet18", 2), ("inception_reduced", 2), ("googlenet", 2),
    ],
)  # fmt: skip
def test_nothing_lies_over_anything(name: str, depth: int, down: bool, graph: Get, collisions: Collisions) -> None:
    figure = page(graph(name), depth, (), "light", down)
    assert collisions(figure) == []
    assert [pair for pair in combinations(fronts(figure), 2) if overlap(*pair)] == []
    wide, high = figure.get_size_inches()
    if depth == 1:  # a page of A4 on its side, or in two columns
        assert max(wide, high) < 17
        assert wide < 13 or name == "unet"


def fronts(figure: Figure) -> list[Bbox]:
    """The front faces; a solid has a top, a side and a front, in this order, and arrow heads have three corners."""
    faces = [one.get_extents() for one in figure.axes[0].patches if isinstance(one, Polygon) and len(one.get_xy()) == 5]
    return faces[2::3]


def overlap(one: Bbox, other: Bbox) -> bool:
    """By more than a dot."""
    return min(one.x1, other.x1) - max(one.x0, other.x0) > 1 and min(one.y1, other.y1) - max(one.y0, other.y0) > 1


def test_scale_is_below_linear() -> None:
    scale = scale_of([Shape.of(3, 224, 224), Shape.of(4096)], 1)
    assert scale.side(224) == TALLEST
    assert TALLEST / 10 < scale.side(7) < TALLEST / 4
    assert scale.side(112) > TALLEST / 2
    vector = solid(Shape.of(4096, 1, 1), scale, "#ffffff", 1, ())
    assert vector.width < 12 < 60 < vector.height
    thin, thick = (solid(Shape.of(maps, 14, 14), scale, "#ffffff", 1, ()).width for maps in (64, 512))
    assert thin < thick < 8 * thin


def test_from_python(graph: Get) -> None:
    network = load("lenet5_dense")["lenet5_dense"]
    svg = draw(graph("lenet5_dense"), "svg")
    assert network.draw(style="volumes") == svg.decode()
    assert network.draw("svg", style="volumes", direction="TB") != svg.decode()
    png = network.draw("png", style="volumes")
    assert isinstance(png, bytes)
    assert png.startswith(b"\x89PNG")
    for options in ({"format": "dot"}, {"theme": "loud"}, {"direction": "up"}):
        with pytest.raises(ValueError, match="cannot draw volumes as"):
            network.draw(**{"style": "volumes", **options})
    with pytest.raises(ValueError, match="'cubes' is not one of blocks, volumes"):
        network.draw(style="cubes")


@pytest.mark.parametrize("name", ["signal", "maker", "two"])
def test_other_networks(name: str, tmp_path: Path, texts: Texts) -> None:
    (tmp_path / "odd.cnn").write_text(ODD, encoding="utf-8")
    shown = texts(draw(load(f"{tmp_path}/odd.cnn:{name}")[name].ir, "svg"))
    expected = {"signal": ["2", "1000", "16", "249", "3984", "10"], "maker": ["100", "4096", "4x4", "32x32"]}
    assert set(expected.get(name, ["left", "right", "concat", "64x64", "3"])) <= set(shown)


@pytest.mark.usefixtures("within_settings")
def test_a_head_that_is_longer_than_the_network(tmp_path: Path, collisions: Collisions) -> None:
    path = tmp_path / "head.cnn"
    path.write_text(
        "network head {\n    input x: [3, 16, 16]\n    stem: conv(8, 3x3)\n"
        "    output late when training: from stem -> {\n"
        + "        conv(8, 3x3, padding=1) -> maxpool(3x3, stride=1)\n"
        * 3
        + "        residual { conv(16, 3x3, padding=1) -> conv(16, 3x3, padding=1) } shortcut { conv(16, 1x1) }\n"
        "        residual { conv(16, 3x3, padding=1) -> conv(4, 3x3, padding=1) } shortcut { conv(4, 1x1) }\n    }\n"
        "    global_avgpool -> flatten -> linear(2)\n}\n",
        encoding="utf-8",
    )
    for down in (False, True):
        assert collisions(page(load(path)["head"].ir, 1, (), "light", down)) == []


def test_what_cannot_be_drawn(graph: Get, tmp_path: Path) -> None:
    with pytest.raises(DrawError, match="--expand inception9: no block or group is called so"):
        draw(graph("googlenet"), "svg", expand=("inception9",))
    with pytest.raises(TooLarge, match=r"densenet264 is \d+ volumes; more than 300 cannot be read"):
        draw(graph("densenet264"), "svg", depth=3)
    path = tmp_path / "long.cnn"
    path.write_text(
        "network long {\n    input x: [8, 8, 8]\n    for i in range(301) { conv(1 + i * i % 97, 1x1) }\n}\n",
        encoding="utf-8",
    )
    with pytest.raises(TooLarge, match="long is 302 volumes; more than 300 cannot be read"):
        draw(load(path)["long"].ir, "svg")
